"""Open data: what changed, what there is, how it is counted, and what the codes mean."""

import re
from functools import partial
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Request, Response

from services.kit.errors import NotFound
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.availability import list_availability
from services.reporting.queries.changes import list_changes
from services.reporting.queries.dimensions import DIMENSIONS, list_dimension
from services.reporting.queries.methods import list_methods
from services.reporting.queries.rows import Page
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    CodeQuery,
    CycleFilter,
    ListQuestion,
    Question,
    refused,
)
from services.reporting.web.rendering import Ask

router = new_router("open data")

_POSITION = re.compile(r"0|[1-9][0-9]{0,14}")

CHANGES = (
    "position",
    "recorded_at",
    "type",
    "participant",
    "origin",
    "origin_label",
    "occurred_on",
    "effective_on",
    "stream",
    "version",
    "leaf_hash",
    "links.shown",
    "links.event",
    "links.receipt",
    "asserted_by",
)
AVAILABILITY = (
    "participant",
    "cycle_id",
    "origin",
    "origin_label",
    "report_id",
    "report_version",
    "units",
    "restricted_units",
    "positions",
    "asserted_by",
)
METHODS = (
    "method",
    "method_version",
    "title",
    "what",
    "document",
    "href",
    "digest",
    "is_published",
    "effective_on",
    "cycles",
    "positions",
    "asserted_by",
)
MEMBERS = ("code", "name", "kind", "broader", "edition", "positions", "asserted_by")

DimensionPath: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[a-z][a-z-]{1,39}$",
        description=f"Which one: {', '.join(f'`{name}`' for name in DIMENSIONS)}.",
        examples=["participants"],
    ),
]


@router.get(
    "/v1/changes",
    summary="What was recorded between two positions, entry by entry.",
    openapi_extra=policy(PUBLIC),
    responses=answers("changes", csv=CHANGES),
    name="list_changes",
)
async def read_changes(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    after: Annotated[
        str,
        Query(
            pattern=r"^(0|[1-9][0-9]{0,14})$",
            description="Position before the first entry wanted; the last one is that of `as_of`.",
            examples=["0", "1042"],
        ),
    ] = "0",
    participant: CodeQuery = None,
    event_type: Annotated[
        str | None,
        Query(
            alias="event",
            pattern=r"^[a-z][a-z-]{1,63}$",
            description="Only this type of event.",
            examples=["report-submitted"],
        ),
    ] = None,
) -> Response:
    """List entries after one position up to another, each with where it is shown and proven."""
    query = partial(
        list_changes,
        page=_by_position(listed.page),
        after=int(after),
        participant=participant,
        event_type=event_type,
    )
    return await desk.answer(
        request, Ask(contract="changes", query=query, columns=CHANGES), asked, listed
    )


@router.get(
    "/v1/availability",
    summary="For which participants, cycles and reporting units there is something to show.",
    openapi_extra=EXPENSIVE,
    responses=answers("availability", csv=AVAILABILITY),
    name="list_availability",
)
async def read_availability(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
) -> Response:
    """List participants and cycles of which a report stands; beside them every useful filter."""
    query = partial(list_availability, page=listed.page, participant=participant, cycle_id=cycle)
    ask = Ask(contract="availability", query=query, columns=AVAILABILITY)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/methods",
    summary="How figures are counted, as data.",
    openapi_extra=policy(PUBLIC),
    responses=answers("methods", csv=METHODS),
    name="list_methods",
)
async def read_methods(
    request: Request, desk: AtDesk, asked: Question, listed: ListQuestion
) -> Response:
    """List every version of every method, whole, with the act that made it official."""
    ask = Ask(contract="methods", query=partial(list_methods, page=listed.page), columns=METHODS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/dimensions/{name}",
    summary="The codes of one dimension, with their names.",
    openapi_extra=policy(PUBLIC),
    responses=answers("dimension", csv=MEMBERS, missing=True),
    name="list_dimension",
)
async def read_dimension(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    name: DimensionPath,
) -> Response:
    """List a dimension as known at the position and on the day."""
    if name not in DIMENSIONS:
        raise NotFound
    return await desk.answer(request, members(name, listed.page), asked, listed)


def members(dimension: str, page: Page) -> Ask:
    """Ask for a page of a dimension."""
    query = partial(list_dimension, page=page, dimension=dimension)
    return Ask(contract="dimension", query=query, columns=MEMBERS)


def _by_position(page: Page) -> Page:
    """Refuse a cursor of another list: here the key is a position."""
    if page.after is not None and not _POSITION.fullmatch(page.after):
        raise refused("cursor", "wrong-format", "expected a cursor that was given here")
    return page
