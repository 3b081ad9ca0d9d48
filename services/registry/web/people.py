"""Registry web: people: who acts for a participant, who examines, and whose data is erased."""

from fastapi import Request, Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.people import (
    DELEGATION_EVENTS,
    ERASURES,
    FOCAL_POINT_EVENTS,
    MANDATE_EVENTS,
    erase_auditor,
    erase_personal_data,
    record_delegation,
    record_focal_point,
    record_mandate,
)
from services.registry.web.dependencies import Code, MandateId, TheRegister, TheSalts
from services.registry.web.operations import act_operation, answer
from services.registry.web.recording import TheRecording, asked_by
from services.registry.web.sent import TheSent

router = new_router()


@router.post(
    "/v1/participants/{code}/focal-points",
    **act_operation(FOCAL_POINT_EVENTS, summary="Record who is a focal point, or no longer is."),
)
def post_focal_point(code: Code, sent: TheSent, register: TheRegister, salts: TheSalts) -> Response:
    """Take a designation or its end; the person is sealed before anything else sees it."""
    document = sent.document()
    write = sent.write(document, concerns=code)
    handled = handle(register, write, lambda: record_focal_point(code, document, salts))
    return answer(register, handled)


@router.post(
    "/v1/participants/{code}/delegations",
    **act_operation(DELEGATION_EVENTS, summary="Record who may draft what, or no longer may."),
)
def post_delegation(code: Code, sent: TheSent, register: TheRegister, salts: TheSalts) -> Response:
    """Take a delegation or its end; the person is sealed before anything else sees it."""
    document = sent.document()
    write = sent.write(document, concerns=code)
    handled = handle(register, write, lambda: record_delegation(code, document, salts))
    return answer(register, handled)


@router.post(
    "/v1/participants/{code}/erasures",
    **act_operation(ERASURES, summary="Destroy what identifies a person; the entries stay."),
)
def post_erasure(
    request: Request, code: Code, sent: TheSent, register: TheRegister, recording: TheRecording
) -> Response:
    """Take an erasure; only the secretariat erases."""
    recording.trail.admit()
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: erase_personal_data(code, document))
    recording.note_erasure(asked_by(request), handled, participant=code)
    return answer(register, handled)


@router.post(
    "/v1/mandates",
    **act_operation(
        MANDATE_EVENTS, summary="Record who may examine what, or no longer may.", in_path=()
    ),
)
def post_mandate(sent: TheSent, register: TheRegister, salts: TheSalts) -> Response:
    """Take a mandate or its end; only the secretariat gives mandates."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: record_mandate(document, salts))
    return answer(register, handled)


@router.post(
    "/v1/mandates/{mandate_id}/erasures",
    **act_operation(
        ERASURES,
        summary="Destroy what identifies an auditor; the entries stay.",
        in_path=("person_id", "participant"),
    ),
)
def post_auditor_erasure(
    request: Request,
    mandate_id: MandateId,
    sent: TheSent,
    register: TheRegister,
    recording: TheRecording,
) -> Response:
    """Take an erasure; only the secretariat erases."""
    recording.trail.admit()
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: erase_auditor(mandate_id, document))
    recording.note_erasure(asked_by(request), handled, participant=None)
    return answer(register, handled)
