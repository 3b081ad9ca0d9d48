"""Questions on plans in force: how their commitments stand, and what was reported on them since.

States are told by the method of `/v1/commitments`, and nothing is counted in another way here;
every number has the entries it rests on, and the address of the list that it counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from sqlalchemy import Connection, RowMapping

from services.reporting.queries.as_of import Moment
from services.reporting.queries.before import Before
from services.reporting.queries.commitment_state import STATES
from services.reporting.queries.commitments import Promise, asserted_by, progress_row, seen
from services.reporting.queries.plans import Course, list_courses
from services.reporting.queries.rows import Row, decoded, positions
from services.reporting.queries.tracing import explained_at


def list_plan_progress(
    connection: Connection,
    moment: Moment,
    promises: Sequence[Promise],
    before: Before | None,
    *,
    participant: str,
    unit: str | None = None,
) -> list[Row]:
    """Give the plans in force on the day, by id, with how what is promised in them stands.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        promises: of the participant; of one unit, where one is asked about.
        before: the cycle before; `None`: all progress is new.
        participant: whose plans.
        unit: only plans that promise something for this unit, and only that.
    """
    since = before.cycle["period_to"] if before else None
    courses = list_courses(connection, moment, participant=participant)
    rows = []
    for plan_id in sorted(courses):
        course = courses[plan_id]
        own = [one for one in promises if one.row["plan_id"] == plan_id]
        if course.status(moment.effective_on) == "in_force" and (own or unit is None):
            rows.append(_row(course, own, moment, since, unit))
    return rows


def _row(
    course: Course, own: Sequence[Promise], moment: Moment, since: date | None, unit: str | None
) -> Row:
    row, described = course.row, course.description(moment.effective_on)
    address, voice = f"/v1/plans/{row['plan_id']}", asserted_by(row)
    asked = {"plan": row["plan_id"], "unit": unit}
    steps = [step for one in own for step in seen(one, moment)["milestones"]]
    reached = [step for step in steps if step["state"] == "reached"]
    at_plan = explained_at(moment, address)
    at_steps = explained_at(moment, "/v1/commitments", **asked) if unit else at_plan
    return {
        "plan_id": row["plan_id"],
        "scope": row["scope"],
        "title": decoded(described["title"]),
        "period_from": described["period_from"],
        "period_to": described["period_to"],
        "origin": row["origin"],
        "commitments": {
            **_figure([[one.row["position"]] for one in own], voice),
            "explained_at": explained_at(moment, "/v1/commitments", **asked),
        },
        "commitments_by_state": [
            {
                "state": state,
                **_figure([seen(one, moment)["positions"] for one in own if one.state == state]),
                "explained_at": explained_at(moment, "/v1/commitments", **asked, state=state),
            }
            for state in STATES
        ],
        "milestones": {
            **_figure([step["positions"] for step in steps], voice),
            "explained_at": at_steps,
        },
        "milestones_reached": {
            **_figure([step["positions"] for step in reached], voice),
            "explained_at": at_steps,
        },
        "progress_since": since,
        "progress": list(_progress(own, moment, since)),
        "positions": positions(row["position"], described["position"]),
        "explained_at": at_plan,
        "asserted_by": voice,
    }


def _figure(resting_on: Sequence[Iterable[int]], voice: str = "system") -> Row:
    """Count what is given by the entries that each of it rests on."""
    return {
        "value": len(resting_on),
        "positions": positions(*chain.from_iterable(resting_on)),
        "asserted_by": voice,
    }


def _progress(own: Iterable[Promise], moment: Moment, since: date | None) -> Iterator[Row]:
    """Give what was reported after a day, or of a day after it, and of no day still to come."""
    for one in own:
        found = [report for report in one.reports if _is_new(report, moment, since)]
        if found:
            yield {
                "commitment_id": one.row["commitment_id"],
                "state": one.state,
                "progress": [progress_row(report, one, moment) for report in found],
            }


def _is_new(report: RowMapping, moment: Moment, since: date | None) -> bool:
    """Say whether a report of progress came after a day; what was told late did, too."""
    recorded_on = date.fromisoformat(report["recorded_at"][:10])
    is_ahead = report["effective_on"] > moment.effective_on
    return not is_ahead and (since is None or max(report["effective_on"], recorded_on) > since)
