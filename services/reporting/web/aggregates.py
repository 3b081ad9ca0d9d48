"""Aggregates: the matrix of participants and reporting units, and the balance of the pillars."""

from collections.abc import Iterable, Iterator
from functools import partial

from fastapi import Request, Response

from services.kit.routers import new_router
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.pillars import list_pillar_balance
from services.reporting.queries.rows import Row
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    CodeQuery,
    CycleFilter,
    CycleQuery,
    ListQuestion,
    Question,
)
from services.reporting.web.rendering import Ask

router = new_router("aggregates")

COLUMNS = (
    "participant",
    "name",
    "regional_group",
    "cycle_id",
    "expectation",
    "timeliness",
    "report_id",
    "report_version",
    "origin",
    "origin_label",
    "cell.unit",
    "cell.status",
    "cell.stated",
    "cell.restricted",
    "cell.visibility",
    "cell.measure_count",
    "cell.positions",
    "cell.asserted_by",
    "explained_at",
)

BALANCE = (
    "metric",
    "pillar",
    "participant",
    "standing",
    "cycle_id",
    "origin",
    "origin_label",
    "value",
    "measured_in",
    "items",
    "weight_numerator",
    "weight_denominator",
    "total",
    "possible_total",
    "participants",
    "restricted",
    "methodology",
    "methodology_version",
    "positions",
    "explained_at",
    "asserted_by",
)


def _by_cell(rows: Iterable[Row]) -> Iterator[Row]:
    """Give a line per participant and unit, which is what statistics programs read."""
    for row in rows:
        for cell in row["cells"].values():
            yield {**row, "cell": cell}


@router.get(
    "/v1/aggregates/matrix",
    summary="Participants by reporting units of a cycle, in codes.",
    responses=answers("matrix", csv=COLUMNS, lines=_by_cell, missing=True),
    name="read_matrix",
    openapi_extra=EXPENSIVE,
)
async def read_matrix(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    cycle: CycleQuery,
) -> Response:
    """List everybody expected or reported on, with the status under each unit."""
    query = partial(list_matrix, page=listed.page, cycle_id=cycle)
    ask = Ask(contract="matrix", query=query, columns=COLUMNS, lines=_by_cell)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/aggregates/pillar-balance",
    summary="What share of commitments and of measures each pillar has.",
    responses=answers("pillar-balance", csv=BALANCE, missing=True),
    name="read_pillar_balance",
    openapi_extra=EXPENSIVE,
)
async def read_pillar_balance(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
) -> Response:
    """List the shares of everybody together, then by participant in the order of codes."""
    query = partial(list_pillar_balance, page=listed.page, participant=participant, cycle_id=cycle)
    ask = Ask(contract="pillar-balance", query=query, columns=BALANCE)
    return await desk.answer(request, ask, asked, listed)
