"""Registry web: obligations: more time for one participant, and reminders."""

from fastapi import Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.obligations import (
    EXTENSIONS,
    REMINDERS,
    grant_extension,
    record_reminder,
)
from services.registry.web.dependencies import CycleId, TheRegister
from services.registry.web.operations import act_operation, answer
from services.registry.web.sent import TheSent

router = new_router()


@router.post(
    "/v1/cycles/{cycle_id}/extensions",
    **act_operation(
        EXTENSIONS, summary="Give one participant more time for a cycle.", in_path=("cycle_id",)
    ),
)
def post_extension(cycle_id: CycleId, sent: TheSent, register: TheRegister) -> Response:
    """Take an extension; only the secretariat grants one."""
    document = sent.document()
    handled = handle(register, sent.write(document), lambda: grant_extension(cycle_id, document))
    return answer(register, handled)


@router.post(
    "/v1/cycles/{cycle_id}/reminders",
    **act_operation(
        REMINDERS, summary="Record that a participant was reminded.", in_path=("cycle_id",)
    ),
)
def post_reminder(cycle_id: CycleId, sent: TheSent, register: TheRegister) -> Response:
    """Take a reminder that was sent by other means; only the secretariat sends them."""
    document = sent.document()
    handled = handle(register, sent.write(document), lambda: record_reminder(cycle_id, document))
    return answer(register, handled)
