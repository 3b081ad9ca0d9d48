"""How far streams have come: what a writer sends back in `If-Match`."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from services.reporting.projections.entries import entry_table
from services.reporting.queries.as_of import Moment
from services.reporting.queries.rows import some_at_a_time


def stream_versions(
    connection: Connection, moment: Moment, streams: Iterable[str]
) -> dict[str, int]:
    """Give the version of each stream that exists, from the index of entries.

    The index has no gap where a participant is held back, and the registry compares with every
    entry of the stream.
    """
    entry = entry_table.c
    found: dict[str, int] = {}
    for some in some_at_a_time(streams):
        newest = (
            select(entry.stream, func.max(entry.version))
            .where(
                entry.generation == moment.generation,
                entry.position <= moment.position,
                entry.stream.in_(some),
            )
            .group_by(entry.stream)
        )
        found |= {row[0]: row[1] for row in connection.execute(newest)}
    return found
