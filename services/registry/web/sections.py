"""Registry web: what a participant does with what it filed: withdraws it, shows sections of it."""

from functools import partial

from fastapi import Response

from services.kit.routers import new_router
from services.registry.disclosing import held_disclosures
from services.registry.domain.streams import participant_of
from services.registry.handling import handle
from services.registry.intents.sections import (
    PUBLICATION_EVENTS,
    WITHDRAWAL_EVENTS,
    change_publication,
    withdraw_report,
)
from services.registry.web.dependencies import ReportId, TheRegister
from services.registry.web.operations import act_operation, answer
from services.registry.web.reviews import IN_PATH
from services.registry.web.sent import TheSent

router = new_router()

REVEALED_FOR_EVER = (
    "What is shown from now on stands in the log for ever: restricting it later takes it neither "
    "out of the log nor out of the copies of whoever read it."
)
STAYS_IN_THE_LOG = (
    "Reporting no longer shows these sections. What was public stays in the log and in the copies "
    "of whoever read it."
)


@router.post(
    "/v1/reports/{report_id}/withdrawal",
    **act_operation(
        WITHDRAWAL_EVENTS,
        summary="Withdraw a report; all its versions stay in the register.",
        in_path=IN_PATH,
    ),
)
def post_withdrawal(report_id: ReportId, sent: TheSent, register: TheRegister) -> Response:
    """Take a withdrawal."""
    document = sent.document()
    write = sent.write(document, concerns=participant_of(report_id))
    handled = handle(register, write, lambda: withdraw_report(report_id, document))
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/publication",
    **act_operation(
        PUBLICATION_EVENTS,
        summary="Let everybody read sections of a version, or show them no longer.",
        in_path=IN_PATH,
        by_registry=("revealed",),
    ),
)
def post_section_publication(report_id: ReportId, sent: TheSent, register: TheRegister) -> Response:
    """Take an authorisation, which reveals what was sealed, or a restriction, which cannot."""
    document = sent.document()
    write = sent.write(document, concerns=participant_of(report_id))
    held = partial(held_disclosures, register.log, report_id)
    handled = handle(register, write, lambda: change_publication(report_id, document, held))
    is_shown = document["type"] == "publication-authorised"
    return answer(register, handled, notices=(REVEALED_FOR_EVER if is_shown else STAYS_IN_THE_LOG,))
