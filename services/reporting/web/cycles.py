"""Cycles and obligations: for which periods is reported, and who is to."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.cycles import list_cycles
from services.reporting.queries.obligations import list_obligations
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import CodeQuery, ListQuestion, Question
from services.reporting.web.rendering import Ask

router = new_router("cycles")

CYCLE_COLUMNS = (
    "cycle_id",
    "title",
    "period_from",
    "period_to",
    "opens_on",
    "due_on",
    "grace_days",
    "on_time_until",
    "time_zone",
    "phase",
    "participant_kinds",
    "template_version",
    "ruleset_version",
    "methodology_version",
    "instrument_edition",
    "closing.effective_on",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)
OBLIGATION_COLUMNS = (
    "participant",
    "cycle_id",
    "expectation",
    "reference_day",
    "opens_on",
    "cycle_due_on",
    "due_on",
    "on_time_until",
    "extension.received_on",
    "extension.reference",
    "time_zone",
    "timeliness",
    "received_on",
    "report_id",
    "latest.act",
    "latest.received_on",
    "latest.age_days",
    "substance.report_id",
    "substance.report_version",
    "substance.received_on",
    "substance.age_days",
    "cycle_closed",
    "cycle_closed_on",
    "methodology_version",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


@router.get(
    "/v1/cycles",
    summary="The reporting cycles.",
    openapi_extra=policy(PUBLIC),
    responses=answers("cycles", csv=CYCLE_COLUMNS),
    name="list_cycles",
)
async def read_cycles(
    request: Request, desk: AtDesk, asked: Question, listed: ListQuestion
) -> Response:
    """List the cycles, by id."""
    query = partial(list_cycles, page=listed.page)
    ask = Ask(contract="cycles", query=query, columns=CYCLE_COLUMNS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/obligations",
    summary="Who is to report for which cycle, by when, and whether it has.",
    openapi_extra=policy(PUBLIC),
    responses=answers("obligations", csv=OBLIGATION_COLUMNS, missing=True),
    name="list_obligations",
)
async def read_obligations(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    cycle: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$",
            description="Only this reporting cycle.",
            examples=["2026"],
        ),
    ] = None,
    participant: CodeQuery = None,
    timeliness: Annotated[
        Literal["not_due", "due", "on_time", "late", "overdue", "excused"] | None,
        Query(description="Only those that stand so on the day."),
    ] = None,
) -> Response:
    """List participants and cycles; timeliness is derived from both clocks and never stored."""
    query = partial(
        list_obligations,
        page=listed.page,
        cycle_id=cycle,
        participant=participant,
        timeliness=timeliness,
    )
    ask = Ask(contract="obligations", query=query, columns=OBLIGATION_COLUMNS)
    return await desk.answer(request, ask, asked, listed)
