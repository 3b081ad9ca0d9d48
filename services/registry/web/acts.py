"""Registry web: acts of participation."""

from functools import partial

from fastapi import Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.participation import ACTS, record_act
from services.registry.recording import is_own_act
from services.registry.web.dependencies import Code, TheRegister
from services.registry.web.operations import act_operation, answer
from services.registry.web.sent import TheSent

router = new_router()


@router.post(
    "/v1/participants/{code}/acts",
    **act_operation(ACTS, summary="Record an act of participation as it was notified."),
)
def post_act(code: Code, sent: TheSent, register: TheRegister) -> Response:
    """Take an act."""
    document = sent.document()
    is_own = partial(is_own_act, register.log, code)
    write = sent.write(document, concerns=code)
    handled = handle(register, write, lambda: record_act(code, document, is_own))
    return answer(register, handled)
