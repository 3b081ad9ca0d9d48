"""People: who could act for a participant, and which auditors could examine, on a day."""

from functools import partial

from fastapi import Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.mandates import list_mandates
from services.reporting.queries.people import list_people
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import Code, CodeQuery, ListQuestion, Question
from services.reporting.web.rendering import Ask

router = new_router("people")

TERM_COLUMNS = (
    "term_from",
    "term_to",
    "ended_on",
    "last_on",
    "in_force",
    "erased",
    "may",
    "received_on",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)
PEOPLE_COLUMNS = (
    "participant",
    "person_id",
    "role",
    "seat",
    "units",
    "granted_by",
    *TERM_COLUMNS,
)
MANDATE_COLUMNS = ("mandate_id", "role", "participants", "cycles", *TERM_COLUMNS)


@router.get(
    "/v1/participants/{code}/people",
    summary="Who could act for a participant on a day, and what each of them may do.",
    openapi_extra=policy(PUBLIC),
    responses=answers("people", csv=PEOPLE_COLUMNS, missing=True),
    name="list_people",
)
async def read_people(
    request: Request, desk: AtDesk, asked: Question, listed: ListQuestion, code: Code
) -> Response:
    """List focal points and those they delegated to, by id; nobody is named."""
    query = partial(list_people, page=listed.page, code=code)
    ask = Ask(contract="people", query=query, participant=code, columns=PEOPLE_COLUMNS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/mandates",
    summary="Which auditors could examine whose claims on a day.",
    openapi_extra=policy(PUBLIC),
    responses=answers("mandates", csv=MANDATE_COLUMNS),
    name="list_mandates",
)
async def read_mandates(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
) -> Response:
    """List the mandates, by id; nobody is named."""
    query = partial(list_mandates, page=listed.page, participant=participant)
    ask = Ask(contract="mandates", query=query, columns=MANDATE_COLUMNS)
    return await desk.answer(request, ask, asked, listed)
