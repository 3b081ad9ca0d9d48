"""Log: an older database is brought up to what was signed, from an export, byte by byte."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from contracts.canonical import canonical, digest
from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.continuity import Walk
from contracts.envelope import Entry
from contracts.errors import NotCanonical, VerificationFailed
from contracts.keyring import Verifier
from contracts.merkle import EMPTY_ROOT, Frontier, leaf_hash
from services.kit.database import write_transaction
from services.registry.log import store
from services.registry.log.append import ERASURE
from services.registry.log.batch import Head, key_checksum
from services.registry.log.checkpoints import CheckpointStore
from services.registry.log.soundness import UnsoundLog, assert_newest_schema
from services.registry.log.table import (
    disclosure,
    disclosure_key,
    log,
    log_head,
    request_key,
    tree_node,
)

SCOPE = "(recovery)"
"""Whose request key stands for recovered entries; no party is named so. The keys of the requests
that first made them are not in an export: a repetition of such a request is not known as one."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery found and added."""

    size: int
    added: int
    """Entries that were not in the database."""


def recover(
    engine: Engine,
    checkpoints: CheckpointStore,
    verifier: Verifier,
    lines: Iterable[bytes],
    *,
    progress: Callable[[int], None] | None = None,
) -> Recovered:
    """Append again, byte by byte, what an export has and the database has not.

    The registry must not run. One transaction: either everything checks out against the checkpoint
    kept outside and against the export's own, and is there afterwards, or nothing changes. If no
    checkpoint was kept, the export's is kept from now on.

    Args:
        engine: of a database that was founded; its entries are the first ones of the export.
        checkpoints: where the last signed checkpoint is kept.
        verifier: the log's key or keys, pinned; one suffices.
        lines: of an export: pages of the feed, the checkpoint last.
        progress: told the last position read, after each page.

    Raises:
        UnsoundLog: the database has no tables of this release, or other entries, or the export ends
            before what was signed.
        VerificationFailed: the export does not check out.
    """
    kept_note = checkpoints.read()
    kept = Checkpoint(verifier.name, 0, EMPTY_ROOT)
    if kept_note is not None:
        kept = open_checkpoint(kept_note, verifier)
    with write_transaction(engine) as connection:
        assert_newest_schema(connection)
        head = _lock_head(connection, verifier.name)
        recovery = _Recovery(connection, head, kept, head.frontier)
        note = recovery.read(lines, progress)
        exported = open_checkpoint(note, verifier)
        recovery.check(exported)
        recovery.finish()
    if kept_note is None or exported.size > kept.size:
        checkpoints.swap(kept_note, note)
    return Recovered(recovery.frontier.size, recovery.frontier.size - head.size)


def _lock_head(connection: Connection, origin: str) -> Head:
    connection.execute(select(log_head.c.size).with_for_update())
    head = store.find_head(connection)
    if head is None:
        raise UnsoundLog("the log has not been founded: found it first, with the same origin")
    if head.origin != origin:
        raise UnsoundLog(f"expected a log with origin {origin}, it is that of {head.origin}")
    return head


