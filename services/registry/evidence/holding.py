"""Evidence: what the log says of a participant's evidence, and which bytes one may read."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import orjson

from contracts.authority.policy import Resource
from contracts.authority.table import UNMARKED
from contracts.events import parse_event
from contracts.events.shared import Passage
from services.registry.domain.evidence import NOTHING, Evidence, Piece, evolve
from services.registry.domain.streams import evidence_stream
from services.registry.evidence.shelf import Shelf
from services.registry.log import Log

PUBLIC = "public"


def evidence_of(log: Log, participant: str) -> Evidence:
    """Fold all that was recorded of a participant's evidence."""
    entries = log.read_stream(evidence_stream(participant))
    events = (parse_event(entry.type, orjson.loads(body)) for entry, body in entries)
    return reduce(evolve, events, NOTHING)


def piece_rows(log: Log, shelf: Shelf | None, participant: str) -> Iterator[dict[str, Any]]:
    """List all bytes that a participant ever put forward, and whether they are still held."""
    evidence = evidence_of(log, participant)
    held = shelf.digests(participant) if shelf else frozenset()
    for piece in evidence.pieces.values():
        for forward in (piece.deposited, *piece.revisions):
            yield {
                "evidence_id": forward.evidence_id,
                "digest": forward.digest,
                "media_type": forward.media_type,
                "size_bytes": forward.size_bytes,
                "collected_on": forward.collected_on.isoformat(),
                "is_latest": forward is piece.latest,
                "is_withdrawn": piece.withdrawn is not None,
                "is_redacted": forward.digest in evidence.redacted,
                "is_held": forward.digest in held,
                "href": f"/v1/participants/{participant}/evidence-files/{forward.digest}",
            }


def resource_of(evidence: Evidence, digest: str) -> Resource | None:
    """Describe bytes as something that may be read; `None` where nobody may."""
    return None if digest in evidence.redacted else resource_of_words(evidence, digest)


def resource_of_words(evidence: Evidence, digest: str) -> Resource | None:
    """Describe what was said of bytes as something that may be read; `None` where nothing was.

    It is for whom the bytes are, or were until they were destroyed: a revision is for the cycle
    and the unit of its deposit. What a piece was before it was revised is as open as it was then;
    a piece that was withdrawn is for its participant and the secretariat.
    """
    piece = evidence.piece_with(digest)
    if piece is None:
        return None
    return Resource(
        participant=piece.deposited.participant,
        cycle_id=piece.deposited.cycle_id,
        unit=piece.deposited.unit,
        visibility=UNMARKED if piece.withdrawn is not None else _visibility(piece, digest),
    )


def _visibility(piece: Piece, digest: str) -> str:
    forward = piece.of(digest) or piece.deposited
    said = forward.description
    return PUBLIC if isinstance(said, Passage) else said.visibility or UNMARKED
