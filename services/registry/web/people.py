"""Registry web: people: who speaks for a participant."""

from fastapi import APIRouter, Response

from services.registry.handling import handle
from services.registry.intents.people import FOCAL_POINT_EVENTS, record_focal_point
from services.registry.web.dependencies import Code, TheRegister, TheSalts
from services.registry.web.operations import act_operation, answer
from services.registry.web.sent import TheSent

router = APIRouter()


@router.post(
    "/v1/participants/{code}/focal-points",
    **act_operation(FOCAL_POINT_EVENTS, summary="Record who is a focal point, or no longer is."),
)
def post_focal_point(code: Code, sent: TheSent, register: TheRegister, salts: TheSalts) -> Response:
    """Take a designation or its end; the person is sealed before anything else sees it."""
    sent.check_party(code)
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: record_focal_point(code, document, salts))
    return answer(register, handled)
