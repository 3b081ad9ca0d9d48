"""Registry web: audits: what auditors say on the claims of a report, and what is responded."""

from typing import Any

from fastapi import Response

from services.kit.routers import new_router
from services.registry.domain.streams import split_report_id
from services.registry.handling import Write, handle
from services.registry.intents.audits import (
    AUDIT_ACTS,
    RESPONSES,
    record_audit_act,
    record_response,
)
from services.registry.web.dependencies import ReportId, TheRegister, TheSalts
from services.registry.web.operations import act_operation, answer
from services.registry.web.reviews import IN_PATH
from services.registry.web.sent import Sent, TheSent

router = new_router()


def _write(sent: Sent, document: Any, report_id: str) -> Write:
    participant, cycle_id = split_report_id(report_id) or (None, None)
    return sent.write(document, concerns=participant, cycle_id=cycle_id)


@router.post(
    "/v1/reports/{report_id}/findings",
    **act_operation(
        AUDIT_ACTS.keys(),
        summary="Record what was seen of a claim; issue, follow up or close what was found of it.",
        in_path=IN_PATH,
        by_registry=("mandate_id",),
    ),
)
def post_audit_act(
    report_id: ReportId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take what an auditor says under the mandate that is the actor."""
    document = sent.document()
    write = _write(sent, document, report_id)
    mandate_id = sent.by.id
    handled = handle(
        register, write, lambda: record_audit_act(report_id, document, mandate_id, salts)
    )
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/responses",
    **act_operation(
        RESPONSES.keys(),
        summary="Respond to a finding, or to what is recommended on it.",
        in_path=IN_PATH,
    ),
)
def post_response(
    report_id: ReportId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take what a participant responds."""
    document = sent.document()
    write = _write(sent, document, report_id)
    handled = handle(register, write, lambda: record_response(report_id, document, salts))
    return answer(register, handled)
