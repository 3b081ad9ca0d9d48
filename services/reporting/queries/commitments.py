"""Questions on commitments: what is open, due, late or done, as of any position and day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from contracts.authority.policy import Resource
from services.reporting.projections.commitments import (
    commitment,
    commitment_milestone,
    commitment_progress,
)
from services.reporting.projections.plans import plan
from services.reporting.queries.actions import action_rows
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.commitment_state import (
    METHODOLOGY,
    METHODOLOGY_VERSION,
    Progress,
    counted,
    progress_by,
    state_of,
    step_state,
)
from services.reporting.queries.links import NO_LINKS, list_links
from services.reporting.queries.plan_actions import commitment_actions
from services.reporting.queries.rows import (
    ASSERTED_BY,
    Listed,
    Page,
    Row,
    cut,
    decoded,
    positions,
    some_at_a_time,
)
from services.reporting.queries.streams import stream_versions

METHOD = {"methodology": METHODOLOGY, "version": METHODOLOGY_VERSION}
"""How states are told; stands beside every list that has some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A commitment as it is known, seen from the moment's day."""

    row: RowMapping
    """The declaration, its withdrawal, and the origin of its plan."""
    steps: Sequence[RowMapping]
    reports: Sequence[RowMapping]
    """Of progress, every one that is known, in the order of the stream."""
    progress: Progress
    state: str

    @property
    def key(self) -> tuple[str, str]:
        """Name it: plan and commitment."""
        return self.row["plan_id"], self.row["commitment_id"]


def list_commitments(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    plan_id: str | None = None,
    unit: str | None = None,
    state: str | None = None,
) -> Listed:
    """List the commitments, by plan and id; counts by state stand beside.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only those of this one.
        plan_id: only those in this plan.
        unit: only those that serve this reporting unit.
        state: only those that stand so on the day; the counts are of all.
    """
    plans = None if plan_id is None else [plan_id]
    made = list_promises(connection, moment, participant=participant, plans=plans)
    found = [one for one in made if unit is None or serves(one, unit)]
    keyed = [("/".join(one.key), {"promise": one}) for one in found if state in (None, one.state)]
    counts = counted([one.state for one in found])
    listed = cut(keyed, page, counts=counts, state_method=METHOD)
    shown = [row["promise"] for row in listed.rows]
    return replace(listed, rows=commitment_rows(connection, moment, shown))


def list_promises(
    connection: Connection,
    moment: Moment,
    *,
    participant: str | None = None,
    plans: Collection[str] | None = None,
) -> list[Promise]:
    """Give the commitments known at the moment, by plan and id.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        participant: only those of this one.
        plans: only those in these plans.
    """
    statement = (
        select(commitment, plan.c.origin)
        .join(plan, plan.c.plan_id == commitment.c.plan_id)
        .where(known(commitment, moment), known(plan, moment))
    )
    if participant is not None:
        statement = statement.where(commitment.c.participant == participant)
    asked = [statement]
    if plans is not None:
        asked = [statement.where(commitment.c.plan_id.in_(some)) for some in some_at_a_time(plans)]
    rows = [row for one in asked for row in connection.execute(one).mappings()]
    within = {row["plan_id"] for row in rows}
    steps = _grouped(connection, moment, commitment_milestone, within, "place")
    reports = _grouped(connection, moment, commitment_progress, within, "version")
    found = [_promise(row, steps[_key(row)], reports[_key(row)], moment) for row in rows]
    return sorted(found, key=lambda one: one.key)


def serves(one: Promise, unit: str) -> bool:
    """Say whether a commitment names a reporting unit, or the postulate that it is a part of."""
    return not {unit, unit.partition(".")[0]}.isdisjoint(decoded(one.row["postulates"]))


