"""Participants: who takes part, and by which acts."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.brief import get_brief
from services.reporting.queries.participants import get_participant, list_participants
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import Code, CycleQuery, ListQuestion, Question
from services.reporting.web.rendering import Ask

router = new_router("participants")

COLUMNS = (
    "participant",
    "kind",
    "name",
    "regional_group",
    "standing",
    "since.effective_on",
    "since.date_precision",
    "since.earliest_on",
    "since.latest_on",
    "since.received_on",
    "since.claim_status",
    "since.recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


@router.get(
    "/v1/participants",
    summary="Who takes part: certain, possible, ended.",
    openapi_extra=policy(PUBLIC),
    responses=answers("participants", csv=COLUMNS),
    name="list_participants",
)
async def read_participants(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    standing: Annotated[
        Literal["certain", "possible", "ended", "not_yet"] | None,
        Query(description="Only those whose signature stands so on the day."),
    ] = None,
) -> Response:
    """List everybody who ever signed, with their standing on the day asked about."""
    query = partial(list_participants, page=listed.page, standing=standing)
    ask = Ask(contract="participants", query=query, columns=COLUMNS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/participants/{code}",
    summary="One participant, with every act known of it.",
    openapi_extra=policy(PUBLIC),
    responses=answers("participant", missing=True),
    name="read_participant",
)
async def read_participant(request: Request, desk: AtDesk, asked: Question, code: Code) -> Response:
    """Give a participant with its timeline: each act on both clocks."""
    query = partial(get_participant, code=code)
    ask = Ask(contract="participant", query=query, participant=code)
    return await desk.answer(request, ask, asked)


@router.get(
    "/v1/participants/{code}/overview",
    summary="One participant and cycle at a glance: the national overview as data.",
    openapi_extra=EXPENSIVE,
    responses=answers("national-overview", missing=True),
    name="read_overview",
)
async def read_overview(
    request: Request, desk: AtDesk, asked: Question, code: Code, cycle: CycleQuery
) -> Response:
    """Give facts, plans, postulates beside the cycle before, needs, and findings with responses."""
    query = partial(get_brief, code=code, cycle_id=cycle)
    ask = Ask(contract="national-overview", query=query, participant=code)
    return await desk.answer(request, ask, asked)
