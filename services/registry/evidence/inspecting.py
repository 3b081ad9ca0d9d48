"""Evidence: holds all bytes that the log names against their digests, and says which are not whole.

The log stands whatever is found here: it proves which bytes were meant, not that they are held.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from services.kit.encryption import KeyMissing
from services.kit.errors import NotFound, Unavailable
from services.registry.domain.streams import evidence_stream
from services.registry.evidence.holding import evidence_of
from services.registry.evidence.store import EvidenceStore
from services.registry.log import Log

State: TypeAlias = Literal["whole", "missing", "damaged", "unopened", "destroyed", "undestroyed"]


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
    """They are not what was handed in."""
    undestroyed: list[Bytes]
    """Their redaction is in the log, and a backup brought them back; sweeping destroys them."""
    unopened: list[Bytes] = field(default_factory=list)
    """They may be whole: the encryption key that opens them is not here."""
    keys_missing: list[str] = field(default_factory=list)
    """Ids of these keys."""

    @property
    def is_in_order(self) -> bool:
        """Say whether all is held that is to be held, and nothing that is not."""
        return not (self.missing or self.damaged or self.undestroyed or self.unopened)


def inspect(log: Log, store: EvidenceStore, progress: Callable[[int], None]) -> Inspected:
    """Look at all bytes, beside a registry that serves or without one.

    Args:
        log: read first, since bytes are held before an entry names them.
        store: where they are held.
        progress: called with how many were looked at.
    """
    found: list[tuple[State, Bytes]] = []
    keys_missing: set[str] = set()
    for participant in _participants(log):
        evidence = evidence_of(log, participant)
        for digest in sorted(evidence.digests | evidence.redacted.keys()):
            one = Bytes(participant, digest)
            is_gone = digest in evidence.redacted
            try:
                state = _look_after(store, one) if is_gone else _look(log, store, one)
            except KeyMissing as error:
                keys_missing.add(error.key_id)
                state = "unopened"
            found.append((state, one))
            progress(len(found))

    def which(wanted: State) -> list[Bytes]:
        return [one for state, one in found if state == wanted]

    return Inspected(
        whole=len(which("whole")),
        missing=which("missing"),
        damaged=which("damaged"),
        undestroyed=which("undestroyed"),
        unopened=which("unopened"),
        keys_missing=sorted(keys_missing),
    )


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
    except KeyMissing:
        raise
    except Unavailable:
        return "damaged"
    return "whole"


def _look_after(store: EvidenceStore, one: Bytes) -> State:
    return "destroyed" if store.shelf.find(one.participant, one.digest) is None else "undestroyed"