@dataclass(slots=True)
class _Recovery:
    connection: Connection
    head: Head
    kept: Checkpoint
    frontier: Frontier
    """Of the database, with what was added."""
    walk: Walk = field(default_factory=Walk)
    kept_root: bytes = EMPTY_ROOT
    """Of the export, at the size of the checkpoint that was kept."""
    erased: list[int] = field(default_factory=list)
    """Positions of which nothing may be disclosed any more: a backup may still have it."""

    def read(self, lines: Iterable[bytes], progress: Callable[[int], None] | None) -> str:
        """Read pages up to the checkpoint, and give that."""
        for line in lines:
            value = _parse(line, self.walk.position + 1)
            if isinstance(value, dict) and isinstance(value.get("checkpoint"), str):
                return str(value["checkpoint"])
            if not isinstance(value, list):
                raise VerificationFailed("expected a page or a checkpoint")
            self.page(value)
            if progress:
                progress(self.walk.position)
        raise VerificationFailed("expected a checkpoint as the last line")

    def page(self, events: Sequence[Any]) -> None:
        first, leaves, rows = self.walk.position + 1, [], []
        for event in events:
            entry, leaf, body = self.event(event)
            leaves.append(leaf_hash(leaf))
            if entry.type == ERASURE and entry.causation is not None:
                self.erased.append(entry.causation)
            if entry.position > self.head.size:
                rows.append(_row(entry, leaf, leaves[-1], body))
            if entry.position == self.kept.size:
                self.kept_root = self.walk.frontier.root()
        self.compare(first, leaves)
        if rows:
            self.connection.execute(insert(log), rows)
            self.frontier, nodes = self.frontier.grow(row["leaf_hash"] for row in rows)
            if nodes:
                self.connection.execute(insert(tree_node), [_node(*node) for node in nodes])

    def event(self, event: Any) -> tuple[Entry, bytes, bytes]:
        position = self.walk.position + 1
        try:
            leaf = event["leaf"].encode()
            body = canonical(event["data"])
        except (KeyError, TypeError, AttributeError, NotCanonical) as error:
            raise VerificationFailed("expected an event", position=position) from error
        entry = self.walk.step(leaf)
        if digest(body) != entry.datahash:
            raise VerificationFailed("the body has another digest", position=position)
        return entry, leaf, body

    def compare(self, first: int, hashes: Sequence[bytes]) -> None:
        """Compare a page with what the database has of it."""
        last = min(first + len(hashes) - 1, self.head.size)
        if last < first:
            return
        stored = store.leaf_hashes(self.connection, first, last)
        for position, (found, exported) in enumerate(zip(stored, hashes, strict=False), first):
            if found != exported:
                raise UnsoundLog(
                    f"the database has another entry at position {position} than the export:"
                    " restore an older backup, from before they parted"
                )

    def check(self, exported: Checkpoint) -> None:
        """Check everything that was signed, before anything is committed."""
        walk, kept = self.walk, self.kept
        if exported.size != walk.position or exported.root != walk.frontier.root():
            raise VerificationFailed("the export does not have the tree that its checkpoint says")
        if walk.position < kept.size:
            raise UnsoundLog(
                f"the export ends at {walk.position}, but {kept.size} entries were signed:"
                " a newer export is needed"
            )
        if self.kept_root != kept.root:
            raise UnsoundLog(f"the export does not have the tree of {kept.size} that was signed")
        if walk.position >= self.head.size and self.frontier != walk.frontier:
            raise UnsoundLog("the database's head does not fit its entries")

    def finish(self) -> None:
        """Erase anew what was erased; bring head and request keys up to the entries added."""
        _erase(self.connection, self.erased)
        first, last = self.head.size + 1, self.frontier.size
        if last < first:
            return
        self.connection.execute(insert(request_key).values(_key(first, last)))
        self.connection.execute(
            update(log_head).values(
                size=last,
                last_recorded_at=self.walk.recorded_at,
                frontier=self.frontier.to_bytes(),
            )
        )


def _erase(connection: Connection, positions: Sequence[int]) -> None:
    """Destroy what is disclosed of entries; on PostgreSQL by the function that the writer may."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.erase_disclosures(list(positions))))
        return
    for position in positions:
        for table in (disclosure_key, disclosure):
            connection.execute(delete(table).where(table.c.position == position))


def _parse(line: bytes, position: int) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise VerificationFailed("expected a line of JSON", position=position) from error


def _row(entry: Entry, leaf: bytes, hashed: bytes, body: bytes) -> dict[str, Any]:
    return {
        "position": entry.position,
        "version": entry.version,
        "stream": entry.stream,
        "type": entry.type,
        "participant": entry.participant,
        "recorded_at": entry.recorded_at,
        "leaf_hash": hashed,
        "leaf": leaf,
        "body": body,
    }


def _node(level: int, index: int, node: bytes) -> dict[str, Any]:
    return {"level": level, "node_index": index, "hash": node}


def _key(first: int, last: int) -> dict[str, Any]:
    key, request_digest = f"positions-{first}-{last}", bytes(32)
    return {
        "scope": SCOPE,
        "key": key,
        "request_digest": request_digest,
        "first_position": first,
        "last_position": last,
        "checksum": key_checksum(SCOPE, key, request_digest, first, last),
    }
