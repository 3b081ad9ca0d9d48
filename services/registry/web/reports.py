"""Registry web: reports: submitting, correcting, renewing."""

from fastapi import Response

from services.kit.routers import new_router
from services.registry.domain.streams import participant_of
from services.registry.handling import handle
from services.registry.intents.intent import Intent
from services.registry.intents.reports import (
    declare_nothing_new,
    file_corrigendum,
    submit_report,
)
from services.registry.web.dependencies import ReportId, TheRegister, TheSalts
from services.registry.web.operations import answer, write_operation
from services.registry.web.sent import TheSent
from services.registry.web.validations import examining_for

router = new_router()


@router.post(
    "/v1/reports",
    **write_operation(
        "requests/report-submission",
        summary="Submit a national report, for the first time or after it was returned.",
        brings=("report-submitted",),
    ),
)
def post_report(sent: TheSent, register: TheRegister, salts: TheSalts) -> Response:
    """Take a report; sections that are not public are sealed."""
    document = sent.document()
    write = sent.write(document)

    def intend() -> Intent:
        return submit_report(document, salts, examining_for(register, sent.by, "submit"))

    handled = handle(register, write, intend)
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/corrigenda",
    **write_operation(
        "requests/corrigendum-filing",
        summary="Put a submitted report right by a new version.",
        brings=("corrigendum-filed",),
    ),
)
def post_corrigendum(
    report_id: ReportId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take a corrigendum."""
    document = sent.document()
    write = sent.write(document, concerns=participant_of(report_id))

    def intend() -> Intent:
        examining = examining_for(register, sent.by, "correct")
        return file_corrigendum(report_id, document, salts, examining)

    handled = handle(register, write, intend)
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/nothing-new",
    **write_operation(
        "requests/nothing-new-declaration",
        summary="Declare that nothing is new since an earlier cycle's report.",
        brings=("nothing-new-declared",),
    ),
)
def post_nothing_new(report_id: ReportId, sent: TheSent, register: TheRegister) -> Response:
    """Take a renewal."""
    document = sent.document()
    write = sent.write(document, concerns=participant_of(report_id))
    handled = handle(register, write, lambda: declare_nothing_new(report_id, document))
    return answer(register, handled)
