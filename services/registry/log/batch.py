"""Log: what becomes of a batch of appends, worked out in memory; no clock, no database.

The caller holds the lock on the log's head and has read what `Known` says; `settle` answers what to
write and what to tell each caller. One append that fails leaves the others as they are.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import orjson

from contracts.canonical import canonical, digest
from contracts.errors import ContractError
from contracts.merkle import Frontier, PlacedHash, leaf_hash
from services.kit.encryption import DataKey, Wrapped
from services.kit.errors import KeyReused, VersionConflict
from services.registry.log.append import Append, Appended, NewEvent
from services.registry.log.leaves import Frame, fill, frame
from services.registry.log.vault import Locked, Vault

RequestKey: TypeAlias = tuple[str, str]
"""Scope and key."""

Wrap: TypeAlias = Callable[[DataKey, int], Wrapped]
"""Encrypts the key of an entry for its position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head row: all that an append must know of what came before."""

    size: int
    last_recorded_at: str
    frontier: Frontier
    origin: str


class Recorded(NamedTuple):
    """A request that is in the log already."""

    request_digest: bytes
    first_position: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Known:
    """What was read under the lock for a batch."""

    head: Head
    keys: Mapping[RequestKey, Recorded]
    """Those of the batch's keys that were used before."""
    versions: Mapping[str, int]
    """Of those of the batch's streams that have entries."""


class PreparedEvent(NamedTuple):
    """An event with what of its entry needs no place in the log."""

    event: NewEvent
    frame: Frame
    datahash: str
    locked: Locked | None
    """What it discloses, encrypted; `None`: nothing."""


class Prepared(NamedTuple):
    """An append with all that can be worked out before the lock."""

    append: Append
    events: Sequence[PreparedEvent]
    size_bytes: int


Outcome: TypeAlias = Appended | Recorded | Exception
"""`Recorded`: the request was here before this batch; the caller reads its answer."""


@dataclass(slots=True)
class Settled:
    """What to write, row by row in the tables' order of columns, and what to tell the callers."""

    before: Frontier
    after: Frontier
    recorded_at: str
    outcomes: list[Outcome]
    entries: list[tuple[Any, ...]]
    keys: list[tuple[Any, ...]]
    nodes: list[PlacedHash]
    disclosures: list[tuple[int, str, str]]
    disclosure_keys: list[tuple[int, str, bytes]]
    erased: list[int]
    """Positions whose disclosures are deleted, with their keys."""


def prepare(append: Append, vault: Vault | None = None) -> Prepared:
    """Work out what needs no lock, and refuse what only a mistake in our own code can bring.

    Args:
        append: what one decision adds.
        vault: encrypts what is disclosed; without it nothing can be.

    Raises:
        ValueError: no events; an event on a stream that `expects` does not name; a field that a
            leaf cannot carry; a body that is not canonical, which it would stay for ever; or
            something to disclose, and no vault.
    """
    if not append.events:
        raise ValueError("expected at least one event to append")
    if not (append.scope.isprintable() and append.key.isprintable()):
        raise ValueError("expected a scope and a key of printable characters")
    events = [_prepare_event(event, append.expects, vault) for event in append.events]
    return Prepared(append, events, sum(len(event.body) for event in append.events))


def _prepare_event(
    event: NewEvent, expects: Mapping[str, int], vault: Vault | None
) -> PreparedEvent:
    body = event.body
    if event.stream not in expects:
        raise ValueError(f"expected a version for the event's own stream {event.stream}")
    if canonical(orjson.loads(body)) != body:
        raise ContractError("expected a body in canonical form")
    locked = None
    if event.disclosures:
        if vault is None:
            raise ValueError("expected keys to encrypt what is disclosed")
        locked = vault.lock(event.disclosures)
    return PreparedEvent(event, frame(event), digest(body), locked)


def settle(
    known: Known, batch: Sequence[Prepared], recorded_at: str, wrap: Wrap | None = None
) -> Settled:
    """Give every append its place, or its refusal, in the order of the batch.

    Args:
        known: as read under the lock.
        batch: appends in the order in which they came.
        recorded_at: not before the head's `last_recorded_at`.
        wrap: encrypts the keys of what is disclosed; needed where something is.
    """
    settling = _Settling(known, recorded_at, wrap)
    outcomes = [settling.take(prepared) for prepared in batch]
    before = known.head.frontier
    after, nodes = before.grow([entry[6] for entry in settling.entries])
    size, root = after.size, after.root()
    return Settled(
        before=before,
        after=after,
        recorded_at=recorded_at,
        outcomes=[
            _appended(found, recorded_at, size, root) if isinstance(found, _Placed) else found
            for found in outcomes
        ],
        entries=settling.entries,
        keys=settling.keys,
        nodes=nodes,
        disclosures=settling.disclosures,
        disclosure_keys=settling.disclosure_keys,
        erased=settling.erased,
    )


