"""Registry web: plans and cycles, each registered once under its id."""

from fastapi import APIRouter, Response

from services.registry.handling import handle
from services.registry.intents import open_cycle, register_plan
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


@router.post(
    "/v1/cycles",
    **write_operation("events/cycle-opened", summary="Open a reporting cycle."),
)
def post_cycle(sent: TheSent, register: TheRegister) -> Response:
    """Take a cycle; only the secretariat opens one."""
    sent.check_party(None)
    document = sent.document()
    handled = handle(register, sent.write(document), lambda: open_cycle(document))
    return answer(register, handled)
