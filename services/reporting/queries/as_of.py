"""The two clocks of every question: what the register knew, and the day it is asked about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Table, and_, or_
from sqlalchemy.sql.selectable import NamedFromClause

from contracts.encoding import instant as spelled
from services.kit.errors import NotFound, ServiceError, Unavailable
from services.reporting.queries.reader import Reader

MAX_POSITION = 2**53 - 1
HELD_BACK_SECONDS = 60
"""When to ask again for what is held back: somebody has to mend the projector first."""


@dataclass(frozen=True, slots=True)
class AtPosition:
    """`as_of` given as a place in the log; 0 is the empty register."""

    position: int


@dataclass(frozen=True, slots=True)
class AtInstant:
    """`as_of` given as a moment: the last entry recorded at or before it."""

    instant: datetime

    @property
    def text(self) -> str:
        """The instant as `recorded_at` is written, so that texts compare like times."""
        return recorded_text(self.instant)


AsOf: TypeAlias = AtPosition | AtInstant | None
"""`None` = the head: everything known now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A participant whose entries wait since a position: answers on it are incomplete."""

    participant: str
    since_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where an answer stands: one generation, one position, one day; and who looks."""

    generation: int
    position: int
    recorded_at: str | None
    """Of the entry at `position`; `None` in the empty register."""
    effective_on: date
    parked: tuple[Parked, ...] = ()
    """Those whose entries are missing at `position`."""
    projector_state: str | None = None
    """Whether the head moves on; `None` where the question named its own position."""
    reader: Reader | None = None
    """Who is signed in; `None`: the answer is for everybody."""


def recorded_text(instant: datetime) -> str:
    """Write an instant as the log does: UTC, six digits, `Z`."""
    return spelled(instant)


def default_day(as_of: AsOf, recorded_at: str | None, *, now: datetime) -> date:
    """Give `effective_on` where it was omitted: today, or the day of `as_of` (UTC).

    The day of a position is the day it was recorded; position 0 has none, so it is today.
    """
    if isinstance(as_of, AtInstant):
        return as_of.instant.astimezone(UTC).date()
    if isinstance(as_of, AtPosition) and recorded_at is not None:
        return date.fromisoformat(recorded_at[:10])
    return now.astimezone(UTC).date()


def missing(moment: Moment, code: str) -> ServiceError:
    """Say why nothing is there of a participant: unknown, or held back and so not to be told."""
    for one in moment.parked:
        if one.participant == code:
            return Unavailable(
                f"what was recorded of this participant is held back since position "
                f"{one.since_position}",
                retry_after_seconds=HELD_BACK_SECONDS,
            )
    return NotFound()


def known(table: Table | NamedFromClause, moment: Moment) -> ColumnElement[bool]:
    """Select the rows of a bitemporal table that stood at the moment's position."""
    return and_(
        table.c.generation == moment.generation,
        table.c.known_from <= moment.position,
        or_(table.c.known_to.is_(None), table.c.known_to > moment.position),
    )
