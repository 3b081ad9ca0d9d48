"""Log: the append's transaction on PostgreSQL, in two round trips; READ COMMITTED.

Each statement of `begin` sees what was committed when it starts, and the first of them waits for
the lock on the head: the others see everything that the holder before us wrote.
"""

from collections.abc import Collection
from typing import Any

import psycopg

from contracts.merkle import Frontier
from services.registry.log.batch import Head, Known, Recorded, RequestKey, Settled

HEAD = """
    SELECT size, last_recorded_at, frontier, origin FROM log_head WHERE id = 1 FOR UPDATE
"""
KEYS = """
    SELECT used.scope, used.key, used.request_digest, used.first_position, used.last_position
    FROM unnest(%s::text[], %s::text[]) AS wanted (scope, key)
    JOIN request_key AS used ON used.scope = wanted.scope AND used.key = wanted.key
"""
VERSIONS = """
    SELECT stream, (SELECT max(version) FROM log WHERE log.stream = wanted.stream)
    FROM unnest(%s::text[]) AS wanted (stream)
"""
INSERT_ENTRIES = """
    INSERT INTO log (position, version, stream, type, participant, recorded_at,
                     leaf_hash, leaf, body)
    SELECT * FROM unnest(%b::int8[], %b::int8[], %b::text[], %b::text[], %b::text[], %b::text[],
                         %b::bytea[], %b::bytea[], %b::bytea[])
"""
INSERT_KEYS = """
    INSERT INTO request_key (scope, key, request_digest, first_position, last_position, checksum)
    SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::int8[], %b::int8[], %b::bytea[])
"""
INSERT_NODES = """
    INSERT INTO tree_node (level, node_index, hash)
    SELECT * FROM unnest(%b::int2[], %b::int8[], %b::bytea[])
"""
INSERT_DISCLOSURES = """
    INSERT INTO disclosure (position, name, encoded)
    SELECT * FROM unnest(%b::int8[], %b::text[], %b::text[])
"""
UPDATE_HEAD = """
    UPDATE log_head SET size = %s, last_recorded_at = %s, frontier = %s WHERE id = 1
"""

Connection = psycopg.Connection[tuple[Any, ...]]


def begin(
    connection: Connection, keys: Collection[RequestKey], streams: Collection[str]
) -> Known | None:
    """Lock the head, then read what is known; `None` if the log was never founded."""
    scopes, names = zip(*keys, strict=True)
    with connection.pipeline():
        head = connection.execute(HEAD, prepare=True)
        used = connection.execute(KEYS, (list(scopes), list(names)), prepare=True)
        versions = connection.execute(VERSIONS, (list(streams),), prepare=True)
    row = head.fetchone()
    if row is None:
        return None
    size, last_recorded_at, frontier, origin = row
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


def finish(connection: Connection, settled: Settled) -> None:
    """Write what was settled and commit: when this returns, it is on the disk."""
    after = settled.after
    with connection.pipeline():
        for statement, rows in (
            (INSERT_ENTRIES, settled.entries),
            (INSERT_KEYS, settled.keys),
            (INSERT_NODES, settled.nodes),
            (INSERT_DISCLOSURES, settled.disclosures),
        ):
            if rows:
                connection.execute(statement, _columns(rows), prepare=True)
        head = (after.size, settled.recorded_at, after.to_bytes())
        connection.execute(UPDATE_HEAD, head, prepare=True)
        connection.commit()


def _columns(rows: Collection[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
