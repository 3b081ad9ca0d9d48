"""Log: every read of the log's tables; the caller brings the connection and ends it soon."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, exists, func, literal_column, select

from contracts.envelope import Entry, parse_leaf
from contracts.merkle import Frontier
from services.registry.log.batch import Head, Recorded
from services.registry.log.seeing import EVERYBODY
from services.registry.log.table import (
    disclosure,
    disclosure_key,
    log,
    log_head,
    request_key,
    tree_node,
)
from services.registry.log.vault import LockedRow

MOST_ENTRIES = 256
MOST_BYTES = 4 * 1024 * 1024
"""A page holds at most so many entries, and bytes of leaves and bodies; but always one entry."""


class StoredEntry(NamedTuple):
    """An entry as it is read for the feed; leaf and body are the exact bytes."""

    position: int
    recorded_at: str
    type: str
    participant: str | None
    leaf: bytes
    body: bytes


class Outline(NamedTuple):
    """An entry, with its body only where that is small."""

    position: int
    stream: str
    type: str
    body: bytes | None


def find_head(connection: Connection) -> Head | None:
    """Read the head; `None` if the log was never founded."""
    row = connection.execute(
        select(log_head.c.size, log_head.c.last_recorded_at, log_head.c.frontier, log_head.c.origin)
    ).one_or_none()
    if row is None:
        return None
    return Head(
        size=row.size,
        last_recorded_at=row.last_recorded_at,
        frontier=Frontier.from_bytes(row.size, row.frontier),
        origin=row.origin,
    )


def find_key(connection: Connection, scope: str, key: str) -> Recorded | None:
    """Read what a request under this key made; `None` if there was none."""
    row = connection.execute(
        select(
            request_key.c.request_digest,
            request_key.c.first_position,
            request_key.c.last_position,
        ).where(request_key.c.scope == scope, request_key.c.key == key)
    ).one_or_none()
    return None if row is None else Recorded(*row)


def is_made_by(connection: Connection, scope: str, position: int) -> bool:
    """Say whether a request of an acting party made the entry at a position."""
    found = connection.execute(
        select(request_key.c.key)
        .where(
            request_key.c.scope == scope,
            request_key.c.first_position <= position,
            request_key.c.last_position >= position,
        )
        .limit(1)
    )
    return found.first() is not None


def versions_between(connection: Connection, first: int, last: int) -> tuple[dict[str, int], str]:
    """Give the version of each stream after the entries first … last, and when they came."""
    rows = connection.execute(
        select(log.c.stream, func.max(log.c.version), func.max(log.c.recorded_at))
        .where(log.c.position.between(first, last))
        .group_by(log.c.stream)
    ).all()
    return {stream: version for stream, version, _ in rows}, max(row[2] for row in rows)


def stream_version(connection: Connection, stream: str) -> int:
    """Give the version of a stream; 0 if it has no entries."""
    found = connection.scalar(select(func.max(log.c.version)).where(log.c.stream == stream))
    return found or 0


def streams_beginning(connection: Connection, prefix: str) -> list[str]:
    """Name the streams whose names begin so, in the order of their names; found in the index."""
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    rows = connection.scalars(
        select(log.c.stream)
        .where(log.c.stream >= prefix, log.c.stream < after, log.c.version == 1)
        .order_by(log.c.stream)
    )
    return list(rows)


def read_stream(connection: Connection, stream: str) -> list[tuple[Entry, bytes]]:
    """Read a stream from its first entry on: entries with their bodies."""
    rows = connection.execute(
        select(log.c.leaf, log.c.body).where(log.c.stream == stream).order_by(log.c.version)
    )
    return [(parse_leaf(row.leaf), row.body) for row in rows]


def plan_streams(connection: Connection, participant: str, up_to: int) -> list[str]:
    """Give the streams of the plans that a participant registered by a position."""
    rows = connection.scalars(
        select(log.c.stream)
        .where(
            log.c.participant == participant,
            log.c.type == literal_column("'plan-registered'"),  # as the index says it
            log.c.position <= up_to,
        )
        .order_by(log.c.stream)
    )
    return list(rows)


def outlines(
    connection: Connection, prefix: str, up_to: int, *, without_body: Collection[str]
) -> list[Outline]:
    """Give the entries of all streams whose names begin alike, by a position, in order.

    Args:
        connection: to read with.
        prefix: ends with a hyphen.
        up_to: the last position.
        without_body: types whose bodies may be large and are not read.
    """
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    body = case((log.c.type.in_(without_body), None), else_=log.c.body)
    rows = connection.execute(
        select(log.c.position, log.c.stream, log.c.type, body)
        .where(log.c.stream >= prefix, log.c.stream < after, log.c.position <= up_to)
        .order_by(log.c.position)
    )
    return [Outline(*row) for row in rows]


def read_streams(
    connection: Connection, streams: Sequence[str]
) -> dict[str, list[tuple[Entry, bytes]]]:
    """Read several streams at once, each from its first entry on; empty for one that has none."""
    found: dict[str, list[tuple[Entry, bytes]]] = {stream: [] for stream in streams}
    rows = connection.execute(
        select(log.c.stream, log.c.leaf, log.c.body)
        .where(log.c.stream.in_(streams))
        .order_by(log.c.stream, log.c.version)
    )
    for stream, leaf, body in rows:
        found[stream].append((parse_leaf(leaf), body))
    return found


def find_entry(connection: Connection, position: int) -> StoredEntry | None:
    """Read one entry; `None` if the log has not come so far."""
    row = connection.execute(select(*_COLUMNS).where(log.c.position == position)).one_or_none()
    return None if row is None else StoredEntry(*row)


def page(connection: Connection, after: int, up_to: int) -> list[StoredEntry]:
    """Read the entries that follow a position, as many as a page holds.

    Args:
        connection: to read with.
        after: position before the first entry, exclusive.
        up_to: last position to read, inclusive. Where it does not cut the page short, the page
            depends on `after` and the log alone.
    """
    lengths = connection.execute(
        select(log.c.position, func.length(log.c.leaf) + func.length(log.c.body))
        .where(log.c.position > after, log.c.position <= up_to)
        .order_by(log.c.position)
        .limit(MOST_ENTRIES)
    ).all()
    last = _fitting((position, length) for position, length in lengths)
    if last is None:
        return []
    rows = connection.execute(
        select(*_COLUMNS).where(log.c.position.between(after + 1, last)).order_by(log.c.position)
    )
    return [StoredEntry(*row) for row in rows]


def entries_of(
    connection: Connection, participant: str, after: int, up_to: int
) -> list[StoredEntry]:
    """Read the entries of one participant that follow a position, up to another.

    There is no index by participant, which every append would pay for: all rows in between are
    looked at, so the caller asks for a few thousand positions at a time.
    """
    rows = connection.execute(
        select(*_COLUMNS)
        .where(log.c.position > after, log.c.position <= up_to, log.c.participant == participant)
        .order_by(log.c.position)
    )
    return [StoredEntry(*row) for row in rows]


_COLUMNS = (
    log.c.position,
    log.c.recorded_at,
    log.c.type,
    log.c.participant,
    log.c.leaf,
    log.c.body,
)


def _fitting(lengths: Iterable[tuple[int, int]]) -> int | None:
    total, last = 0, None
    for position, length in lengths:
        total += length
        if last is not None and total > MOST_BYTES:
            break
        last = position
    return last


def leaves(connection: Connection, first: int, last: int) -> list[bytes]:
    """Read the exact bytes of the leaves at positions first … last."""
    rows = connection.scalars(
        select(log.c.leaf).where(log.c.position.between(first, last)).order_by(log.c.position)
    )
    return list(rows)


def leaf_hashes(connection: Connection, first: int, last: int) -> list[bytes]:
    """Read the hashes of the leaves at positions first … last."""
    rows = connection.scalars(
        select(log.c.leaf_hash).where(log.c.position.between(first, last)).order_by(log.c.position)
    )
    return list(rows)


def nodes(connection: Connection, level: int, first: int, last: int) -> list[bytes]:
    """Read stored nodes of a level (8, 16, …) with indices first … last."""
    rows = connection.scalars(
        select(tree_node.c.hash)
        .where(tree_node.c.level == level, tree_node.c.node_index.between(first, last))
        .order_by(tree_node.c.node_index)
    )
    return list(rows)


def disclosures(connection: Connection, after: int, up_to: int, *, seen_by: str) -> list[LockedRow]:
    """Read what is disclosed of the entries that follow a position, entry by entry.

    Args:
        connection: to read with.
        after: position before the first, exclusive.
        up_to: last position, inclusive.
        seen_by: code of a participant, whose entries alone are looked at, or `EVERYBODY`.
    """
    statement = (
        select(
            disclosure.c.position,
            disclosure.c.name,
            disclosure.c.encoded,
            disclosure_key.c.key_id,
            disclosure_key.c.wrapped,
        )
        .outerjoin_from(
            disclosure, disclosure_key, disclosure_key.c.position == disclosure.c.position
        )
        .where(disclosure.c.position > after, disclosure.c.position <= up_to)
        .order_by(disclosure.c.position, disclosure.c.name)
    )
    if seen_by != EVERYBODY:
        statement = statement.where(_is_of(seen_by))
    return [LockedRow(*row) for row in connection.execute(statement)]


def _is_of(participant: str) -> ColumnElement[bool]:
    return exists().where(log.c.position == disclosure.c.position, log.c.participant == participant)
