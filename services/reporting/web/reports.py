"""Reports: of one participant, per postulate, each version; of an organisation with its members."""

from functools import partial
from typing import Annotated, TypeAlias

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.comparison import get_difference
from services.reporting.queries.field_history import get_record
from services.reporting.queries.regional import get_regional_report
from services.reporting.queries.reports import get_report, get_statement
from services.reporting.queries.submitted import get_version
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    Code,
    CyclePath,
    NumberPath,
    OrganisationPath,
    Question,
    UnitPath,
)
from services.reporting.web.rendering import Ask

router = new_router("reports")

_NUMBER = r"^[1-9][0-9]{0,5}$"
Older: TypeAlias = Annotated[
    str,
    Query(alias="from", pattern=_NUMBER, description="Version to begin with.", examples=["1"]),
]
Newer: TypeAlias = Annotated[
    str, Query(alias="to", pattern=_NUMBER, description="Version to end with.", examples=["2"])
]


@router.get(
    "/v1/reports/{code}/{cycle}",
    summary="The national implementation report of a participant for a cycle.",
    openapi_extra=policy(PUBLIC),
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
    openapi_extra=policy(PUBLIC),
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
    openapi_extra=policy(PUBLIC),
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


@router.get(
    "/v1/reports/{code}/{cycle}/record",
    summary="All versions of a report, what they amount to, and each field's values over them.",
    openapi_extra=policy(PUBLIC),
    responses=answers("report-record", missing=True),
)
async def read_record(
    request: Request, desk: AtDesk, asked: Question, code: Code, cycle: CyclePath
) -> Response:
    """Give the record; a section that is not public stands in it as its seal."""
    query = partial(get_record, code=code, cycle_id=cycle)
    ask = Ask(contract="report-record", query=query, participant=code)
    return await desk.answer(request, ask, asked)


@router.get(
    "/v1/reports/{code}/{cycle}/diff",
    summary="What differs between two versions, as JSON Patch and in sentences.",
    openapi_extra=policy(PUBLIC),
    responses=answers("report-diff", missing=True),
)
async def read_difference(
    request: Request,
    desk: AtDesk,
    asked: Question,
    code: Code,
    cycle: CyclePath,
    older: Older,
    newer: Newer,
) -> Response:
    """Compare two versions as they stand in the log, part by part."""
    query = partial(get_difference, code=code, cycle_id=cycle, older=int(older), newer=int(newer))
    ask = Ask(contract="report-diff", query=query, participant=code)
    return await desk.answer(request, ask, asked)


@router.get(
    "/v1/regional-reports/{organisation}/{cycle}",
    summary="The regional implementation report of an organisation, with its members as of a day.",
    openapi_extra=EXPENSIVE,
    responses=answers("regional-report", missing=True),
)
async def read_regional_report(
    request: Request,
    desk: AtDesk,
    asked: Question,
    organisation: OrganisationPath,
    cycle: CyclePath,
) -> Response:
    """Give what the organisation says itself; beside it, apart, what its members say and filed."""
    query = partial(get_regional_report, organisation=organisation, cycle_id=cycle)
    return await desk.answer(request, Ask(contract="regional-report", query=query), asked)
