"""What the secretariat did with the versions of reports by the day, and what it was answered."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, Table, select

from services.reporting.projections.cycles import cycle
from services.reporting.projections.decisions import (
    clarification,
    review_decision,
    review_opening,
)
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.rows import Row
from services.reporting.queries.versions import day_received


@dataclass(slots=True, kw_only=True)
class Reviewed:
    """What was said on the versions of one report in its review, oldest first."""

    openings: list[RowMapping] = field(default_factory=list)
    decisions: list[RowMapping] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    """What was answered after the day stands here as not answered."""


NOT_REVIEWED = Reviewed()
_OF_ANSWER = ("answered_by", "answered_at", "answered_units", "answers_seal")


def list_reviewed(
    connection: Connection, moment: Moment, reports: Collection[str]
) -> dict[str, Reviewed]:
    """Give what was done by the day, by report; a report with nothing is not there."""
    found: defaultdict[str, Reviewed] = defaultdict(Reviewed)
    for row in _rows(connection, moment, review_opening, reports):
        found[row["report_id"]].openings.append(row)
    for row in _rows(connection, moment, review_decision, reports):
        found[row["report_id"]].decisions.append(row)
    for row in _rows(connection, moment, clarification, reports):
        found[row["report_id"]].questions.append(_as_of_the_day(row, moment))
    return dict(found)


def _rows(
    connection: Connection, moment: Moment, table: Table, reports: Collection[str]
) -> Iterator[RowMapping]:
    rows = connection.execute(
        select(table, cycle.c.time_zone)
        .join(cycle, cycle.c.cycle_id == table.c.cycle_id)
        .where(known(table, moment), known(cycle, moment), table.c.report_id.in_(list(reports)))
        .order_by(table.c.report_id, table.c.version)
    )
    for row in rows.mappings():
        if day_received(row["recorded_at"], row["time_zone"]) <= moment.effective_on:
            yield row


def _as_of_the_day(row: RowMapping, moment: Moment) -> Row:
    question = dict(row)
    answered_at = question["answered_at"]
    if answered_at and day_received(answered_at, row["time_zone"]) > moment.effective_on:
        question |= dict.fromkeys(_OF_ANSWER)
    return question
