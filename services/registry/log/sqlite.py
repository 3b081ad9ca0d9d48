"""Log: the append's transaction on SQLite, begun and ended by us and not by the driver."""

import sqlite3
from collections.abc import Collection, Sequence
from functools import cache
from itertools import chain
from typing import Any

import orjson

from contracts.merkle import Frontier
from services.registry.log.batch import Head, Known, Recorded, RequestKey, Settled

HEAD = "SELECT size, last_recorded_at, frontier, origin FROM log_head WHERE id = 1"
KEYS = """
    SELECT used.scope, used.key, used.request_digest, used.first_position, used.last_position
    FROM json_each(?) AS wanted CROSS JOIN request_key AS used
    WHERE used.scope = json_extract(wanted.value, '$[0]')
      AND used.key = json_extract(wanted.value, '$[1]')
"""
VERSIONS = """
    SELECT wanted.value, (SELECT max(version) FROM log WHERE stream = wanted.value)
    FROM json_each(?) AS wanted
"""
ERASE = (
    "DELETE FROM disclosure_key WHERE position = ?",
    "DELETE FROM disclosure WHERE position = ?",
)
UPDATE_HEAD = "UPDATE log_head SET size = ?, last_recorded_at = ?, frontier = ? WHERE id = 1"

COLUMNS = {
    "log": (
        *("position", "version", "stream", "type", "participant", "recorded_at"),
        *("leaf_hash", "leaf", "body"),
    ),
    "request_key": (
        *("scope", "key", "request_digest", "first_position", "last_position", "checksum"),
    ),
    "tree_node": ("level", "node_index", "hash"),
    "disclosure": ("position", "name", "encoded"),
    "disclosure_key": ("position", "key_id", "wrapped"),
}
"""In the order of the rows of `Settled`."""

CHUNKS = (64, 16, 4, 1)
"""Rows that one statement inserts: few statements, as Python lets go of its lock around each, and
few different ones, as the driver keeps them compiled."""


class Writer:
    """The one connection that appends; it belongs to the writer alone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection that begins no transactions by itself."""
        connection.execute("PRAGMA secure_delete = ON").close()  # what is erased leaves no bytes
        self._connection = connection

    def begin(
        self, keys: Collection[RequestKey], expected: Collection[tuple[str, int]]
    ) -> Known | None:
        """Take the write lock, then read what is known; `None` if the log was never founded.

        Args:
            keys: scope and key of every append.
            expected: every stream with every version that an append expects it to be at.
        """
        streams = list({stream for stream, _ in expected})
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        head = execute(HEAD).fetchone()
        if head is None:
            return None
        size, last_recorded_at, frontier, origin = head
        used = execute(KEYS, (orjson.dumps(list(keys)).decode(),)).fetchall()
        versions = execute(VERSIONS, (orjson.dumps(streams).decode(),)).fetchall()
        return Known(
            Head(
                size=size,
                last_recorded_at=last_recorded_at,
                frontier=Frontier.from_bytes(size, frontier),
                origin=origin,
            ),
            {(scope, key): Recorded(*rest) for scope, key, *rest in used},
            {stream: version for stream, version in versions if version is not None},
        )

    def finish(self, settled: Settled) -> None:
        """Write what was settled and commit: when this returns, it is on the disk."""
        self._insert("log", settled.entries)
        self._insert("request_key", settled.keys)
        self._insert("tree_node", settled.nodes)
        if settled.disclosures:
            self._insert("disclosure_key", settled.disclosure_keys)
            self._insert("disclosure", settled.disclosures)
        for statement in ERASE if settled.erased else ():
            self._connection.executemany(statement, [(position,) for position in settled.erased])
        after = settled.after
        head = (after.size, settled.recorded_at, after.to_bytes())
        self._connection.execute(UPDATE_HEAD, head)
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Let go of the lock; nothing was written."""
        self._connection.rollback()

    def close(self) -> None:
        """Close the connection; with a cursor still about, that alone would not end its lock."""
        try:
            self._connection.rollback()
        finally:
            self._connection.close()

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        start = 0
        for count in CHUNKS:
            while len(rows) - start >= count:
                values = tuple(chain.from_iterable(rows[start : start + count]))
                self._connection.execute(_insert_statement(table, count), values)
                start += count


def is_blocked(error: BaseException) -> bool:
    """Say whether somebody else's lock was in the way for too long: nothing was committed."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return bool(code & 0xFF == sqlite3.SQLITE_BUSY)


@cache
def _insert_statement(table: str, count: int) -> str:
    columns = COLUMNS[table]
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"  # noqa: S608 - names from above
