"""Pure: what may be done next with a plan, and with what is promised in it; and why not.

Days are for whoever acts to choose: what was said too late of an earlier day may be told after a
plan is over. An action is refused only where no day is left that could be named.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.reporting.queries.actions import Action

CONCLUDED = "The plan was concluded already; its last day is {0}."
NOT_STANDING = "The commitment stands from {0} on."
NEVER_STOOD = "The commitment was taken back from the day on which it began to stand."
WITHDRAWN = "The commitment was taken back already, from {0} on."


def plan_actions(plan: Mapping[Any, Any]) -> Iterator[Action]:
    """Give every action on a plan.

    Args:
        plan: with `plan_id` and `concluded_on`, which may be a day to come.
    """
    last: date | None = plan["concluded_on"]
    plan_id = plan["plan_id"]
    yield _action(plan_id, "revise", None)
    yield _action(plan_id, "conclude", CONCLUDED.format(last) if last else None)
    yield _action(plan_id, "declare-commitment", None)


def commitment_actions(commitment: Mapping[Any, Any], day: date) -> Iterator[Action]:
    """Give every action on a commitment.

    Args:
        commitment: with `plan_id`, `effective_on`, and `withdrawn_on`, which may be a day to come.
        day: progress is reported of days that have come by then.
    """
    began: date = commitment["effective_on"]
    ended: date | None = commitment["withdrawn_on"]
    progress = None
    if ended is not None and ended <= began:
        progress = NEVER_STOOD
    elif day < began:
        progress = NOT_STANDING.format(began)
    plan_id = commitment["plan_id"]
    yield _action(plan_id, "report-progress", progress)
    yield _action(plan_id, "withdraw-commitment", WITHDRAWN.format(ended) if ended else None)


def _action(plan_id: str, rel: str, reason: str | None) -> Action:
    href = f"/v1/plans/{plan_id}/acts"
    return Action(rel=rel, method="POST", href=href, by="participant", reason=reason)
