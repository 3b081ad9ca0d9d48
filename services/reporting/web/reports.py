"""Reports: the national implementation report, per postulate, and each version submitted."""

from functools import partial

from fastapi import APIRouter, Request, Response

from services.reporting.queries.reports import get_report, get_statement
from services.reporting.queries.submitted import get_version
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import Code, CyclePath, NumberPath, Question, UnitPath
from services.reporting.web.rendering import Ask

router = APIRouter(tags=["reports"])


@router.get(
    "/v1/reports/{code}/{cycle}",
    summary="The national implementation report of a participant for a cycle.",
    responses=answers("report", missing=True),
)
async def read_report(
    request: Request, desk: AtDesk, asked: Question, code: Code, cycle: CyclePath
) -> Response:
    """Give what stands under every reporting unit; units nobody spoke of are `not_reported`."""
    query = partial(get_report, code=code, cycle_id=cycle)
    return await desk.answer(request, Ask(contract="report", query=query, participant=code), asked)


@router.get(
    "/v1/reports/{code}/{cycle}/postulates/{unit}",
    summary="What stands under one reporting unit.",
    responses=answers("report-statement", missing=True),
)
async def read_statement(
    request: Request,
    desk: AtDesk,
    asked: Question,
    code: Code,
    cycle: CyclePath,
    unit: UnitPath,
) -> Response:
    """Give the statement on one unit, as compiled from the latest version that speaks of it."""
    query = partial(get_statement, code=code, cycle_id=cycle, unit=unit)
    ask = Ask(contract="report-statement", query=query, participant=code)
    return await desk.answer(request, ask, asked)


@router.get(
    "/v1/reports/{code}/{cycle}/versions/{number}",
    summary="One version as it was submitted.",
    responses=answers("report-version", missing=True),
)
async def read_version(
    request: Request,
    desk: AtDesk,
    asked: Question,
    code: Code,
    cycle: CyclePath,
    number: NumberPath,
) -> Response:
    """Give a version's document in its sealed form, with what was decided on it."""
    query = partial(get_version, code=code, cycle_id=cycle, number=int(number))
    ask = Ask(contract="report-version", query=query, participant=code)
    return await desk.answer(request, ask, asked)
