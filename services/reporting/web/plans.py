"""Plans: national and regional plans under the Code."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.plans import get_plan, list_plans
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import CodeQuery, ListQuestion, PlanPath, Question
from services.reporting.web.rendering import Ask

router = new_router("plans")

COLUMNS = (
    "plan_id",
    "participant",
    "scope",
    "title",
    "adopted_on",
    "period_from",
    "period_to",
    "period",
    "status",
    "revision",
    "revised_from",
    "concluded_on",
    "outcome",
    "replaced_by",
    "commitment_counts.total",
    "commitment_counts.not_yet",
    "commitment_counts.open",
    "commitment_counts.due",
    "commitment_counts.late",
    "commitment_counts.done",
    "commitment_counts.withdrawn",
    "pillars",
    "postulates",
    "lead_body",
    "monitoring_body",
    "reference",
    "origin",
    "origin_label",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


@router.get(
    "/v1/plans",
    summary="National and regional plans.",
    openapi_extra=policy(PUBLIC),
    responses=answers("plans", csv=COLUMNS),
    name="list_plans",
)
async def read_plans(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    scope: Annotated[
        Literal["national", "regional"] | None, Query(description="Only plans of this scope.")
    ] = None,
) -> Response:
    """List the registered plans as they are described and stand on the day, by id."""
    query = partial(list_plans, page=listed.page, participant=participant, scope=scope)
    ask = Ask(contract="plans", query=query, columns=COLUMNS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/plans/{plan_id}",
    summary="One plan: its descriptions, its end, its commitments and all that was said of them.",
    openapi_extra=policy(PUBLIC),
    responses=answers("plan", missing=True),
    name="read_plan",
)
async def read_plan(request: Request, desk: AtDesk, asked: Question, plan_id: PlanPath) -> Response:
    """Give a plan as it is known, on both clocks."""
    query = partial(get_plan, plan_id=plan_id)
    return await desk.answer(request, Ask(contract="plan", query=query), asked)
