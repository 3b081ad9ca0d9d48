"""Log: the append's transaction on PostgreSQL, in two round trips; READ COMMITTED.

Each statement of `begin` sees what was committed when it starts, and the first of them waits for
the lock on the head: the others see everything that the holder before us wrote.
"""

from collections.abc import Collection
from typing import Any

import psycopg
from psycopg import errors

from contracts.merkle import Frontier
from services.kit.patience import NoAnswer
from services.registry.log.batch import Head, Known, Recorded, RequestKey, Settled
from services.registry.log.libpq import Pipe, byteas, int2s, int8, int8s, texts

STATEMENTS = {
    b"begin": b"BEGIN ISOLATION LEVEL READ COMMITTED",
    b"head": b"""
        SELECT size, last_recorded_at, frontier, origin FROM log_head WHERE id = 1 FOR UPDATE
    """,
    b"keys": b"""
        SELECT used.scope, used.key, used.request_digest, used.first_position, used.last_position
        FROM unnest($1::text[], $2::text[]) AS wanted (scope, key)
        JOIN request_key AS used ON used.scope = wanted.scope AND used.key = wanted.key
    """,
    b"present": b"""
        SELECT log.stream, log.version
        FROM unnest($1::text[], $2::int8[]) AS wanted (stream, version)
        JOIN log ON log.stream = wanted.stream AND log.version = wanted.version
    """,
    b"versions": b"""
        SELECT stream, (SELECT max(version) FROM log WHERE log.stream = wanted.stream)
        FROM unnest($1::text[]) AS wanted (stream)
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
    b"disclosure keys": b"""
        INSERT INTO disclosure_key (position, key_id, wrapped)
        SELECT * FROM unnest($1::int8[], $2::text[], $3::bytea[])
    """,
    b"erased": b"SELECT erase_disclosures($1::int8[])",
    b"new head": b"""
        UPDATE log_head SET size = $1::int8, last_recorded_at = $2::text, frontier = $3::bytea
        WHERE id = 1
    """,
    b"commit": b"COMMIT",
}

SETTINGS = tuple(
    # The plans are made once, maybe while the tables are empty: one lookup in an index per value,
    # however many rows there will be.
    f"SET {name} = {value}"
    for name, value in (
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("enable_material", "off"),
    )
)


class Writer:
    """The one connection that appends; it belongs to the writer alone."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        """Set the connection up and prepare the statements.

        Who is asked for something acts as a role that may not append; this one is who logged in.
        """
        self._connection = connection
        connection.execute("SET ROLE NONE")
        for setting in SETTINGS:
            connection.execute(setting)
        connection.commit()
        self._pipe = Pipe(connection, STATEMENTS)

    def begin(
        self, keys: Collection[RequestKey], expected: Collection[tuple[str, int]]
    ) -> Known | None:
        """Lock the head, then read what is known; `None` if the log was never founded.

        Args:
            keys: scope and key of every append.
            expected: every stream with every version that an append expects it to be at.
        """
        scopes, names = zip(*keys, strict=True)
        asked = {(name, at) for name, version in expected for at in (version, version + 1)}
        streams, versions = zip(*asked, strict=True)
        _, head, used, present = self._pipe.run(
            (b"begin", ()),
            (b"head", ()),
            (b"keys", (texts(scopes), texts(names))),
            (b"present", (texts(streams), int8s(versions))),
        )
        if not head.ntuples:
            return None
        return Known(_head(_row(head, 0)), _used(used), self._versions(expected, _pairs(present)))

    def _versions(
        self, expected: Collection[tuple[str, int]], present: Collection[tuple[str, int]]
    ) -> dict[str, int]:
        """Tell where streams are: a stream has every version from 1 to its last, and no other.

        To find that a version is there and the next one is not costs a third of finding the last.
        """
        versions = {
            stream: version
            for stream, version in expected
            if (stream, version + 1) not in present
            and (version == 0 or (stream, version) in present)
        }
        elsewhere = {stream for stream, _ in expected} - versions.keys()
        if elsewhere:
            (latest,) = self._pipe.run((b"versions", (texts(list(elsewhere)),)))
            versions.update(_pairs(latest))
        return versions

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
            place, key_id, wrapped = zip(*settled.disclosure_keys, strict=True)
            commands.append((b"disclosure keys", (int8s(place), texts(key_id), byteas(wrapped))))
            place, name, encoded = zip(*settled.disclosures, strict=True)
            commands.append((b"disclosures", (int8s(place), texts(name), texts(encoded))))
        if settled.erased:
            commands.append((b"erased", (int8s(settled.erased),)))
        commands.append((b"new head", (int8(after.size), at, after.to_bytes())))
        commands.append((b"commit", ()))
        self._pipe.run(*commands)

    def rollback(self) -> None:
        """Let go of the lock; nothing was written."""
        self._connection.rollback()

    def close(self) -> None:
        """Close the connection; the server ends what was under way."""
        self._connection.close()


def is_blocked(error: BaseException) -> bool:
    """Say whether a lock or the server stood still for too long; asking again would only wait.

    Without an answer nobody knows whether it was committed: callers ask again under their keys.
    """
    return isinstance(error, (errors.LockNotAvailable, errors.QueryCanceled, NoAnswer))


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


def _used(result: Any) -> dict[RequestKey, Recorded]:
    found = {}
    for row in range(result.ntuples):
        scope, key, digest, first, last = _row(result, row)
        found[scope.decode(), key.decode()] = Recorded(
            digest, int.from_bytes(first, "big"), int.from_bytes(last, "big")
        )
    return found


def _pairs(result: Any) -> set[tuple[str, int]]:
    """Read a text and an int8 per row; NULL is 0."""
    value = result.get_value
    return {
        (value(row, 0).decode(), int.from_bytes(value(row, 1) or b"", "big"))
        for row in range(result.ntuples)
    }
