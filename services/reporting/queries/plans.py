"""Questions on plans: national and regional plans under the Code."""

from sqlalchemy import Connection, RowMapping, select

from services.reporting.projections.plans import plan
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.rows import ASSERTED_BY, Listed, Page, Row, cut, decoded, positions


def list_plans(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    scope: str | None = None,
) -> Listed:
    """List the plans, by id.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only the plans of this one.
        scope: only `national` or `regional` ones.
    """
    statement = select(plan).where(known(plan, moment))
    if participant is not None:
        statement = statement.where(plan.c.participant == participant)
    if scope is not None:
        statement = statement.where(plan.c.scope == scope)
    rows = connection.execute(statement).mappings()
    return cut([(row["plan_id"], _row(row, moment)) for row in rows], page)


def _row(row: RowMapping, moment: Moment) -> Row:
    return {
        "plan_id": row["plan_id"],
        "participant": row["participant"],
        "scope": row["scope"],
        "title": decoded(row["title"]),
        "adopted_on": row["adopted_on"],
        "period_from": row["period_from"],
        "period_to": row["period_to"],
        "period": _period(row, moment),
        "pillars": decoded(row["pillars"]),
        "postulates": decoded(row["postulates"]),
        "lead_body": row["lead_body"],
        "monitoring_body": row["monitoring_body"],
        "reference": row["reference"],
        "origin": row["origin"],
        "sources": decoded(row["sources"]),
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"]),
        "asserted_by": ASSERTED_BY.get(row["origin"], "system"),
        "stream": f"plan-{row['plan_id']}",
        "version": row["version"],
    }


def _period(row: RowMapping, moment: Moment) -> str:
    """Say where the plan's period lies seen from the day; a plan can run on after it."""
    if moment.effective_on < row["period_from"]:
        return "ahead"
    over = row["period_to"] is not None and row["period_to"] < moment.effective_on
    return "past" if over else "running"
