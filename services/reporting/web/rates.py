"""Reporting rates, and the entries behind each figure."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from services.reporting.queries.rates import explain_rate, list_rates
from services.reporting.queries.tally import Scope
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import CycleQuery, ListQuestion, Question, refused
from services.reporting.web.rendering import Ask

router = APIRouter(tags=["rates"])

COLUMNS = (
    "metric",
    "cycle_id",
    "dimension",
    "key",
    "value",
    "numerator",
    "denominator",
    "possible_numerator",
    "possible_denominator",
    "restricted",
    "methodology_version",
    "reference_day",
    "asserted_by",
)


@router.get(
    "/v1/rates",
    summary="The five reporting-rate metrics of a cycle.",
    responses=answers("rates", csv=COLUMNS, missing=True),
    name="list_rates",
    openapi_extra=EXPENSIVE,
)
async def read_rates(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    cycle: CycleQuery,
    dimension: Annotated[
        Literal["total", "regional_group", "reporting_unit"] | None,
        Query(description="Only figures of this dimension."),
    ] = None,
) -> Response:
    """List the metrics in total, by UN regional group and by reporting unit."""
    query = partial(list_rates, page=listed.page, cycle_id=cycle, dimension=dimension)
    ask = Ask(contract="rates", query=query, columns=COLUMNS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/rates/explain",
    summary="One figure, with the entries in its numerator and denominator.",
    responses=answers("rate-explanation", missing=True),
    name="explain_rate",
    openapi_extra=EXPENSIVE,
)
async def read_explanation(
    request: Request,
    desk: AtDesk,
    asked: Question,
    cycle: CycleQuery,
    metric: Annotated[
        Literal[
            "expected_reports",
            "actual_reports",
            "actual_reports_on_time",
            "reporting_rate",
            "reporting_rate_on_time",
        ],
        Query(description="Which of the five metrics."),
    ],
    dimension: Annotated[
        Literal["total", "regional_group", "reporting_unit"], Query(description="Of what.")
    ] = "total",
    key: Annotated[
        str | None,
        Query(
            pattern=r"^([a-z_]{1,40}|P[1-9][0-9]?(\.[a-z])?)$",
            description="The regional group or the reporting unit; none for the total.",
            examples=["asia_pacific", "P5"],
        ),
    ] = None,
) -> Response:
    """List everybody who counts in a figure, and the positions of the entries that say so."""
    if (key is None) != (dimension == "total"):
        raise refused("key", "not-allowed-here", "expected with every dimension but the total")
    query = partial(explain_rate, cycle_id=cycle, metric=metric, scope=Scope(dimension, key))
    return await desk.answer(request, Ask(contract="rate-explanation", query=query), asked)
