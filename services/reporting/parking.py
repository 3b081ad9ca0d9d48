"""Parking: participants whose entries are held back, and their release in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, delete, insert, select

from contracts.canonical import canonical
from contracts.envelope import parse_leaf
from contracts.merkle import leaf_hash
from services.reporting.execution import REFUSED, NothingOpen, execute
from services.reporting.folding import Folded, Stopped, fold, named_by
from services.reporting.projections.head import parked_entry, parked_participant
from services.reporting.verification import Verified

CHUNK_ENTRIES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A participant whose answers are incomplete."""

    participant: str
    since_position: int
    """First position that is missing from its rows."""
    reason: str


def read_parked(connection: Connection, generation: int) -> list[Parked]:
    """List who is parked, by participant."""
    table = parked_participant.c
    rows = connection.execute(
        select(table.participant, table.since_position, table.reason)
        .where(table.generation == generation)
        .order_by(table.participant)
    )
    return [Parked(participant=a, since_position=b, reason=c) for a, b, c in rows]


def project_together(
    connection: Connection, generation: int, entries: Sequence[Verified], parked: set[str]
) -> Folded:
    """Fold entries and carry out what they come to, batched.

    Args:
        connection: in the transaction that also moves the checkpoint.
        generation: whose rows these are.
        entries: in the order of the log.
        parked: who is parked already.

    Raises:
        Stopped: the projector may not go on.
        IntegrityError, DataError, NothingOpen: one entry's rows; `project_singly` finds which.
    """
    folded = fold(entries, parked)
    execute(connection, generation, folded.statements)
    _hold(connection, generation, folded)
    return folded


def project_singly(
    connection: Connection, generation: int, entries: Sequence[Verified], parked: set[str]
) -> Folded:
    """Do as `project_together`, entry by entry; what the database refuses is parked.

    Raises:
        Stopped: the projector may not go on.
    """
    done, parked = Folded(), set(parked)
    for each in entries:
        folded = fold((each,), parked)
        try:
            with connection.begin_nested():
                execute(connection, generation, folded.statements)
        except REFUSED as error:
            position, reason = each.entry.position, _reason(error)
            names = named_by(each)
            if not names:
                raise Stopped(reason, position=position) from error
            folded = Folded(held=[each], parked=dict.fromkeys(names, (position, reason)))
        done.held += folded.held
        done.parked |= folded.parked
        parked |= folded.parked.keys()
    _hold(connection, generation, done)
    return done


def _reason(error: Exception) -> str:
    """Say why the database refused an entry, without what is in it."""
    if isinstance(error, NothingOpen):
        return f"database: no row of {error} is open that the entry could change"
    return f"database: {type(error).__name__}"


def _hold(connection: Connection, generation: int, folded: Folded) -> None:
    if folded.held:
        connection.execute(
            insert(parked_entry),
            [
                {
                    "generation": generation,
                    "position": each.entry.position,
                    "leaf": each.leaf,
                    "data": canonical(each.data).decode(),
                }
                for each in folded.held
            ],
        )
    if folded.parked:
        connection.execute(
            insert(parked_participant),
            [
                {
                    "generation": generation,
                    "participant": participant,
                    "since_position": since,
                    "reason": reason,
                }
                for participant, (since, reason) in folded.parked.items()
            ],
        )


def release(connection: Connection, generation: int) -> tuple[int, list[Parked]]:
    """Replay everything that is held back, in order; what fails again is parked again.

    Args:
        connection: in a transaction that holds the checkpoint, so that no page comes between.
        generation: whose rows these are.

    Returns:
        How many entries were held back, and who is parked now.

    Raises:
        Stopped: an entry failed that names no participant.
    """
    mine = parked_participant.c.generation == generation
    connection.execute(delete(parked_participant).where(mine))
    count, parked = 0, set[str]()
    for entries in _held(connection, generation):
        first, last = entries[0].entry.position, entries[-1].entry.position
        chunk = parked_entry.c.position.between(first, last)
        connection.execute(
            delete(parked_entry).where(parked_entry.c.generation == generation, chunk)
        )
        parked |= project_singly(connection, generation, entries, parked).parked.keys()
        count += len(entries)
    return count, read_parked(connection, generation)


def _held(connection: Connection, generation: int) -> Iterator[list[Verified]]:
    """Read what is held back, chunk by chunk; a chunk may be changed before the next is read."""
    table, after = parked_entry.c, 0
    while True:
        rows = connection.execute(
            select(table.position, table.leaf, table.data)
            .where(table.generation == generation, table.position > after)
            .order_by(table.position)
            .limit(CHUNK_ENTRIES)
        ).all()
        if not rows:
            return
        after = rows[-1].position
        yield [_verified(leaf, data) for _, leaf, data in rows]


def _verified(leaf: str, data: str) -> Verified:
    """Give back an entry that was verified before it was held."""
    raw = leaf.encode()
    return Verified(parse_leaf(raw), leaf, leaf_hash(raw), orjson.loads(data))
