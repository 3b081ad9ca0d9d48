"""Registry web: reviews: what the secretariat says on a version, and what it is answered."""

from typing import Annotated, TypeAlias

from fastapi import Path, Response

from services.kit.routers import new_router
from services.registry.domain.streams import participant_of
from services.registry.handling import handle
from services.registry.intents.reviews import (
    ANSWER_EVENTS,
    QUESTION_EVENTS,
    REVIEW_EVENTS,
    decide_on_report,
    open_review,
    provide_clarification,
    request_clarification,
)
from services.registry.web.dependencies import ReportId, TheRegister, TheSalts
from services.registry.web.operations import act_operation, answer, write_operation
from services.registry.web.sent import TheSent

router = new_router()

IN_PATH = ("report_id", "participant", "cycle_id")
"""Members of an event that the id of a report says."""

ClarificationId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$",
        max_length=64,
        description="Id of the question, as it was asked.",
        examples=["Q1"],
    ),
]


@router.post(
    "/v1/reports/{report_id}/reviews",
    **act_operation(
        REVIEW_EVENTS, summary="Take a version up for its technical review.", in_path=IN_PATH
    ),
)
def post_review(report_id: ReportId, sent: TheSent, register: TheRegister) -> Response:
    """Take the opening of a review; only the secretariat opens one."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: open_review(report_id, document))
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/clarifications",
    **act_operation(
        QUESTION_EVENTS,
        summary="Ask the participant about a version under review.",
        in_path=IN_PATH,
    ),
)
def post_clarification(
    report_id: ReportId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take questions, which are sealed; only the secretariat asks."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: request_clarification(report_id, document, salts))
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/clarifications/{clarification_id}/answers",
    **act_operation(
        ANSWER_EVENTS,
        summary="Answer a question on a version.",
        in_path=(*IN_PATH, "clarification_id"),
    ),
)
def post_answer(
    report_id: ReportId,
    clarification_id: ClarificationId,
    sent: TheSent,
    register: TheRegister,
    salts: TheSalts,
) -> Response:
    """Take answers, which are sealed."""
    document = sent.document()
    write = sent.write(document, concerns=participant_of(report_id))
    handled = handle(
        register,
        write,
        lambda: provide_clarification(report_id, clarification_id, document, salts),
    )
    return answer(register, handled)


@router.post(
    "/v1/reports/{report_id}/decisions",
    **write_operation(
        "requests/review-decision",
        summary="Return a version with reasons, accept it, or take its acceptance back.",
        brings=("report-returned", "report-accepted", "acceptance-revoked"),
    ),
)
def post_decision(
    report_id: ReportId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take a decision; only the secretariat decides."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: decide_on_report(report_id, document, salts))
    return answer(register, handled)
