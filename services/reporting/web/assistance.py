"""Assistance: what help is needed and offered, what was brought together, what is unmet."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from services.kit.routers import new_router
from services.reporting.queries.assistance import Chosen, Kind, State, list_assistance
from services.reporting.queries.assistance_needs import list_needs
from services.reporting.queries.rows import Row
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import CodeQuery, ListQuestion, Question, UnitFilter
from services.reporting.web.rendering import Ask

router = new_router("assistance")

COLUMNS = (
    "assistance_id",
    "kind",
    "participant",
    "regional_group",
    "unit",
    "pillar",
    "assistance_type",
    "languages",
    "state",
    "text",
    "visibility",
    "restricted",
    "stands_from",
    "stands_to",
    "matched_with",
    "concluded_on",
    "outcome",
    "cited_in",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)

NEEDS = (
    "metric",
    "pillar",
    "regional_group",
    "value",
    "measured_in",
    "numerator",
    "denominator",
    "participants",
    "restricted",
    "methodology",
    "methodology_version",
    "positions",
    "explained_at",
    "asserted_by",
)


def _in_lines(rows: Iterable[Row]) -> Iterator[Row]:
    """Give a line per need or offer, with the ids of what it was matched with and is cited in."""
    for row in rows:
        other = "offer_id" if row["kind"] == "need" else "need_id"
        yield {
            **row,
            "matched_with": [match[other] for match in row["matches"]],
            "cited_in": list(dict.fromkeys(cited["report_id"] for cited in row["cited_in"])),
        }


async def read_chosen(
    participant: CodeQuery = None,
    kind: Annotated[Kind | None, Query(description="Only needs, or only offers.")] = None,
    unit: UnitFilter = None,
    pillar: Annotated[
        str | None,
        Query(
            pattern=r"^[IVX]{1,5}$", description="Only what serves this pillar.", examples=["III"]
        ),
    ] = None,
    assistance_type: Annotated[
        str | None,
        Query(
            alias="type",
            pattern=r"^[a-z][a-z0-9_]{0,63}$",
            description="Only this kind of help, by its code.",
            examples=["training"],
        ),
    ] = None,
) -> Chosen:
    """Read which needs and offers are asked for."""
    return Chosen(
        participant=participant,
        kind=kind,
        unit=unit,
        pillar=pillar,
        assistance_type=assistance_type,
    )


@router.get(
    "/v1/assistance",
    summary="Needs for assistance and offers of it, as they stand on a day.",
    openapi_extra=EXPENSIVE,
    responses=answers("assistance", csv=COLUMNS, lines=_in_lines),
    name="list_assistance",
)
async def read_assistance(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    chosen: Annotated[Chosen, Depends(read_chosen)],
    state: Annotated[State | None, Query(description="Only what stands so on the day.")] = None,
) -> Response:
    """List needs and offers by id; the counts by state are of all, whatever `state` is."""
    query = partial(list_assistance, page=listed.page, chosen=chosen, state=state)
    ask = Ask(contract="assistance", query=query, columns=COLUMNS, lines=_in_lines)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/aggregates/assistance",
    summary="Needs, unmet needs and offers by pillar and regional group.",
    openapi_extra=EXPENSIVE,
    responses=answers("assistance-needs", csv=NEEDS),
    name="read_assistance_needs",
)
async def read_needs(
    request: Request, desk: AtDesk, asked: Question, listed: ListQuestion
) -> Response:
    """Count what stands on the day: of each metric in all, then by pillar and group."""
    query = partial(list_needs, page=listed.page)
    ask = Ask(contract="assistance-needs", query=query, columns=NEEDS)
    return await desk.answer(request, ask, asked, listed)
