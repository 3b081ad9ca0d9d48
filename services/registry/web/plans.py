"""Registry web: plans."""

from fastapi import APIRouter, Response

from services.registry.handling import handle
from services.registry.intents.plans import register_plan
from services.registry.web.dependencies import TheRegister
from services.registry.web.operations import answer, write_operation
from services.registry.web.sent import TheSent

router = APIRouter()


@router.post(
    "/v1/plans",
    **write_operation("events/plan-registered", summary="Register a plan under the Code."),
)
def post_plan(sent: TheSent, register: TheRegister) -> Response:
    """Take a plan."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: sent.permitted(register_plan(document)))
    return answer(register, handled)
