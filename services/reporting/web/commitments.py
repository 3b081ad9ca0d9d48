"""Commitments: what is promised in plans, and what of it is due, done or late."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.commitments import list_commitments
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    CodeQuery,
    ListQuestion,
    PlanQuery,
    Question,
    UnitFilter,
)
from services.reporting.web.rendering import Ask

router = new_router("plans")

COLUMNS = (
    "plan_id",
    "commitment_id",
    "participant",
    "title",
    "pillars",
    "postulates",
    "lead_body",
    "stands_from",
    "target_on",
    "state",
    "implementation_status",
    "status_of",
    "done_on",
    "withdrawn_on",
    "origin",
    "origin_label",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


@router.get(
    "/v1/commitments",
    summary="Commitments in plans: open, due, late, done or withdrawn on a day.",
    openapi_extra=policy(PUBLIC),
    responses=answers("commitments", csv=COLUMNS),
    name="list_commitments",
)
async def read_commitments(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    plan: PlanQuery = None,
    unit: UnitFilter = None,
    state: Annotated[
        Literal["not_yet", "open", "due", "late", "done", "withdrawn"] | None,
        Query(description="Only commitments that stand so on the day."),
    ] = None,
) -> Response:
    """List the commitments, by plan and id; the counts by state are of all, whatever `state` is."""
    query = partial(
        list_commitments,
        page=listed.page,
        participant=participant,
        plan_id=plan,
        unit=unit,
        state=state,
    )
    ask = Ask(contract="commitments", query=query, columns=COLUMNS)
    return await desk.answer(request, ask, asked, listed)
