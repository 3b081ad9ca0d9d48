"""Log: what goes into an append and what comes out; values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.sealing import Disclosure

ERASURE = "personal-data-erased"
"""Type of the entries of which nothing that opened their cause, the entry they answer, is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event that has no place in the log yet; `None` means absent."""

    stream: str
    type: str
    """Type on the wire, for instance `report-submitted`."""
    dataschema: str
    """Contract of `body`, in the form in which it stands in the log."""
    participant: str | None = None
    actor: str
    causation: int | None = None
    """Position of the earlier entry that this one answers."""
    occurred_on: str | None = None
    effective_on: str | None = None
    body: bytes
    """Canonical, and sealed where its contract says so."""
    disclosures: tuple[Disclosure, ...] = ()
    """What opens the sealed sections of `body`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """What one decision adds: all of it at once, or nothing."""

    events: Sequence[NewEvent]
    """At least one; they stand in the log in this order, one after the other."""
    expects: Mapping[str, int]
    """Every stream that the decision read, with the version it saw; 0 for a stream without entries.
    The streams of the events are among them, and their events get the next versions."""
    scope: str
    """Whose idempotency keys these are: the acting party."""
    key: str
    request_digest: bytes
    """Keyed digest (HMAC) of the request; a repetition under the same key has the same."""
    erases: Sequence[int] = ()
    """Positions of earlier entries whose disclosures are deleted in the same transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """The answer to an append: its entries are stored, and stay."""

    first_position: int
    last_position: int
    versions: Mapping[str, int]
    """Version of every stream that got an entry, after the append."""
    recorded_at: str
    """When the log took them, UTC: `2026-11-21T20:03:44.123456Z`."""
    size: int
    """Size of a committed tree that contains the entries: at least `last_position`."""
    root: bytes
    """Root of that tree."""
    replayed: bool
    """The request was here before and these are its entries; nothing was added now."""

    def again(self) -> "Appended":
        """Give the same answer to the same request."""
        return replace(self, replayed=True)
