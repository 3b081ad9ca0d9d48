"""Registry web: reviews: what the secretariat says on a version of a report."""

from fastapi import APIRouter, Response

from services.registry.handling import handle
from services.registry.intents.reviews import decide_on_report
from services.registry.web.dependencies import ReportId, TheRegister, TheSalts
from services.registry.web.operations import answer, write_operation
from services.registry.web.sent import TheSent

router = APIRouter()


@router.post(
    "/v1/reports/{report_id}/decisions",
    **write_operation(
        "requests/review-decision",
        summary="Return a version with reasons, or accept it.",
        brings=("report-returned", "report-accepted"),
    ),
)
def post_decision(
    report_id: ReportId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take a decision; only the secretariat decides."""
    sent.check_party(None)
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: decide_on_report(report_id, document, salts))
    return answer(register, handled)
