"""Publications: what governs reports and figures, with digests."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.publications import list_publications
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import ListQuestion, Question
from services.reporting.web.rendering import Ask

router = new_router("publications")

COLUMNS = (
    "kind",
    "name",
    "edition",
    "document",
    "digest",
    "effective_on",
    "in_effect",
    "rules",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


@router.get(
    "/v1/publications",
    summary="What was published to govern reports and figures.",
    openapi_extra=policy(PUBLIC),
    responses=answers("publications", csv=COLUMNS),
    name="list_publications",
)
async def read_publications(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    kind: Annotated[
        Literal["instrument", "ruleset", "methodology"] | None,
        Query(description="Only publications of this kind."),
    ] = None,
) -> Response:
    """List editions of the instrument, rulesets and methodologies, by kind, name and version."""
    query = partial(list_publications, page=listed.page, kind=kind)
    ask = Ask(contract="publications", query=query, columns=COLUMNS)
    return await desk.answer(request, ask, asked, listed)
