"""Aggregates: the matrix of participants and reporting units."""

from collections.abc import Iterable, Iterator
from functools import partial

from fastapi import APIRouter, Request, Response

from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.rows import Row
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import CycleQuery, ListQuestion, Question
from services.reporting.web.rendering import Ask

router = APIRouter(tags=["aggregates"])

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
)


@router.get(
    "/v1/aggregates/matrix",
    summary="Participants by reporting units of a cycle, in codes.",
    responses=answers("matrix", csv=True, missing=True),
    name="read_matrix",
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


def _by_cell(rows: Iterable[Row]) -> Iterator[Row]:
    """Give a line per participant and unit, which is what statistics programs read."""
    for row in rows:
        for cell in row["cells"].values():
            yield {**row, "cell": cell}
