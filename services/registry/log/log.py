"""Log: the one way to append to it, and every read that the service makes of it."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, exc

from contracts.envelope import Entry
from contracts.errors import ContractError
from contracts.merkle import consistency_proof, inclusion_proof
from contracts.receipt import Receipt
from services.kit.encryption import Undecipherable
from services.kit.errors import KeyReused, NotFound, Unavailable
from services.registry.log import store
from services.registry.log.append import Append, Appended
from services.registry.log.batch import Head, Outcome, Prepared, Recorded, prepare
from services.registry.log.grouping import GroupCommit
from services.registry.log.publication import Publisher
from services.registry.log.seeing import seen_by as seen
from services.registry.log.soundness import Signed
from services.registry.log.timekeeping import steady_seconds
from services.registry.log.tree import WIDTH, TileCache, Tree
from services.registry.log.vault import LockedRow, StoredDisclosure, Vault
from services.registry.log.writing import BatchWriter


class Log:
    """A process's hold of the log; safe for threads. Close it to finish what is under way."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        *,
        publisher: Publisher | None = None,
        vault: Vault | None = None,
        guard: Callable[[], None] | None = None,
        capacity: int = 1024,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        """Start the thread that appends.

        Args:
            engine: from `services.kit.database.make_engine`, on a log that is founded and sound.
            clock: gives the instant in UTC.
            publisher: signs what was appended; without it there are no receipts.
            vault: encrypts what is disclosed; without it nothing can be disclosed or read so.
            guard: asked under the lock, before anything is added; raises where nothing may be.
            capacity: how many appends may wait before more are turned away.
            steady: gives seconds that go on evenly, whoever sets the clock.
        """
        self._engine, self._vault = engine, vault
        self._publisher = publisher
        self._tiles = TileCache()
        self._writer = BatchWriter(
            engine, clock, publisher, vault=vault, guard=guard, steady=steady
        )
        self._observers: tuple[Callable[[int, float], None], ...] = ()
        self._group = GroupCommit(self._commit, capacity=capacity)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no more appends, finish those under way, give the connection back."""
        self._group.close()
        self._writer.close()

    def clock_ahead_seconds(self) -> float:
        """Say how far the clock was set ahead since this started; past a minute nothing is taken.

        Negative if it was set back.
        """
        return self._writer.timekeeper.ahead_seconds()

    def watch_batches(self, callback: Callable[[int, float], None]) -> None:
        """Call back after each batch with the appends in it and its seconds, soon and briefly."""
        self._observers = (*self._observers, callback)

    def _commit(self, batch: Sequence[Prepared], /) -> Sequence[Outcome]:
        began = time.perf_counter()
        outcomes = self._writer.commit(batch)
        for callback in self._observers:
            callback(len(batch), time.perf_counter() - began)
        return outcomes

    @contextmanager
    def _reading(self, seen_by: str | None = None) -> Iterator[Connection]:
        engine = self._engine if seen_by is None else seen(self._engine, seen_by)
        try:
            with engine.connect() as connection:
                yield connection
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise Unavailable("the log's database does not answer") from error

    def append(self, append: Append) -> Appended:
        """Append the events of one decision, all or none; returns when they are on the disk.

        A repetition of an earlier request adds nothing and gets the first one's answer.

        Raises:
            VersionConflict: a stream that the decision read has moved on.
            KeyReused: the key belongs to another request.
            Unavailable: try again with the same key; the entries may or may not be there.
            ValueError: the append is no append (see `batch.prepare`).
        """
        if self._publisher:
            self._publisher.admit()
        outcome = self._group.submit(prepare(append, self._vault))
        if isinstance(outcome, Recorded):
            with self._reading() as connection:
                return _replayed(connection, outcome)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def find(self, scope: str, key: str, request_digest: bytes) -> Appended | None:
        """Give the answer that a request got before; `None` if its key is new.

        Raises:
            KeyReused: the key belongs to another request.
        """
        with self._reading() as connection:
            recorded = store.find_key(connection, scope, key)
            if recorded is None:
                return None
            if recorded.request_digest != request_digest:
                raise KeyReused("the first request under this key was another one")
            return _replayed(connection, recorded)

    def is_made_by(self, scope: str, position: int) -> bool:
        """Say whether a request of an acting party made an entry; found among that party's own."""
        with self._reading() as connection:
            return store.is_made_by(connection, scope, position)

    def head(self) -> Head:
        """Read the head as it is committed now, signed or not."""
        with self._reading() as connection:
            return _head(connection)

    def stream_version(self, stream: str) -> int:
        """Give the version of a stream; 0 if it has no entries."""
        with self._reading() as connection:
            return store.stream_version(connection, stream)

    def read_stream(self, stream: str) -> list[tuple[Entry, bytes]]:
        """Read a stream from its first entry on: entries with their bodies."""
        with self._reading() as connection:
            return store.read_stream(connection, stream)

    def read_streams(self, streams: Sequence[str]) -> dict[str, list[tuple[Entry, bytes]]]:
        """Read all streams that a decision depends on, each from its first entry on."""
        with self._reading() as connection:
            return store.read_streams(connection, streams)

    def streams_beginning(self, prefix: str) -> list[str]:
        """Name every stream whose name begins so, in the order of their names."""
        with self._reading() as connection:
            return store.streams_beginning(connection, prefix)

    def plan_streams(self, participant: str, up_to: int) -> list[str]:
        """Give the streams of the plans that a participant registered by a position."""
        with self._reading() as connection:
            return store.plan_streams(connection, participant, up_to)

    def outlines(
        self, prefix: str, up_to: int, *, without_body: Collection[str]
    ) -> list[store.Outline]:
        """Read the entries of all streams whose names begin alike; large bodies are left out."""
        with self._reading() as connection:
            return store.outlines(connection, prefix, up_to, without_body=without_body)

    def find_entry(self, position: int) -> store.StoredEntry | None:
        """Read one entry; `None` if the log has not come so far."""
        with self._reading() as connection:
            return store.find_entry(connection, position)

    def page(self, after: int, up_to: int) -> list[store.StoredEntry]:
        """Read the entries after a position, at most 256 or 4 MiB of them, up to `up_to`."""
        with self._reading() as connection:
            return store.page(connection, after, up_to)

    def entries_of(self, participant: str, after: int, up_to: int) -> list[store.StoredEntry]:
        """Read the entries of one participant that follow a position, up to another."""
        with self._reading() as connection:
            return store.entries_of(connection, participant, after, up_to)

    def disclosures(
        self, after: int, up_to: int, *, seen_by: str, names: Collection[str] | None = None
    ) -> list[StoredDisclosure]:
        """Read what is disclosed of the entries after a position up to another.

        Args:
            after: exclusive.
            up_to: inclusive.
            seen_by: code of the participant on whose behalf, who sees its own alone; or
                `EVERYBODY`, for whom nothing is hidden.
            names: of the sections wanted; the others are not decrypted. `None`: all.

        Raises:
            Undecipherable: a key that it takes is not here.
        """
        with self._reading(seen_by) as connection:
            rows = store.disclosures(connection, after, up_to, seen_by=seen_by)
        return self._open([row for row in rows if names is None or row.name in names])

    def _open(self, rows: Sequence[LockedRow]) -> list[StoredDisclosure]:
        if rows and self._vault is None:
            raise Undecipherable("no encryption keys are here")
        return self._vault.open(rows) if self._vault else []

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Read the leaf hashes of positions first … last."""
        with self._reading() as connection:
            return store.leaf_hashes(connection, first, last)

    def node(self, level: int, index: int) -> bytes:
        """Give the hash of a perfect subtree of the committed tree.

        Raises:
            NotFound: the tree has no such subtree yet.
        """
        with self._reading() as connection:
            try:
                return Tree(connection, _head(connection).size, self._tiles).node(level, index)
            except ContractError as error:
                raise NotFound(str(error)) from error

    def tile(self, level: int, index: int, width: int, *, size: int) -> bytes:
        """Give the hashes of a tile, one after the other.

        Args:
            level: 0 has leaf hashes, 1 the roots of full tiles of level 0, …
            index: of the tile on its level.
            width: how many hashes, at most 256.
            size: of the tree that is public.

        Raises:
            NotFound: the tree of that size does not have so many hashes there.
        """
        if index * WIDTH + width > size >> (8 * level):
            raise NotFound(f"a tree of {size} leaves has no such tile")
        with self._reading() as connection:
            return b"".join(self._tiles.get(connection, level, index, width)[0])

    def leaves(self, first: int, last: int) -> list[bytes]:
        """Read the exact bytes of the leaves at positions first … last."""
        with self._reading() as connection:
            return store.leaves(connection, first, last)

    def inclusion_proof(self, position: int, size: int) -> tuple[bytes, ...]:
        """Prove that the entry at a position is in the tree of a size.

        Raises:
            NotFound: it is not.
        """
        with self._reading() as connection:
            return self._prove(
                connection, size, lambda tree: inclusion_proof(position - 1, size, tree.node)
            )

    def consistency_proof(self, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the tree of the old size is a prefix of the tree of the new size.

        Raises:
            NotFound: there are no such trees.
        """
        with self._reading() as connection:
            return self._prove(connection, new, lambda tree: consistency_proof(old, new, tree.node))

    def receipt(self, position: int, signed: Signed) -> str:
        """Write the receipt of an entry: its leaf, and the proof that a signed tree has it.

        Args:
            position: of the entry.
            signed: as the publisher's `latest` or `wait_for` gave it.

        Raises:
            NotFound: the signed tree does not have it.
        """
        with self._reading() as connection:
            hashes = self._prove(
                connection,
                signed.size,
                lambda tree: inclusion_proof(position - 1, signed.size, tree.node),
            )
            (leaf,) = store.leaves(connection, position, position)
        return Receipt(position - 1, hashes, signed.note, leaf).text()

    def _prove(
        self, connection: Connection, size: int, build: Callable[[Tree], list[bytes]]
    ) -> tuple[bytes, ...]:
        try:
            return tuple(build(Tree(connection, size, self._tiles)))
        except ContractError as error:
            raise NotFound(str(error)) from error


def _head(connection: Connection) -> Head:
    head = store.find_head(connection)
    if head is None:
        raise Unavailable("the log has not been founded yet")
    return head


def _replayed(connection: Connection, recorded: Recorded) -> Appended:
    first, last = recorded.first_position, recorded.last_position
    versions, recorded_at = store.versions_between(connection, first, last)
    head = _head(connection)
    return Appended(
        first_position=first,
        last_position=last,
        versions=versions,
        recorded_at=recorded_at,
        size=head.size,
        root=head.frontier.root(),
        replayed=True,
    )
