"""Registry: all that is held about one participant, line by line, with proofs.

Contract `feed/own-data-line`; checked offline by `concord verify own-data`.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

import orjson

from contracts.encoding import instant
from services.registry.feed import event_bytes
from services.registry.log import Log
from services.registry.log.soundness import Signed

STEP = 5_000
"""Positions that are looked through at a time."""

Drafts: TypeAlias = Callable[[str], Iterable[dict[str, Any]]]
"""Gives a participant's drafts, whole."""
Pieces: TypeAlias = Callable[[str], Iterable[dict[str, Any]]]
"""Gives what is held of a participant's evidence, one row for all bytes ever put forward."""


def own_data_lines(
    log: Log,
    origin: str,
    signed: Signed,
    participant: str,
    now: datetime,
    drafts: Drafts,
    pieces: Pieces,
    *,
    step: int = STEP,
) -> Iterator[bytes]:
    """Write everything that is held about a participant, up to a signed checkpoint.

    Holds the entries of one step at a time; each step is read by itself.

    Args:
        log: to read from.
        origin: of the log.
        signed: the checkpoint that all receipts lead to.
        participant: whose data.
        now: the moment it is asked for, UTC.
        drafts: what is held of them outside the log.
        pieces: of evidence, whose bytes lie outside the log too.
        step: positions that are looked through at a time.

    Yields:
        Lines, each with its newline.
    """
    yield _line(
        kind="heading",
        participant=participant,
        exported_at=instant(now),
        checkpoint=signed.note,
    )
    entries = 0
    for after in range(0, signed.size, step):
        up_to = min(after + step, signed.size)
        for line in _entries(log, origin, signed, participant, after, up_to):
            entries += 1
            yield line
    held = 0
    for draft in drafts(participant):
        held += 1
        yield _line(kind="draft", draft=draft)
    listed = 0
    for piece in pieces(participant):
        listed += 1
        yield _line(kind="evidence", evidence=piece)
    yield _line(kind="end", entries=entries, drafts=held, pieces=listed)


def _entries(
    log: Log, origin: str, signed: Signed, participant: str, after: int, up_to: int
) -> Iterator[bytes]:
    found = log.entries_of(participant, after, up_to)
    opened = {
        position: [one.encoded for one in those]
        for position, those in groupby(
            log.disclosures(after, up_to, seen_by=participant) if found else (),
            key=attrgetter("position"),
        )
    }
    for entry in found:
        rest = _line(
            kind="entry",
            receipt=log.receipt(entry.position, signed),
            disclosures=opened.get(entry.position, []),
        )
        # The body stays byte for byte what the leaf has the digest of.
        yield b'{"event":' + event_bytes(origin, entry) + b"," + rest[1:]


def _line(**members: Any) -> bytes:
    return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)
