"""Questions on plans: what describes them on a day, how they stand, what is promised in them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, select

from contracts.authority.policy import Resource
from services.kit.errors import NotFound, Unavailable
from services.reporting.projections.plans import plan, plan_revision
from services.reporting.queries.actions import action_rows
from services.reporting.queries.as_of import HELD_BACK_SECONDS, Moment, known
from services.reporting.queries.commitment_state import counted
from services.reporting.queries.commitments import (
    METHOD,
    Promise,
    asserted_by,
    commitment_rows,
    list_promises,
    progress_row,
)
from services.reporting.queries.plan_actions import plan_actions
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions
from services.reporting.queries.streams import stream_versions

STREAM = "plan-"
PLAN_STATUSES = ("ahead", "in_force", "ended", "concluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A plan as registered, with the revisions that are known."""

    row: RowMapping
    revisions: Sequence[RowMapping]
    """In the order of the stream."""

    def description(self, day: date) -> RowMapping:
        """Give what describes the plan on a day; after its last day, what did on that day."""
        last = self.row["concluded_on"]
        seen_from = day if last is None else min(day, last)
        found, since = self.row, date.min
        for one in self.revisions:
            if since <= one["effective_on"] <= seen_from:
                found, since = one, one["effective_on"]
        return found

    def is_over(self, day: date) -> bool:
        """Say whether it was concluded before a day."""
        last: date | None = self.row["concluded_on"]
        return last is not None and last < day

    def status(self, day: date) -> str:
        """Say how it stands on a day: one of `PLAN_STATUSES`."""
        if self.is_over(day):
            return "concluded"
        where = _period(self.description(day), day)
        return {"ahead": "ahead", "running": "in_force", "past": "ended"}[where]


def list_plans(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    scope: str | None = None,
) -> Listed:
    """List the plans as they are described and stand on the day, by id.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only the plans of this one.
        scope: only `national` or `regional` ones.
    """
    found = list_courses(connection, moment, participant=participant)
    chosen = [one for one in found.values() if scope in (None, one.row["scope"])]
    promises = _by_plan(list_promises(connection, moment, participant=participant))
    versions = stream_versions(connection, moment, [_stream(one) for one in chosen])
    rows = [
        (
            one.row["plan_id"],
            _row(one, promises[one.row["plan_id"]], versions[_stream(one)], moment),
        )
        for one in chosen
    ]
    return cut(rows, page)


def get_plan(connection: Connection, moment: Moment, *, plan_id: str) -> Row:
    """Give one plan whole: every description, its end, commitments with all that was said of them.

    Raises:
        NotFound: no plan is registered under this id, as known at the moment.
        Unavailable: all that was recorded of it is held back.
    """
    stream = STREAM + plan_id
    version = stream_versions(connection, moment, [stream]).get(stream)
    one = list_courses(connection, moment, plan_id=plan_id).get(plan_id)
    if version is None:
        raise NotFound
    if one is None:
        raise Unavailable(
            "what was recorded of this plan is held back", retry_after_seconds=HELD_BACK_SECONDS
        )
    promises = list_promises(connection, moment, plans=[plan_id])
    shown = commitment_rows(connection, moment, promises)
    return {
        **_row(one, promises, version, moment),
        "state_method": METHOD,
        "descriptions": _descriptions(one, moment),
        "conclusion": _conclusion(one),
        "commitments": [
            {
                **row,
                "progress": [progress_row(report, promise, moment) for report in promise.reports],
            }
            for promise, row in zip(promises, shown, strict=True)
        ],
    }


