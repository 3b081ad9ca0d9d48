"""Log: the append's transaction on PostgreSQL, in two round trips; READ COMMITTED.

Each statement of `begin` sees what was committed when it starts, and the first of them waits for
the lock on the head: the others see everything that the holder before us wrote.
"""

from collections.abc import Collection
from typing import Any

import psycopg

from contracts.merkle import Frontier
from services.registry.log.batch import Head, Known, Recorded, RequestKey, Settled
from services.registry.log.libpq import Pipe, byteas, int2s, int8, int8s, texts

STATEMENTS = {
    b"begin": b"BEGIN ISOLATION LEVEL READ COMMITTED",
    b"head": b"""
        SELECT size, last_recorded_at, frontier, origin FROM log_head WHERE id = 1 FOR UPDATE
    """,
    b"keys": b"""
        SELECT scope, key, request_digest, first_position, last_position FROM request_key
        WHERE scope = ANY ($1::text[]) AND key = ANY ($2::text[])
    """,
    b"versions": b"""
        SELECT wanted.stream, latest.version FROM unnest($1::text[]) AS wanted (stream)
        CROSS JOIN LATERAL (
            SELECT version FROM log WHERE log.stream = wanted.stream
            ORDER BY version DESC LIMIT 1
        ) AS latest
    """,
    b"entries": b"""
        INSERT INTO log (position, version, stream, type, participant, recorded_at,
                         leaf_hash, leaf, body)
        SELECT position, version, stream, type, participant, $9::text, leaf_hash, leaf, body
        FROM unnest($1::int8[], $2::int8[], $3::text[], $4::text[], $5::text[],
                    $6::bytea[], $7::bytea[], $8::bytea[])
            AS new (position, version, stream, type, participant, leaf_hash, leaf, body)
    """,
    b"new keys": b"""
        INSERT INTO request_key (scope, key, request_digest, first_position, last_position,
                                 checksum)
        SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int8[], $5::int8[],
                             $6::bytea[])
    """,
    b"nodes": b"""
        INSERT INTO tree_node (level, node_index, hash)
        SELECT * FROM unnest($1::int2[], $2::int8[], $3::bytea[])
    """,
    b"disclosures": b"""
        INSERT INTO disclosure (position, name, encoded)
        SELECT * FROM unnest($1::int8[], $2::text[], $3::text[])
    """,
    b"new head": b"""
        UPDATE log_head SET size = $1::int8, last_recorded_at = $2::text, frontier = $3::bytea
        WHERE id = 1
    """,
    b"commit": b"COMMIT",
}

SETTINGS = (
    # The plans are made once, maybe while the tables are empty; every lookup is by an index.
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
)


class Writer:
    """The one connection that appends; it belongs to the writer alone."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        """Set the connection up and prepare the statements."""
        self._connection = connection
        for setting in SETTINGS:
            connection.execute(setting)
        connection.commit()
        self._pipe = Pipe(connection, STATEMENTS)

    def begin(self, keys: Collection[RequestKey], streams: Collection[str]) -> Known | None:
        """Lock the head, then read what is known; `None` if the log was never founded."""
        scopes = {scope for scope, _ in keys}
        _, head, used, versions = self._pipe.run(
            (b"begin", ()),
            (b"head", ()),
            (b"keys", (texts(list(scopes)), texts([key for _, key in keys]))),
            (b"versions", (texts(list(streams)),)),
        )
        if not head.ntuples:
            return None
        return Known(_head(_row(head, 0)), _used(used, keys), _versions(versions))

    def finish(self, settled: Settled) -> None:
        """Write what was settled and commit: when this returns, it is on the disk."""
        position, version, stream, kind, participant, _, leaf_hash, leaf, body = zip(
            *settled.entries, strict=True
        )
        scope, key, digest, first, last, checksum = zip(*settled.keys, strict=True)
        at, after = settled.recorded_at.encode(), settled.after
        commands = [
            (
                b"entries",
                (
                    *(int8s(position), int8s(version), texts(stream), texts(kind)),
                    *(texts(participant), byteas(leaf_hash), byteas(leaf), byteas(body), at),
                ),
            ),
            (
                b"new keys",
                (
                    *(texts(scope), texts(key), byteas(digest)),
                    *(int8s(first), int8s(last), byteas(checksum)),
                ),
            ),
        ]
        if settled.nodes:
            level, index, node = zip(*settled.nodes, strict=True)
            commands.append((b"nodes", (int2s(level), int8s(index), byteas(node))))
        if settled.disclosures:
            place, name, encoded = zip(*settled.disclosures, strict=True)
            commands.append((b"disclosures", (int8s(place), texts(name), texts(encoded))))
        commands.append((b"new head", (int8(after.size), at, after.to_bytes())))
        commands.append((b"commit", ()))
        self._pipe.run(*commands)

    def rollback(self) -> None:
        """Let go of the lock; nothing was written."""
        self._connection.rollback()

    def close(self) -> None:
        """Close the connection; the server ends what was under way."""
        self._connection.close()


def _row(result: Any, row: int) -> tuple[bytes, ...]:
    return tuple(result.get_value(row, column) for column in range(result.nfields))


def _head(row: tuple[bytes, ...]) -> Head:
    size, last_recorded_at, frontier, origin = row
    count = int.from_bytes(size, "big")
    return Head(
        size=count,
        last_recorded_at=last_recorded_at.decode(),
        frontier=Frontier.from_bytes(count, frontier),
        origin=origin.decode(),
    )


def _used(result: Any, keys: Collection[RequestKey]) -> dict[RequestKey, Recorded]:
    """Read the keys that were used; the query may find pairs that nobody asked for."""
    found = {}
    for row in range(result.ntuples):
        scope, key, digest, first, last = _row(result, row)
        pair = (scope.decode(), key.decode())
        if pair in keys:
            found[pair] = Recorded(
                digest, int.from_bytes(first, "big"), int.from_bytes(last, "big")
            )
    return found


def _versions(result: Any) -> dict[str, int]:
    value = result.get_value
    return {
        value(row, 0).decode(): int.from_bytes(value(row, 1), "big")
        for row in range(result.ntuples)
    }
