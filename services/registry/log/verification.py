"""Log: everything stored is worked out anew from leaves and bodies, and compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, exists, func, select

from contracts.canonical import canonical, digest
from contracts.continuity import Walk
from contracts.envelope import Entry
from contracts.errors import ContractError, VerificationFailed
from contracts.merkle import Frontier, PlacedHash, leaf_hash
from contracts.sealing import verify_disclosure
from services.kit.encryption import KeyMissing, Undecipherable
from services.registry.log import store
from services.registry.log.append import ERASURE
from services.registry.log.batch import key_checksum
from services.registry.log.seeing import EVERYBODY, seen_by
from services.registry.log.table import (
    disclosure,
    disclosure_key,
    log,
    log_head,
    request_key,
    tree_node,
)
from services.registry.log.vault import LockedRow, Vault

CHUNK = 128
"""Rows in memory at once; a row is at most a body of a mebibyte."""

Progress = Callable[[int, int], None]
"""Told the last position read, and the last one there is."""


@dataclass(frozen=True, slots=True)
class VerifiedLog:
    """A log whose every row is as its leaves and bodies say."""

    size: int
    root: bytes
    origin: str
    opened: int = 0
    """Disclosures that were decrypted, and open what stands in the log."""
    unopened: int = 0
    """Disclosures that nobody looked into, since no keys were given, or theirs is not here."""
    keys_missing: tuple[str, ...] = ()
    """Ids of the keys that are not here, where any were given."""


class _Looked:
    """What became of looking into what is disclosed."""

    def __init__(self, vault: Vault | None) -> None:
        self._vault = vault
        self.opened, self.unopened = 0, 0
        self.keys_missing: set[str] = set()

    def into(self, locked: Sequence[LockedRow], body: bytes) -> None:
        """Look into what an entry discloses.

        Raises:
            VerificationFailed: it is not what the body has sealed.
        """
        if self._vault is None:
            self.unopened += len(locked)
            return
        try:
            _check_opened(self._vault, locked, orjson.loads(body))
        except KeyMissing as error:
            self.keys_missing.add(error.key_id)
            self.unopened += len(locked)
        else:
            self.opened += len(locked)


def verify(
    engine: Engine,
    vault: Vault | None = None,
    *,
    origin: str | None = None,
    progress: Progress | None = None,
) -> VerifiedLog:
    """Read the whole log as it is at one moment, and compare everything with everything.

    Memory holds some rows, and the number of each stream's last version.

    Args:
        engine: of the log.
        vault: to look into what is disclosed; without it only the log itself is checked.
        origin: that the log must have; `None` takes what it says.
        progress: told how far it is.

    Raises:
        VerificationFailed: the first difference; `position` says where, if it has one place.
    """
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name != "sqlite" else {}
    with seen_by(engine, EVERYBODY).connect().execution_options(**options) as connection:
        return verify_within(connection, vault, origin=origin, progress=progress)


def verify_within(
    connection: Connection,
    vault: Vault | None = None,
    *,
    origin: str | None = None,
    progress: Progress | None = None,
) -> VerifiedLog:
    """Do what `verify` does, within a transaction that sees one moment."""
    size, last_recorded_at, frontier, found_origin = _read_head(connection)
    if origin is not None and found_origin != origin:
        raise VerificationFailed(f"expected origin {origin}, the head says {found_origin}")
    looked = _Looked(vault)
    walk, kept, erased = _check_entries(connection, size, looked, progress)
    if walk.position != size:
        raise VerificationFailed(f"expected {walk.position} entries at the head, it says {size}")
    if frontier != walk.frontier.to_bytes():
        raise VerificationFailed("the frontier at the head is not that of the leaves")
    if last_recorded_at != walk.recorded_at:
        raise VerificationFailed("the head says another instant than the last entry")
    _check_nothing_else(connection, kept, size)
    _check_erased(connection, erased)
    _check_keys(connection, size)
    return VerifiedLog(
        size,
        walk.frontier.root(),
        found_origin,
        looked.opened,
        looked.unopened,
        tuple(sorted(looked.keys_missing)),
    )


def _read_head(connection: Connection) -> tuple[int, str, bytes, str]:
    row = connection.execute(
        select(
            log_head.c.size, log_head.c.last_recorded_at, log_head.c.frontier, log_head.c.origin
        ).where(log_head.c.id == 1)
    ).one_or_none()
    if row is None:
        raise VerificationFailed("the log has no head: it was never founded")
    return row.size, row.last_recorded_at, row.frontier, row.origin


def _check_entries(
    connection: Connection, size: int, looked: _Looked, progress: Progress | None
) -> tuple[Walk, int, list[int]]:
    """Walk over all entries.

    Returns:
        How far that got, how many nodes are due, what was erased.
    """
    walk, frontier, kept = Walk(), Frontier(), 0
    erased: list[int] = []
    statement = select(*(log.c[name] for name in _COLUMNS)).order_by(log.c.position)
    with connection.execute(statement.execution_options(yield_per=CHUNK)) as rows:
        for chunk in rows.partitions():
            for row in chunk:
                entry = _check_entry(row, walk)
                if entry.type == ERASURE and entry.causation is not None:
                    erased.append(entry.causation)
            frontier, nodes = frontier.grow(row.leaf_hash for row in chunk)
            kept += len(nodes)
            _check_nodes(connection, nodes)
            _check_disclosures(connection, chunk, looked)
            if progress:
                progress(walk.position, size)
    return walk, kept, erased


def _check_nodes(connection: Connection, nodes: Sequence[PlacedHash]) -> None:
    for level, index, node in nodes:
        if store.nodes(connection, level, index, index) != [node]:
            raise VerificationFailed(f"the stored node {level}, {index} is not that of the leaves")


_COLUMNS = (
    *("position", "version", "stream", "type", "participant", "recorded_at"),
    *("leaf_hash", "leaf", "body"),
)


def _check_entry(row: Row[Any], walk: Walk) -> Entry:
    entry = walk.step(row.leaf)
    for name in ("position", "version", "stream", "type", "participant", "recorded_at"):
        if getattr(row, name) != getattr(entry, name):
            raise VerificationFailed(f"{name} is not as in the leaf", position=entry.position)
    if row.leaf_hash != leaf_hash(row.leaf):
        raise VerificationFailed("leaf_hash is not that of the leaf", position=entry.position)
    if digest(row.body) != entry.datahash:
        raise VerificationFailed("body has not the digest in the leaf", position=entry.position)
    if not _is_canonical(row.body):
        raise VerificationFailed("body is not in canonical form", position=entry.position)
    return entry


def _is_canonical(body: bytes) -> bool:
    try:
        return canonical(orjson.loads(body)) == body
    except (ContractError, orjson.JSONDecodeError):
        return False


def _check_disclosures(connection: Connection, chunk: Sequence[Row[Any]], looked: _Looked) -> None:
    """Check that what is disclosed opens sections of the bodies; nothing need be disclosed."""
    first, last = chunk[0].position, chunk[-1].position
    rows = store.disclosures(connection, first - 1, last, seen_by=EVERYBODY)
    for position, those in groupby(rows, key=attrgetter("position")):
        locked = list(those)
        if locked[0].key_id is None:
            raise VerificationFailed("a disclosure has no key", position=position)
        looked.into(locked, chunk[position - first].body)


def _check_opened(vault: Vault, locked: Sequence[LockedRow], body: Any) -> None:
    position = locked[0].position
    try:
        for found in vault.open(locked):
            verify_disclosure(found.encoded, body)
    except KeyMissing:
        raise
    except Undecipherable as error:
        raise VerificationFailed(f"disclosure: {error}", position=position) from error
    except VerificationFailed as error:
        raise VerificationFailed(f"disclosure: {error.reason}", position=position) from error


def _check_nothing_else(connection: Connection, kept: int, size: int) -> None:
    stored = connection.scalar(select(func.count()).select_from(tree_node))
    if stored != kept:
        raise VerificationFailed(f"expected {kept} stored nodes, there are {stored}")
    for table in (disclosure, disclosure_key):
        outside = connection.scalar(select(func.count()).where(~table.c.position.between(1, size)))
        if outside:
            raise VerificationFailed("a disclosure belongs to no entry")
    idle = connection.scalar(
        select(disclosure_key.c.position)
        .where(~exists().where(disclosure.c.position == disclosure_key.c.position))
        .limit(1)
    )
    if idle is not None:
        raise VerificationFailed("a key is there that opens nothing", position=idle)


def _check_erased(connection: Connection, erased: Sequence[int]) -> None:
    """Check that nothing is disclosed of an entry of which the log says that it was erased."""
    for position in erased:
        if store.disclosures(connection, position - 1, position, seen_by=EVERYBODY):
            raise VerificationFailed("a disclosure is there that was erased", position=position)


def _check_keys(connection: Connection, size: int) -> None:
    """Check that every entry was made by exactly one request."""
    position = 0
    statement = select(
        request_key.c.scope,
        request_key.c.key,
        request_key.c.request_digest,
        request_key.c.first_position,
        request_key.c.last_position,
        request_key.c.checksum,
    ).order_by(request_key.c.first_position)
    with connection.execute(statement.execution_options(yield_per=CHUNK)) as rows:
        for scope, key, request_digest, first, last, checksum in rows:
            if first != position + 1:
                raise VerificationFailed("expected one request for it", position=position + 1)
            if checksum != key_checksum(scope, key, request_digest, first, last):
                raise VerificationFailed("its request key was changed", position=first)
            position = last
    if position != size:
        raise VerificationFailed("expected one request for it", position=position + 1)
