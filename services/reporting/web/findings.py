"""Findings: what auditors saw, found and recommend on claims, never without the response."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from services.kit.routers import new_router
from services.reporting.queries.findings import (
    State,
    list_findings,
    list_observations,
    list_recommendations,
)
from services.reporting.queries.rows import Row
from services.reporting.web.described import EXPENSIVE, answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    CodeQuery,
    CycleFilter,
    ListQuestion,
    Question,
    UnitFilter,
)
from services.reporting.web.rendering import Ask

router = new_router("findings")

RESPONSE = (
    "response.state",
    "response.sentence",
    "response.answer",
    "response.asked_on",
    "response.respond_by",
    "response.responded_on",
    "response.text",
    "response.visibility",
    "response.restricted",
    "response.positions",
    "response.asserted_by",
)
"""Columns of the response; no list of findings or recommendations goes without them."""

CLAIM = (
    "report_id",
    "participant",
    "cycle_id",
    "report_version",
    "digest",
    "unit",
    "measure_id",
)

FINDINGS = (
    *CLAIM,
    "finding_id",
    "mandate_id",
    "state",
    "assessment",
    "text",
    "visibility",
    "restricted",
    "issued_on",
    *RESPONSE,
    "observation_ids",
    "recommendation_ids",
    "closing.outcome",
    "closing.closed_on",
    "closing.text",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)

RECOMMENDATIONS = (
    "report_id",
    "participant",
    "cycle_id",
    "unit",
    "measure_id",
    "finding_id",
    "finding_state",
    *(f"finding_{column}" for column in RESPONSE),
    "recommendation_id",
    "mandate_id",
    "text",
    "visibility",
    "restricted",
    "issued_on",
    *RESPONSE,
    "status",
    "status_of",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)

OBSERVATIONS = (
    *CLAIM,
    "observation_id",
    "mandate_id",
    "method",
    "observed_on",
    "text",
    "visibility",
    "restricted",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


def _by_finding(rows: Iterable[Row]) -> Iterator[Row]:
    """Give a line per finding, with the ids of what belongs to it."""
    for row in rows:
        observed, recommended = row["observations"], row["recommendations"]
        yield {
            **row,
            "observation_ids": [one["observation_id"] for one in observed],
            "recommendation_ids": [one["recommendation_id"] for one in recommended],
        }


@router.get(
    "/v1/findings",
    summary="Findings on claims, each with the response or the day on which it was asked for.",
    openapi_extra=EXPENSIVE,
    responses=answers("findings", csv=FINDINGS, lines=_by_finding),
    name="list_findings",
)
async def read_findings(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
    unit: UnitFilter = None,
    state: Annotated[
        State | None, Query(description="Only findings that stand so on the day.")
    ] = None,
) -> Response:
    """List findings by report and id; the counts by state are of all, whatever `state` is."""
    query = partial(
        list_findings,
        page=listed.page,
        participant=participant,
        cycle_id=cycle,
        unit=unit,
        state=state,
    )
    ask = Ask(contract="findings", query=query, columns=FINDINGS, lines=_by_finding)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/recommendations",
    summary="Recommendations on findings, with responses and how far they are carried out.",
    openapi_extra=EXPENSIVE,
    responses=answers("recommendations", csv=RECOMMENDATIONS),
    name="list_recommendations",
)
async def read_recommendations(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
) -> Response:
    """List recommendations by report and id."""
    query = partial(list_recommendations, page=listed.page, participant=participant, cycle_id=cycle)
    ask = Ask(contract="recommendations", query=query, columns=RECOMMENDATIONS)
    return await desk.answer(request, ask, asked, listed)


@router.get(
    "/v1/observations",
    summary="What auditors recorded of claims, whether or not they found anything of it yet.",
    openapi_extra=EXPENSIVE,
    responses=answers("observations", csv=OBSERVATIONS),
    name="list_observations",
)
async def read_observations(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
) -> Response:
    """List observations by report and id."""
    query = partial(list_observations, page=listed.page, participant=participant, cycle_id=cycle)
    ask = Ask(contract="observations", query=query, columns=OBSERVATIONS)
    return await desk.answer(request, ask, asked, listed)
