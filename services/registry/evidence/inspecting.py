"""Evidence: holds all bytes that the log names against their digests, and says which are not whole.

The log stands whatever is found here: it proves which bytes were meant, not that they are held.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.kit.errors import NotFound, Unavailable
from services.registry.domain.streams import evidence_stream
from services.registry.evidence.holding import evidence_of
from services.registry.evidence.store import EvidenceStore
from services.registry.log import Log

State: TypeAlias = Literal["whole", "missing", "damaged", "destroyed", "undestroyed"]


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes that an entry names."""

    participant: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What was found."""

    whole: int
    missing: list[Bytes]
    """The log names them, and they are not held."""
    damaged: list[Bytes]
    """They are not what was handed in, or nothing here opens them."""
    undestroyed: list[Bytes]
    """Their redaction is in the log, and a backup brought them back; sweeping destroys them."""

    @property
    def is_in_order(self) -> bool:
        """Say whether all is held that is to be held, and nothing that is not."""
        return not (self.missing or self.damaged or self.undestroyed)


def inspect(log: Log, store: EvidenceStore, progress: Callable[[int], None]) -> Inspected:
    """Look at all bytes, beside a registry that serves or without one.

    Args:
        log: read first, since bytes are held before an entry names them.
        store: where they are held.
        progress: called with how many were looked at.
    """
    found: list[tuple[State, Bytes]] = []
    for participant in _participants(log):
        evidence = evidence_of(log, participant)
        for digest in sorted(evidence.digests | evidence.redacted.keys()):
            one = Bytes(participant, digest)
            is_gone = digest in evidence.redacted
            found.append((_look_after(store, one) if is_gone else _look(log, store, one), one))
            progress(len(found))
    missing, damaged, undestroyed = (
        [one for state, one in found if state == wanted]
        for wanted in ("missing", "damaged", "undestroyed")
    )
    whole = sum(state == "whole" for state, _ in found)
    return Inspected(whole=whole, missing=missing, damaged=damaged, undestroyed=undestroyed)


def _participants(log: Log) -> list[str]:
    prefix = evidence_stream("")
    return [stream.removeprefix(prefix) for stream in log.streams_beginning(prefix)]


def _look(log: Log, store: EvidenceStore, one: Bytes) -> State:
    try:
        with closing(store.parts(one.participant, one.digest)) as parts:
            next(parts)
    except NotFound:  # perhaps destroyed since the log was read
        was_redacted = one.digest in evidence_of(log, one.participant).redacted
        return "destroyed" if was_redacted else "missing"
    except Unavailable:
        return "damaged"
    return "whole"


def _look_after(store: EvidenceStore, one: Bytes) -> State:
    return "destroyed" if store.shelf.find(one.participant, one.digest) is None else "undestroyed"
