"""Reporting rates, the entries behind each figure, and what another method would count."""

from functools import partial
from typing import Annotated, Literal, TypeAlias

from fastapi import Depends, Query, Request, Response

from services.kit.routers import new_router
from services.reporting.queries.methodology import methods
from services.reporting.queries.rates import explain_rate, list_rates
from services.reporting.queries.recount import list_changes_of_method
from services.reporting.queries.tally import Scope
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import CycleQuery, ListQuestion, Question, refused
from services.reporting.web.rendering import Ask

router = new_router("rates")

COLUMNS = (
    "metric",
    "cycle_id",
    "dimension",
    "key",
    "value",
    "measured_in",
    "numerator",
    "denominator",
    "possible_numerator",
    "possible_denominator",
    "restricted",
    "methodology",
    "methodology_version",
    "reference_day",
    "explained_at",
    "asserted_by",
)
CHANGES = (
    "participant",
    "regional_group",
    "cycle_id",
    *(
        f"{side}.{what}"
        for side in ("counted", "recounted")
        for what in ("expectation", "is_expected", "is_actual", "is_on_time")
    ),
    "positions",
    "asserted_by",
)

Dimension: TypeAlias = Literal[
    "total", "regional_group", "organisation", "pillar", "reporting_unit"
]
_VERSION = r"^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$"


def _published(parameter: str, version: str) -> str:
    if version not in methods():
        raise refused(parameter, "not-in-list", "expected a published version of the method")
    return version


async def read_methodology(
    methodology: Annotated[
        str | None,
        Query(
            pattern=_VERSION,
            description="Count by this published version of the method `reporting-rates`. "
            "Default: the one that the cycle names.",
            examples=["2.0.0"],
        ),
    ] = None,
) -> str | None:
    """Read by which version is to be counted."""
    return None if methodology is None else _published("methodology", methodology)


Methodology: TypeAlias = Annotated[str | None, Depends(read_methodology)]


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
    methodology: Methodology,
    dimension: Annotated[
        Dimension | None, Query(description="Only figures of this dimension.")
    ] = None,
) -> Response:
    """List the metrics in total, by regional group, organisation, pillar and reporting unit."""
    query = partial(
        list_rates,
        page=listed.page,
        cycle_id=cycle,
        dimension=dimension,
        methodology=methodology,
    )
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
    methodology: Methodology,
    dimension: Annotated[Dimension, Query(description="Of what.")] = "total",
    key: Annotated[
        str | None,
        Query(
            pattern=r"^([a-z_]{1,40}|[IVX]{1,5}|ORG-[A-Z0-9]{2,12}|P[1-9][0-9]?(\.[a-z])?)$",
            description="Regional group, organisation, pillar or reporting unit; none for the "
            "total.",
            examples=["asia_pacific", "P5", "ORG-ZZO", "II"],
        ),
    ] = None,
) -> Response:
    """List everybody who counts in a figure, and the positions of the entries that say so."""
    if (key is None) != (dimension == "total"):
        raise refused("key", "not-allowed-here", "expected with every dimension but the total")
    query = partial(
        explain_rate,
        cycle_id=cycle,
        metric=metric,
        scope=Scope(dimension, key),
        methodology=methodology,
    )
    return await desk.answer(request, Ask(contract="rate-explanation", query=query), asked)


@router.get(
    "/v1/rates/changes",
    summary="Whose part in the figures of a cycle changes under another published method.",
    responses=answers("rate-changes", csv=CHANGES, missing=True),
    name="list_changes_of_method",
    openapi_extra=EXPENSIVE,
)
async def read_changes(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    cycle: CycleQuery,
    methodology: Annotated[
        str,
        Query(
            pattern=_VERSION,
            description="Recount by this published version of the method `reporting-rates`.",
            examples=["2.0.0"],
        ),
    ],
    against: Annotated[
        str | None,
        Query(
            pattern=_VERSION,
            description="Compare with this version. Default: the one that the cycle names.",
            examples=["1.0.0"],
        ),
    ] = None,
) -> Response:
    """List the participants, by code, whom the two methods count differently."""
    query = partial(
        list_changes_of_method,
        page=listed.page,
        cycle_id=cycle,
        methodology=_published("methodology", methodology),
        against=None if against is None else _published("against", against),
    )
    ask = Ask(contract="rate-changes", query=query, columns=CHANGES)
    return await desk.answer(request, ask, asked, listed)
