"""Reviews: the secretariat's queue."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.review import State
from services.reporting.queries.reviews import list_reviews
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import ListQuestion, Question
from services.reporting.web.rendering import Ask

router = new_router("reviews")

COLUMNS = (
    "report_id",
    "participant",
    "cycle_id",
    "report_version",
    "digest",
    "form",
    "state",
    "waits_for",
    "waiting_since",
    "received_on",
    "age_days",
    "substance.report_id",
    "substance.report_version",
    "substance.received_on",
    "substance.age_days",
    "open_clarifications",
    "answer_due_on",
    "stream",
    "positions",
    "asserted_by",
)


@router.get(
    "/v1/reviews",
    summary="What waits in the technical review, since when, and for whom to act.",
    openapi_extra=policy(PUBLIC),
    responses=answers("reviews", csv=COLUMNS, missing=True),
    name="list_reviews",
)
async def read_reviews(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    state: Annotated[
        State | None,
        Query(description="Only reports that stand there; else all that wait for somebody."),
    ] = None,
    cycle: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$",
            description="Only this reporting cycle.",
            examples=["2026"],
        ),
    ] = None,
) -> Response:
    """List the latest version of each report; what waits longest comes first."""
    query = partial(list_reviews, page=listed.page, state=state, cycle_id=cycle)
    return await desk.answer(
        request, Ask(contract="reviews", query=query, columns=COLUMNS), asked, listed
    )