def list_courses(
    connection: Connection,
    moment: Moment,
    *,
    participant: str | None = None,
    plan_id: str | None = None,
) -> dict[str, Course]:
    """Give the plans known at the moment with their revisions, by id."""
    statement = select(plan).where(known(plan, moment))
    following = (
        select(plan_revision).where(known(plan_revision, moment)).order_by(plan_revision.c.version)
    )
    if participant is not None:
        statement = statement.where(plan.c.participant == participant)
        following = following.where(plan_revision.c.participant == participant)
    if plan_id is not None:
        statement = statement.where(plan.c.plan_id == plan_id)
        following = following.where(plan_revision.c.plan_id == plan_id)
    revisions: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(following).mappings():
        revisions[row["plan_id"]].append(row)
    return {
        row["plan_id"]: Course(row=row, revisions=revisions[row["plan_id"]])
        for row in connection.execute(statement).mappings()
    }


def _by_plan(promises: Sequence[Promise]) -> Mapping[str, list[Promise]]:
    found: defaultdict[str, list[Promise]] = defaultdict(list)
    for one in promises:
        found[one.row["plan_id"]].append(one)
    return found


def _stream(one: Course) -> str:
    return f"{STREAM}{one.row['plan_id']}"


def _row(one: Course, promises: Sequence[Promise], version: int, moment: Moment) -> Row:
    row, day = one.row, moment.effective_on
    described = one.description(day)
    is_over = one.is_over(day)
    return {
        "plan_id": row["plan_id"],
        "participant": row["participant"],
        "scope": row["scope"],
        **_described(described),
        "period": _period(described, day),
        "status": one.status(day),
        "revision": None if described is row else described["version"],
        "revised_from": None if described is row else described["effective_on"],
        "concluded_on": row["concluded_on"] if is_over else None,
        "outcome": row["outcome"] if is_over else None,
        "replaced_by": row["replaced_by"] if is_over else None,
        "commitment_counts": counted([promise.state for promise in promises]),
        "origin": row["origin"],
        "recorded_at": row["recorded_at"],
        "positions": positions(
            row["position"], described["position"], row["concluded_at"] if is_over else None
        ),
        "asserted_by": asserted_by(row),
        "actions": action_rows(
            plan_actions(row), moment.reader, Resource(participant=row["participant"])
        ),
        "stream": _stream(one),
        "version": version,
    }


def _described(row: RowMapping) -> Row:
    return {
        "title": decoded(row["title"]),
        "adopted_on": row["adopted_on"],
        "period_from": row["period_from"],
        "period_to": row["period_to"],
        "pillars": decoded(row["pillars"]),
        "postulates": decoded(row["postulates"]),
        "lead_body": row["lead_body"],
        "monitoring_body": row["monitoring_body"],
        "reference": row["reference"],
        "sources": decoded(row["sources"]),
    }


def _descriptions(one: Course, moment: Moment) -> list[Row]:
    """Give every description that is known, as it was registered first, and which one holds."""
    holding = one.description(moment.effective_on)
    return [
        {
            "version": row["version"],
            "effective_on": None if row is one.row else row["effective_on"],
            "holds": row is holding,
            "reason": None if row is one.row else decoded(row["reason"]),
            **_described(row),
            "recorded_at": row["recorded_at"],
            "positions": positions(row["position"]),
            "asserted_by": asserted_by(one.row),
        }
        for row in (one.row, *one.revisions)
    ]


def _conclusion(one: Course) -> Row | None:
    """Give what is known of the plan's end, also where its last day is still to come."""
    row = one.row
    if row["concluded_on"] is None:
        return None
    return {
        "effective_on": row["concluded_on"],
        "outcome": row["outcome"],
        "replaced_by": row["replaced_by"],
        "summary": decoded(row["summary"]),
        "sources": decoded(row["conclusion_sources"]),
        "positions": positions(row["concluded_at"]),
        "asserted_by": asserted_by(row),
    }


def _period(row: RowMapping, day: date) -> str:
    """Say where a plan's period lies seen from the day; a plan can run on after it."""
    if day < row["period_from"]:
        return "ahead"
    over = row["period_to"] is not None and row["period_to"] < day
    return "past" if over else "running"
