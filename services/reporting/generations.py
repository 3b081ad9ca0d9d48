"""Generations: which one answers, how far each has come; the only SQL on those tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError, OperationalError

from contracts.canonical import canonical
from contracts.merkle import Frontier
from services.reporting.projections.catalogue import TABLES, VERSIONS
from services.reporting.projections.head import (
    parked_entry,
    parked_participant,
    projection_checkpoint,
    projection_head,
    projector_status,
)

LOCK_NOT_AVAILABLE = "55P03"
"""What PostgreSQL says to `NOWAIT` where another transaction holds the row."""
CHUNK_ROWS = 10_000
FIRST = 1


class Fenced(Exception):
    """Another projector holds, or has moved, the checkpoint; nothing was written."""


class Superseded(Fenced):
    """A later rebuild has begun; the generation of this one will not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far one generation has come."""

    generation: int
    frontier: Frontier
    """Of the entries whose rows are in the tables; its size is their last position."""
    recorded_at: str | None
    proven_position: int
    """Last position whose root equalled a signed root: answers go no further."""
    proven_recorded_at: str | None
    checkpoint: str | None
    """The signed note that proved it."""
    versions: Mapping[str, int]
    """Version by name of the projections that filled this generation."""

    @property
    def position(self) -> int:
        """Last position whose rows are in the tables."""
        return self.frontier.size


def live_generation(connection: Connection) -> int | None:
    """Give the generation that answers; `None` before the first start of a projector."""
    return connection.execute(select(projection_head.c.live_generation)).scalar_one_or_none()


def read_place(connection: Connection, generation: int, *, lock: bool = False) -> Place:
    """Read how far a generation has come.

    Args:
        connection: in a transaction.
        generation: must exist.
        lock: hold the row until the transaction ends. SQLite has no row locks; there the
            transaction has been begun as the only writer.

    Raises:
        Fenced: another transaction holds the row, or the generation is gone.
    """
    table = projection_checkpoint.c
    query = select(
        table.position,
        table.recorded_at,
        table.frontier,
        table.proven_position,
        table.proven_recorded_at,
        table.checkpoint,
        table.versions,
    ).where(table.generation == generation)
    try:
        row = connection.execute(
            query.with_for_update(nowait=True) if lock else query
        ).one_or_none()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise Fenced(f"another projector is at work on generation {generation}") from None
        raise
    if row is None:
        raise Fenced(f"generation {generation} is gone: a rebuild took its place")
    return Place(
        generation=generation,
        frontier=Frontier.from_bytes(row.position, row.frontier),
        recorded_at=row.recorded_at,
        proven_position=row.proven_position,
        proven_recorded_at=row.proven_recorded_at,
        checkpoint=row.checkpoint,
        versions=orjson.loads(row.versions),
    )


def read_proven_frontier(connection: Connection, place: Place) -> Frontier:
    """Read the frontier at the last proven position."""
    table = projection_checkpoint.c
    raw = connection.execute(
        select(table.proven_frontier).where(table.generation == place.generation)
    ).scalar_one()
    return Frontier.from_bytes(place.proven_position, raw)


def move(
    connection: Connection,
    generation: int,
    *,
    expected: int,
    frontier: Frontier,
    recorded_at: str | None,
    checkpoint: str | None,
) -> None:
    """Move the checkpoint by compare-and-swap.

    Args:
        connection: in the transaction that writes the rows.
        generation: whose checkpoint.
        expected: position it must still have.
        frontier: of everything that is in the tables now.
        recorded_at: of the last entry.
        checkpoint: signed note that proves the frontier; `None` leaves the proven place.

    Raises:
        Fenced: it has another position.
    """
    table = projection_checkpoint
    raw = frontier.to_bytes()
    values = {"position": frontier.size, "frontier": raw, "recorded_at": recorded_at}
    if checkpoint is not None:
        values |= {
            "proven_position": frontier.size,
            "proven_frontier": raw,
            "proven_recorded_at": recorded_at,
            "checkpoint": checkpoint,
        }
    moved = connection.execute(
        update(table)
        .where(table.c.generation == generation, table.c.position == expected)
        .values(values)
    )
    if moved.rowcount != 1:
        raise Fenced(f"another projector moved generation {generation} on from {expected}")


def new_generation(connection: Connection) -> int:
    """Begin an empty generation; the first one of a database answers at once.

    From this transaction's commit on no older one may be built any further, and none can begin
    to answer: whoever begins last wins, and who died on the way is in nobody's way.
    """
    newest = projection_head.c.newest_generation
    given = connection.execute(
        update(projection_head)
        .where(projection_head.c.id == 1)
        .values(newest_generation=newest + 1)
        .returning(newest)
    ).scalar_one_or_none()
    if given is None:
        return live_or_first(connection)
    _insert_empty(connection, int(given))
    return int(given)


def live_or_first(connection: Connection) -> int:
    """Give the generation that answers; begin one where none does yet.

    On PostgreSQL another process may begin it at the same moment: the insert then waits for that
    one's commit, and its generation is the one to follow.
    """
    live = live_generation(connection)
    if live is not None:
        return live
    try:
        with connection.begin_nested():
            _insert_empty(connection, FIRST)
            head = {"id": 1, "live_generation": FIRST, "newest_generation": FIRST}
            connection.execute(insert(projection_head).values(head))
    except IntegrityError:
        if (begun := live_generation(connection)) is None:
            raise
        return begun
    return FIRST


def _insert_empty(connection: Connection, generation: int) -> None:
    connection.execute(
        insert(projection_checkpoint).values(
            generation=generation,
            position=0,
            frontier=b"",
            proven_position=0,
            proven_frontier=b"",
            versions=canonical(dict(VERSIONS)).decode(),
        )
    )
    connection.execute(
        insert(projector_status).values(
            generation=generation, state="running", seen_size=0, fenced=0
        )
    )


def assert_newest(connection: Connection, generation: int) -> None:
    """Check that no later rebuild has begun.

    Raises:
        Superseded: one has.
    """
    head = projection_head.c
    newest = connection.execute(select(head.newest_generation)).scalar_one()
    if newest != generation:
        reason = f"a later rebuild has begun generation {newest}"
        raise Superseded(f"generation {generation} will not answer: {reason}")


def switch(connection: Connection, *, expected: int, generation: int) -> None:
    """Let another generation answer, from this transaction's commit on.

    Raises:
        Superseded: a later rebuild has begun.
        Fenced: another one than the expected answers now.
    """
    head = projection_head.c
    switched = connection.execute(
        update(projection_head)
        .where(head.id == 1, head.live_generation == expected, head.newest_generation == generation)
        .values(live_generation=generation)
    )
    if switched.rowcount != 1:
        assert_newest(connection, generation)
        raise Fenced(f"generation {expected} is no longer the one that answers")


def cut_back(connection: Connection, place: Place) -> None:
    """Take back every row that no signed root has proven; the log will be read again from there."""
    frontier, proven = read_proven_frontier(connection, place), place.proven_position
    for table in TABLES:
        since = table.c.get("known_from", table.c.position)
        mine = table.c.generation == place.generation
        connection.execute(table.delete().where(mine, since > proven))
        if "known_to" in table.c:
            reopened = table.update().where(mine, table.c.known_to > proven)
            connection.execute(reopened.values(known_to=None))
    for table, since in (
        (parked_entry, parked_entry.c.position),
        (parked_participant, parked_participant.c.since_position),
    ):
        mine = table.c.generation == place.generation
        connection.execute(table.delete().where(mine, since > proven))
    move(
        connection,
        place.generation,
        expected=place.position,
        frontier=frontier,
        recorded_at=place.proven_recorded_at,
        checkpoint=None,
    )


def drop_chunk(connection: Connection, generation: int) -> int:
    """Delete some rows of a generation that does not answer; the last call takes its checkpoint.

    The checkpoint is held meanwhile, so that no page of rows is written behind the deletion.

    Returns:
        How many rows went; 0 when nothing is left of it.

    Raises:
        Fenced: it answers.
    """
    checkpoint = projection_checkpoint.c.generation
    mine = select(checkpoint).where(checkpoint == generation)
    if connection.execute(mine.with_for_update()).one_or_none() is None:
        return 0
    if generation == live_generation(connection):
        raise Fenced(f"generation {generation} answers: it cannot be dropped")
    for table in (*TABLES, parked_entry, parked_participant):
        key = [column for column in table.primary_key.columns if column.name != "generation"]
        own = table.c.generation == generation
        some = select(*key).where(own).limit(CHUNK_ROWS)
        gone = connection.execute(table.delete().where(own, tuple_(*key).in_(some))).rowcount
        if gone:
            return gone
    for table in (projector_status, projection_checkpoint):
        connection.execute(table.delete().where(table.c.generation == generation))
    return 0
