"""Evidence: which files participants put forward, and what became of them; never the bytes."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.evidence import Chosen, State, list_evidence
from services.reporting.web.described import answers
from services.reporting.web.desk import AtDesk
from services.reporting.web.parameters import (
    CodeQuery,
    CycleFilter,
    ListQuestion,
    Question,
    UnitFilter,
)
from services.reporting.web.rendering import Ask

router = new_router("evidence")

COLUMNS = (
    "evidence_id",
    "participant",
    "cycle_id",
    "unit",
    "digest",
    "media_type",
    "size_bytes",
    "collected_on",
    "valid_to",
    "state",
    "text",
    "visibility",
    "restricted",
    "replaces",
    "withdrawal_reason",
    "redaction_reason",
    "redaction_reference",
    "href",
    "recorded_at",
    "positions",
    "asserted_by",
    "stream",
    "version",
)


@router.get(
    "/v1/evidence",
    summary="Evidence put forward: digests, what is said of it, and what became of it.",
    openapi_extra=policy(PUBLIC),
    responses=answers("evidence", csv=COLUMNS),
    name="list_evidence",
)
async def read_evidence(
    request: Request,
    desk: AtDesk,
    asked: Question,
    listed: ListQuestion,
    participant: CodeQuery = None,
    cycle: CycleFilter = None,
    unit: UnitFilter = None,
    state: Annotated[State | None, Query(description="Only what stands so on the day.")] = None,
) -> Response:
    """List files by participant, piece and digest; the bytes are at the registry's `href`."""
    chosen = Chosen(participant=participant, cycle_id=cycle, unit=unit)
    query = partial(list_evidence, page=listed.page, chosen=chosen, state=state)
    ask = Ask(contract="evidence", query=query, columns=COLUMNS)
    return await desk.answer(request, ask, asked, listed)