class _Placed(NamedTuple):
    """An append that is in the batch."""

    first_position: int
    last_position: int
    versions: Mapping[str, int]
    request_digest: bytes
    replayed: bool


class _Settling:
    """Versions, keys and positions as they move through a batch."""

    def __init__(self, known: Known, recorded_at: str, wrap: Wrap | None) -> None:
        self.recorded_at, self.wrap = recorded_at, wrap
        self.position = known.head.size
        self.versions = dict(known.versions)
        self.used: dict[RequestKey, Recorded | _Placed] = dict(known.keys)
        self.entries: list[tuple[Any, ...]] = []
        self.keys: list[tuple[Any, ...]] = []
        self.disclosures: list[tuple[int, str, str]] = []
        self.disclosure_keys: list[tuple[int, str, bytes]] = []
        self.erased: list[int] = []

    def take(self, prepared: Prepared) -> "Recorded | _Placed | Exception":
        append = prepared.append
        used = self.used.get((append.scope, append.key))
        if used is not None:
            return _replayed(used, append.request_digest)
        for stream, expected in append.expects.items():
            actual = self.versions.get(stream, 0)
            if actual != expected:
                return VersionConflict(stream=stream, expected=expected, actual=actual)
        for position, event in enumerate(append.events, self.position + 1):
            if event.causation is not None and event.causation >= position:
                return ContractError(f"expected a cause before position {position}")
        if any(not 1 <= position <= self.position for position in append.erases):
            return ContractError(f"expected to erase what stands up to position {self.position}")
        return self.place(prepared)

    def place(self, prepared: Prepared) -> _Placed:
        """Take an append into the batch; nothing in here can fail half-way."""
        append, at, versions = prepared.append, self.recorded_at, self.versions
        first = self.position + 1
        moved: dict[str, int] = {}
        for position, (event, spelled, datahash, locked) in enumerate(prepared.events, first):
            stream = event.stream
            version = versions.get(stream, 0) + 1
            versions[stream] = moved[stream] = version
            leaf = fill(spelled, datahash, position, at, version)
            self.entries.append(
                (
                    position,
                    version,
                    stream,
                    event.type,
                    event.participant,
                    at,
                    leaf_hash(leaf),
                    leaf,
                    event.body,
                )
            )
            if locked is not None and self.wrap is not None:
                self.disclosure_keys.append((position, *self.wrap(locked.key, position)))
                self.disclosures += [(position, name, stored) for name, stored in locked.rows]
        last = first + len(prepared.events) - 1
        self.position = last
        self.keys.append(key_row(append, first, last))
        self.erased += append.erases
        placed = _Placed(first, last, moved, append.request_digest, replayed=False)
        self.used[append.scope, append.key] = placed
        return placed


def key_row(append: Append, first_position: int, last_position: int) -> tuple[Any, ...]:
    """Make the row of `request_key`, in the table's order of columns."""
    scope, key, request_digest = append.scope, append.key, append.request_digest
    checked = key_checksum(scope, key, request_digest, first_position, last_position)
    return scope, key, request_digest, first_position, last_position, checked


def key_checksum(
    scope: str, key: str, request_digest: bytes, first_position: int, last_position: int
) -> bytes:
    """Give SHA-256 over the other columns of a row of `request_key`."""
    spelled = f"{first_position} {last_position} {request_digest.hex()} {len(scope)} {scope}{key}"
    return hashlib.sha256(spelled.encode()).digest()


def _replayed(
    used: "Recorded | _Placed", request_digest: bytes
) -> "Recorded | _Placed | Exception":
    if used.request_digest != request_digest:
        return KeyReused("the first request under this key was another one")
    return used if isinstance(used, Recorded) else used._replace(replayed=True)


def _appended(placed: _Placed, recorded_at: str, size: int, root: bytes) -> Appended:
    return Appended(
        first_position=placed.first_position,
        last_position=placed.last_position,
        versions=placed.versions,
        recorded_at=recorded_at,
        size=size,
        root=root,
        replayed=placed.replayed,
    )
