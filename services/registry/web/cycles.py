"""Registry web: reporting cycles."""

from fastapi import APIRouter, Response

from services.registry.handling import handle
from services.registry.intents.cycles import open_cycle
from services.registry.web.dependencies import TheRegister
from services.registry.web.operations import answer, write_operation
from services.registry.web.sent import TheSent

router = APIRouter()


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
