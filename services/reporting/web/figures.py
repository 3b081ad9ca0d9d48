"""Aggregates as figures ready to plot, and one explanation for all of them."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Depends, Query, Request, Response

from services.kit.openapi import problems
from services.kit.problem import ParametersRefused
from services.kit.routers import new_router
from services.reporting.queries.aggregates import (
    AGGREGATES,
    TooMuchToExplain,
    explain_figure,
    list_aggregate,
)
from services.reporting.queries.counting import Slot
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    CodeQuery,
    CycleFilter,
    CycleQuery,
    ListQuestion,
    Question,
    refused,
)
from services.reporting.web.rendering import Ask

router = new_router("aggregates")

FIGURES = (
    "aggregate",
    "metric",
    "cycle_id",
    "dimension",
    "key",
    "participant",
    "code",
    "origin",
    "origin_label",
    "value",
    "low",
    "high",
    "measured_in",
    "numerator",
    "denominator",
    "possible_numerator",
    "possible_denominator",
    "restricted",
    "methodology",
    "methodology_version",
    "explained_at",
    "asserted_by",
)
SUMMARIES: Mapping[str, str] = {
    "postulates": "Statements of a cycle by reporting unit and status.",
    "pillars": "Statements of a cycle by pillar and status.",
    "regions": "Statements of a cycle by UN regional group and status.",
    "organisations": "Statements of the members of each organisation by status.",
    "members": "Statements of the members of each organisation by unit, their plans and needs.",
    "good-practices": "Good practices told of in a cycle, by reporting unit.",
    "timeline": "Entries and participants, year by year.",
    "trajectory": "Statuses cycle by cycle, and where that would lead until 2045.",
}
OF_SOME_CYCLES = frozenset({"pillar-balance", "trajectory"})
"""Some of whose figures are of a cycle and some of none."""
Read: TypeAlias = Callable[..., Coroutine[Any, Any, Response]]


def _of_a_cycle(name: str) -> Read:
    async def read(
        request: Request,
        desk: AtDesk,
        asked: Question,
        listed: ListQuestion,
        cycle: CycleQuery,
    ) -> Response:
        query = partial(list_aggregate, page=listed.page, name=name, cycle_id=cycle)
        ask = Ask(contract="aggregate", query=query, columns=FIGURES)
        return await desk.answer(request, ask, asked, listed)

    return read


def _of_all(name: str) -> Read:
    async def read(
        request: Request, desk: AtDesk, asked: Question, listed: ListQuestion
    ) -> Response:
        query = partial(list_aggregate, page=listed.page, name=name)
        ask = Ask(contract="aggregate", query=query, columns=FIGURES)
        return await desk.answer(request, ask, asked, listed)

    return read


for _name, _summary in SUMMARIES.items():
    _is_of_a_cycle = AGGREGATES[_name].is_of_a_cycle
    router.add_api_route(
        f"/v1/aggregates/{_name}",
        (_of_a_cycle if _is_of_a_cycle else _of_all)(_name),
        summary=_summary,
        description="Rows in the order of the catalogue and of codes; each says where it is "
        "explained.",
        responses=answers("aggregate", csv=FIGURES, missing=_is_of_a_cycle),
        name=f"read_{_name.replace('-', '_')}",
        openapi_extra=EXPENSIVE,
    )


async def read_slot(
    metric: Annotated[
        Literal[
            "share_of_statements",
            "share_of_statements_with_good_practices",
            "members_with_a_plan_in_force",
            "good_practices",
            "entries",
            "participants",
            "share_of_open_statements",
            "projected_share_in_place",
            "share_of_commitments",
            "share_of_measures",
            "needs",
            "needs_unmet",
            "offers",
        ],
        Query(description="As in the row."),
    ],
    dimension: Annotated[
        Literal[
            "total",
            "reporting_unit",
            "pillar",
            "regional_group",
            "organisation",
            "organisation_and_unit",
            "participant",
            "year",
            "pillar_and_group",
        ],
        Query(description="As in the row."),
    ] = "total",
    key: Annotated[
        str | None,
        Query(
            pattern=r"^([a-z_]{1,40}|[IVX]{1,5}(\.[a-z_]{1,40})?|[12][0-9]{3}|[A-Z]{3}"
            r"|ORG-[A-Z0-9]{2,12}(\.P[1-9][0-9]?(\.[a-z])?)?|P[1-9][0-9]?(\.[a-z])?)$",
            description="As in the row; none for the total.",
            examples=["P5"],
        ),
    ] = None,
    origin: Annotated[
        Literal["submission", "illustrative_compilation"], Query(description="As in the row.")
    ] = "submission",
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
) -> Slot:
    """Read what a figure is of."""
    return Slot(
        metric=metric,
        dimension=dimension,
        key=key,
        cycle_id=cycle,
        participant=participant,
        origin=origin,
    )


def _check_cycle(aggregate: str, cycle_id: str | None) -> None:
    """Refuse a question without the cycle that its figures are of, or with one they are not of."""
    if aggregate in OF_SOME_CYCLES:
        return
    if AGGREGATES[aggregate].is_of_a_cycle and cycle_id is None:
        raise refused("cycle", "missing", "expected the cycle that this aggregate's figures are of")
    if not AGGREGATES[aggregate].is_of_a_cycle and cycle_id is not None:
        raise refused("cycle", "not-accepted", "expected no cycle: these figures are of none")


@router.get(
    "/v1/aggregates/explain",
    summary="One figure of an aggregate, with everything it counts and the entries behind that.",
    responses={
        **answers("aggregate-explanation", missing=True),
        **problems(ParametersRefused, TooMuchToExplain),
    },
    name="explain_figure",
    openapi_extra=EXPENSIVE,
)
async def read_explanation(
    request: Request,
    desk: AtDesk,
    asked: Question,
    aggregate: Annotated[
        Literal[
            "postulates",
            "pillars",
            "regions",
            "organisations",
            "members",
            "good-practices",
            "timeline",
            "trajectory",
            "assistance",
            "matrix",
            "pillar-balance",
        ],
        Query(description="Which aggregate."),
    ],
    slot: Annotated[Slot, Depends(read_slot)],
    counted_under: Annotated[
        str | None,
        Query(
            pattern=r"^[a-z][a-z0-9_-]{1,63}$",
            description="As `code` in the row. Default: whatever the code.",
            examples=["in_place"],
        ),
    ] = None,
) -> Response:
    """List what is in numerator and denominator, what stands beside, and every entry."""
    _check_cycle(aggregate, slot.cycle_id)
    query = partial(explain_figure, name=aggregate, slot=slot, code=counted_under)
    return await desk.answer(request, Ask(contract="aggregate-explanation", query=query), asked)
