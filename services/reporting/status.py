"""Status: what operators need to know of a projector, kept beside its pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from contracts.encoding import instant
from services.reporting.projections.head import projector_status


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the projector of one generation."""

    state: str
    """`running` or `stopped`."""
    reason: str | None
    stopped_at_position: int | None
    """Of the entry that may not be projected, or the signed size whose root is wrong."""
    seen_size: int
    """Largest size that the registry was seen to sign."""
    seen_at: str | None
    """When the registry last answered."""
    fenced: int
    """How often a projector found another one at work."""
    unreachable_since: str | None
    """When the registry first gave no answer that could be used; `None` while it does."""
    unreachable_because: str | None


def read_status(connection: Connection, generation: int) -> Status | None:
    """Read the status of a generation's projector; `None` if there is no such generation."""
    table = projector_status.c
    row = connection.execute(
        select(
            table.state,
            table.reason,
            table.stopped_at_position,
            table.seen_size,
            table.seen_at,
            table.fenced,
            table.unreachable_since,
            table.unreachable_because,
        ).where(table.generation == generation)
    ).one_or_none()
    return None if row is None else Status(**row._mapping)  # noqa: SLF001 - public in SQLAlchemy


def record_running(connection: Connection, generation: int, seen_size: int, at: datetime) -> None:
    """Note that the registry answered, and how far its log goes."""
    _update(
        connection,
        generation,
        state="running",
        reason=None,
        stopped_at_position=None,
        seen_size=seen_size,
        seen_at=instant(at),
        unreachable_since=None,
        unreachable_because=None,
    )


def record_unreachable(connection: Connection, generation: int, because: str, at: datetime) -> None:
    """Note why the registry gives no answer, and since when unless that is noted already."""
    since = func.coalesce(projector_status.c.unreachable_since, instant(at))
    _update(connection, generation, unreachable_since=since, unreachable_because=because)


def record_stopped(connection: Connection, generation: int, reason: str, position: int) -> None:
    """Note why and where the projector stopped."""
    _update(connection, generation, state="stopped", reason=reason, stopped_at_position=position)


def record_fenced(connection: Connection, generation: int) -> None:
    """Count that a projector found another one at work."""
    _update(connection, generation, fenced=projector_status.c.fenced + 1)


def _update(connection: Connection, generation: int, **values: object) -> None:
    connection.execute(
        update(projector_status).where(projector_status.c.generation == generation).values(values)
    )
