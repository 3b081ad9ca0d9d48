"""How far the register is known here, and which position an `as_of` means."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.kit.errors import Unavailable
from services.reporting.projections.entries import entry_table
from services.reporting.projections.head import (
    parked_participant,
    projection_checkpoint,
    projection_head,
    projector_status,
)
from services.reporting.queries.as_of import (
    AsOf,
    AtInstant,
    AtPosition,
    Moment,
    Parked,
    default_day,
    recorded_text,
)

SETTLING_SECONDS = 10
"""An instant is answered when the log was seen whole this long after it: what was recorded before
it may be signed later, and an answer must not change once it was given."""

SILENT_AFTER_SECONDS = 180
"""A projector speaks with the registry at least once a minute; beyond this it is not heard of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the live generation knows."""

    generation: int
    position: int
    """Proven: the root at this size equalled a signed root. Queries see nothing beyond it."""
    recorded_at: str | None
    parked: tuple[Parked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How the projector is doing; changes at every look at the log, so no part of `Head`."""

    projected_position: int
    projected_recorded_at: str | None
    seen_size: int
    seen_at: str | None
    """Clock of the projector when it last spoke with the registry."""
    state: str
    """`running`, `stopped`, `silent` (neither it nor the registry is heard of), `not_started`."""
    reason: str | None
    """Why it stopped, in words for an operator."""
    stopped_at_position: int | None
    fenced: int
    unreachable_since: str | None
    """Clock of the projector when the registry first gave no answer; `None` while it answers."""
    unreachable_because: str | None
    versions: str
    """JSON object: version by name of each projection."""


EMPTY = Head(generation=0, position=0, recorded_at=None, parked=())
NOT_STARTED = Progress(
    projected_position=0,
    projected_recorded_at=None,
    seen_size=0,
    seen_at=None,
    state="not_started",
    reason=None,
    stopped_at_position=None,
    fenced=0,
    unreachable_since=None,
    unreachable_because=None,
    versions="{}",
)

_LIVE = (
    select(
        projection_checkpoint.c.generation,
        projection_checkpoint.c.position,
        projection_checkpoint.c.recorded_at,
        projection_checkpoint.c.proven_position,
        projection_checkpoint.c.proven_recorded_at,
        projection_checkpoint.c.versions,
        projector_status.c.state,
        projector_status.c.reason,
        projector_status.c.stopped_at_position,
        projector_status.c.seen_size,
        projector_status.c.seen_at,
        projector_status.c.fenced,
        projector_status.c.unreachable_since,
        projector_status.c.unreachable_because,
    )
    .select_from(projection_head)
    .join(
        projection_checkpoint,
        projection_checkpoint.c.generation == projection_head.c.live_generation,
    )
    .outerjoin(
        projector_status, projector_status.c.generation == projection_checkpoint.c.generation
    )
)


@contextmanager
def unless_away() -> Iterator[None]:
    """Read from the database within.

    Raises:
        Unavailable: it does not answer.
    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable("the database does not answer now") from error


def read_head(connection: Connection, *, now: datetime) -> tuple[Head, Progress]:
    """Read how far the live generation has come; an empty database knows nothing yet.

    Args:
        connection: a reading transaction.
        now: decides whether the projector is still heard of.
    """
    row = connection.execute(_LIVE).mappings().one_or_none()
    if row is None:
        return EMPTY, NOT_STARTED
    parked = connection.execute(
        select(parked_participant.c.participant, parked_participant.c.since_position)
        .where(parked_participant.c.generation == row["generation"])
        .order_by(parked_participant.c.participant)
    ).mappings()
    head = Head(
        generation=row["generation"],
        position=row["proven_position"],
        recorded_at=row["proven_recorded_at"],
        parked=tuple(Parked(**dict(p)) for p in parked),
    )
    return head, _progress(row, now)


def _progress(row: RowMapping, now: datetime) -> Progress:
    return Progress(
        projected_position=row["position"],
        projected_recorded_at=row["recorded_at"],
        seen_size=row["seen_size"] or 0,
        seen_at=row["seen_at"],
        state=_state(row, now),
        reason=row["reason"],
        stopped_at_position=row["stopped_at_position"],
        fenced=row["fenced"] or 0,
        unreachable_since=row["unreachable_since"],
        unreachable_because=row["unreachable_because"],
        versions=row["versions"],
    )


def _state(row: RowMapping, now: datetime) -> str:
    state: str = row["state"] or "not_started"
    since = recorded_text(now - timedelta(seconds=SILENT_AFTER_SECONDS))
    is_silent = row["seen_at"] is not None and row["seen_at"] < since
    return "silent" if state == "running" and is_silent else state


def locate(
    connection: Connection, as_of: AsOf, effective_on: date | None, *, now: datetime
) -> tuple[Head, Moment]:
    """Find the moment that a question means, on the head as this transaction sees it.

    Args:
        connection: a reading transaction.
        as_of: what the register is to have known.
        effective_on: the day asked about; `None` where it was omitted.
        now: decides what today is.

    Raises:
        Unavailable: the position, or all that was recorded up to the instant, is not known yet.
    """
    head, progress = read_head(connection, now=now)
    position, recorded_at = _resolved(connection, as_of, head, progress)
    return head, Moment(
        generation=head.generation,
        position=position,
        recorded_at=recorded_at,
        effective_on=effective_on or default_day(as_of, recorded_at, now=now),
        parked=tuple(p for p in head.parked if p.since_position <= position),
        projector_state=progress.state if as_of is None else None,
    )


def _resolved(
    connection: Connection, as_of: AsOf, head: Head, progress: Progress
) -> tuple[int, str | None]:
    if as_of is None:
        return head.position, head.recorded_at
    if isinstance(as_of, AtPosition):
        if as_of.position > head.position:
            raise Unavailable(f"expected a position up to {head.position}, which is known here")
        at = entry_table.c.position == as_of.position
    else:
        _require_settled(as_of, head, progress)
        at = entry_table.c.position == (
            select(func.max(entry_table.c.position))
            .where(
                entry_table.c.generation == head.generation,
                entry_table.c.recorded_at <= as_of.text,
                entry_table.c.position <= head.position,
            )
            .scalar_subquery()
        )
    found: Any = connection.execute(
        select(entry_table.c.position, entry_table.c.recorded_at).where(
            entry_table.c.generation == head.generation, at
        )
    ).one_or_none()
    return (found.position, found.recorded_at) if found else (0, None)


def _require_settled(as_of: AtInstant, head: Head, progress: Progress) -> None:
    """See that nothing recorded up to the instant can still be missing."""
    if head.recorded_at is not None and as_of.text < head.recorded_at:
        return
    settled = as_of.instant + timedelta(seconds=SETTLING_SECONDS)
    is_whole = progress.seen_size <= head.position
    if is_whole and progress.seen_at is not None and recorded_text(settled) <= progress.seen_at:
        return
    seen = datetime.fromisoformat(progress.seen_at) if progress.seen_at else as_of.instant
    wait = ceil((settled - seen).total_seconds())
    raise Unavailable(
        "what was recorded up to this instant is not all known here yet",
        retry_after_seconds=max(1, min(wait, SETTLING_SECONDS)),
    )