def commitment_rows(connection: Connection, moment: Moment, found: Sequence[Promise]) -> list[Row]:
    """Show commitments with their steps, the measures that carry them out, and what is next."""
    plans = {one.row["plan_id"] for one in found}
    links = list_links(connection, moment, plans=plans) if plans else NO_LINKS
    versions = stream_versions(connection, moment, {f"plan-{one}" for one in plans})
    return [
        {
            **seen(one, moment),
            "measures": links.get(one.key, []),
            "actions": action_rows(
                commitment_actions(one.row, moment.effective_on),
                moment.reader,
                Resource(participant=one.row["participant"]),
            ),
            "stream": f"plan-{one.row['plan_id']}",
            "version": versions[f"plan-{one.row['plan_id']}"],
        }
        for one in found
    ]


def seen(one: Promise, moment: Moment) -> Row:
    """Show a commitment as it stands on the day; what takes effect later is left out."""
    row, latest = one.row, one.progress.latest
    is_withdrawn = one.state == "withdrawn"
    return {
        "plan_id": row["plan_id"],
        "commitment_id": row["commitment_id"],
        "participant": row["participant"],
        "title": decoded(row["title"]),
        "description": decoded(row["description"]),
        "pillars": decoded(row["pillars"]),
        "postulates": decoded(row["postulates"]),
        "lead_body": row["lead_body"],
        "stands_from": row["effective_on"],
        "target_on": row["target_on"],
        "state": one.state,
        "implementation_status": latest["implementation_status"] if latest else "not_reported",
        "status_of": latest["effective_on"] if latest else None,
        "done_on": one.progress.done_on if one.state == "done" else None,
        "withdrawn_on": row["withdrawn_on"] if is_withdrawn else None,
        "withdrawal_reason": decoded(row["withdrawal_reason"]) if is_withdrawn else None,
        "milestones": [_step(step, one.state, moment) for step in one.steps],
        "origin": row["origin"],
        "sources": decoded(row["sources"]),
        "recorded_at": row["recorded_at"],
        "positions": positions(
            row["position"],
            latest["position"] if latest else None,
            row["withdrawn_at"] if is_withdrawn else None,
        ),
        "asserted_by": asserted_by(row),
    }


def asserted_by(row: RowMapping) -> str:
    """Say who speaks in a plan, and so in all that is said below it."""
    return ASSERTED_BY.get(row["origin"], "system")


def progress_row(report: RowMapping, one: Promise, moment: Moment) -> Row:
    """Show one report of progress; `holds` says whether it is what counts on the day."""
    return {
        "version": report["version"],
        "effective_on": report["effective_on"],
        "implementation_status": report["implementation_status"],
        "holds": report is one.progress.latest,
        "is_ahead": report["effective_on"] > moment.effective_on,
        "milestones_reached": decoded(report["milestones_reached"]),
        "note": decoded(report["note"]),
        "sources": decoded(report["sources"]),
        "recorded_at": report["recorded_at"],
        "positions": positions(report["position"]),
        "asserted_by": asserted_by(one.row),
    }


def _promise(
    row: RowMapping, steps: Sequence[RowMapping], reports: Sequence[RowMapping], moment: Moment
) -> Promise:
    progress = progress_by(reports, moment.effective_on)
    return Promise(
        row=row,
        steps=steps,
        reports=reports,
        progress=progress,
        state=state_of(row, progress.done_on, moment.effective_on),
    )


def _step(step: RowMapping, commitment_state: str, moment: Moment) -> Row:
    state = step_state(step, commitment_state, moment.effective_on)
    is_reached = state == "reached"
    return {
        "milestone_id": step["milestone_id"],
        "title": decoded(step["title"]),
        "target_on": step["target_on"],
        "state": state,
        "reached_on": step["reached_on"] if is_reached else None,
        "positions": positions(step["position"], step["reached_at"] if is_reached else None),
    }


def _key(row: RowMapping) -> tuple[str, str]:
    return row["plan_id"], row["commitment_id"]


def _grouped(
    connection: Connection, moment: Moment, table: Table, plans: set[Any], order: str
) -> dict[tuple[str, str], list[RowMapping]]:
    found: defaultdict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for some in some_at_a_time(plans):
        rows = connection.execute(
            select(table)
            .where(known(table, moment), table.c.plan_id.in_(some))
            .order_by(table.c[order])
        )
        for row in rows.mappings():
            found[_key(row)].append(row)
    return found
