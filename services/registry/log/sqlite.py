"""Log: the append's transaction on SQLite; `begin` and `finish` are one transaction, held by us."""

import sqlite3
from collections.abc import Collection

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
INSERT_ENTRY = """
    INSERT INTO log (position, version, stream, type, participant, recorded_at,
                     leaf_hash, leaf, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_KEY = """
    INSERT INTO request_key (scope, key, request_digest, first_position, last_position, checksum)
    VALUES (?, ?, ?, ?, ?, ?)
"""
INSERT_NODE = "INSERT INTO tree_node (level, node_index, hash) VALUES (?, ?, ?)"
INSERT_DISCLOSURE = "INSERT INTO disclosure (position, name, encoded) VALUES (?, ?, ?)"
UPDATE_HEAD = "UPDATE log_head SET size = ?, last_recorded_at = ?, frontier = ? WHERE id = 1"


def begin(
    connection: sqlite3.Connection, keys: Collection[RequestKey], streams: Collection[str]
) -> Known | None:
    """Take the write lock, then read what is known; `None` if the log was never founded."""
    connection.execute("BEGIN IMMEDIATE")
    head = connection.execute(HEAD).fetchone()
    if head is None:
        return None
    size, last_recorded_at, frontier, origin = head
    used = connection.execute(KEYS, (orjson.dumps(list(keys)).decode(),))
    versions = connection.execute(VERSIONS, (orjson.dumps(list(streams)).decode(),))
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


def finish(connection: sqlite3.Connection, settled: Settled) -> None:
    """Write what was settled and commit: when this returns, it is on the disk."""
    connection.executemany(INSERT_ENTRY, settled.entries)
    connection.executemany(INSERT_KEY, settled.keys)
    if settled.nodes:
        connection.executemany(INSERT_NODE, settled.nodes)
    if settled.disclosures:
        connection.executemany(INSERT_DISCLOSURE, settled.disclosures)
    after = settled.after
    connection.execute(UPDATE_HEAD, (after.size, settled.recorded_at, after.to_bytes()))
    connection.execute("COMMIT")
