"""What auditors said on claims by the day, and what participants answered: read and put together.

Acts of an audit take effect on the day they are recorded, in the cycle's time zone; a follow-up
also speaks of a day, and counts from then on.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection, Table, select

from services.reporting.projections.audits import (
    NOT_CLOSED,
    audit_response,
    finding,
    follow_up,
    observation,
    recommendation,
)
from services.reporting.projections.cycles import cycle
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.rows import Row, decoded
from services.reporting.queries.versions import day_received

Key: TypeAlias = tuple[str, str]
"""Report, and id of a finding, a recommendation or an observation in it."""


@dataclass(slots=True, kw_only=True)
class Recommended:
    """A recommendation with what was answered and found since, oldest first."""

    row: Row
    responses: list[Row] = field(default_factory=list)
    follow_ups: list[Row] = field(default_factory=list)
    """In the order of the stream."""


@dataclass(slots=True, kw_only=True)
class Found:
    """A finding with all that belongs to it, oldest first; its closing is in the row."""

    row: Row
    observations: list[Row] = field(default_factory=list)
    """Those that it rests on."""
    responses: list[Row] = field(default_factory=list)
    recommendations: list[Recommended] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Say whether it was closed by the day."""
        return self.row["closed_at"] is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which acts are asked for; `None` chooses all."""

    participant: str | None = None
    cycle_id: str | None = None
    report_id: str | None = None


def list_observed(connection: Connection, moment: Moment, chosen: Chosen) -> dict[Key, Row]:
    """Give the observations recorded by the day."""
    rows = _rows(connection, moment, observation, chosen)
    return {(row["report_id"], row["observation_id"]): row for row in rows}


def list_found(connection: Connection, moment: Moment, chosen: Chosen) -> list[Found]:
    """Give the findings issued by the day, each with all that was said of it by then."""
    observed = list_observed(connection, moment, chosen)
    responses: defaultdict[tuple[str, str, str | None], list[Row]] = defaultdict(list)
    for row in _rows(connection, moment, audit_response, chosen):
        responses[row["report_id"], row["finding_id"], row["recommendation_id"]].append(row)
    follow_ups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in _rows(connection, moment, follow_up, chosen):
        if row["effective_on"] <= moment.effective_on:
            follow_ups[row["report_id"], row["recommendation_id"]].append(row)
    recommended: defaultdict[Key, list[Recommended]] = defaultdict(list)
    for row in _rows(connection, moment, recommendation, chosen):
        report_id, name = row["report_id"], row["recommendation_id"]
        recommended[report_id, row["finding_id"]].append(
            Recommended(
                row=row,
                responses=responses[report_id, row["finding_id"], name],
                follow_ups=follow_ups[report_id, name],
            )
        )
    return [
        Found(
            row=_as_of_the_day(row, moment),
            observations=[
                observed[row["report_id"], name]
                for name in decoded(row["observations"])
                if (row["report_id"], name) in observed
            ],
            responses=responses[row["report_id"], row["finding_id"], None],
            recommendations=recommended[row["report_id"], row["finding_id"]],
        )
        for row in _rows(connection, moment, finding, chosen)
    ]


def holding(follow_ups: Sequence[Row]) -> Row | None:
    """Give the follow-up that counts: of the latest day, and of that what was recorded last."""
    return max(follow_ups, key=lambda one: (one["effective_on"], one["position"]), default=None)


def _rows(connection: Connection, moment: Moment, table: Table, chosen: Chosen) -> Iterator[Row]:
    """Give the rows recorded by the day, in the order of the log."""
    statement = (
        select(table, cycle.c.time_zone)
        .join(cycle, cycle.c.cycle_id == table.c.cycle_id)
        .where(known(table, moment), known(cycle, moment))
        .order_by(table.c.position)
    )
    for name in ("participant", "cycle_id", "report_id"):
        value = getattr(chosen, name)
        if value is not None:
            statement = statement.where(table.c[name] == value)
    for row in connection.execute(statement).mappings():
        day = day_received(row["recorded_at"], row["time_zone"])
        if day <= moment.effective_on:
            yield {**row, "day": day}


def _as_of_the_day(row: Row, moment: Moment) -> Row:
    """Give a finding without a closing that came after the day."""
    closed_at = row["closed_at"]
    if closed_at is None:
        return {**row, "closed_on": None}
    closed_on = day_received(closed_at, row["time_zone"])
    if closed_on > moment.effective_on:
        return {**row, **NOT_CLOSED, "closed_on": None}
    return {**row, "closed_on": closed_on}
