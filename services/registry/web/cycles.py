"""Registry web: reporting cycles."""

from fastapi import Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.cycles import CYCLE_ACTS, act_on_cycle, open_cycle
from services.registry.web.dependencies import CycleId, TheRegister
from services.registry.web.operations import act_operation, answer, write_operation
from services.registry.web.sent import TheSent

router = new_router()


@router.post(
    "/v1/cycles",
    **write_operation("events/cycle-opened", summary="Open a reporting cycle."),
)
def post_cycle(sent: TheSent, register: TheRegister) -> Response:
    """Take a cycle; only the secretariat opens one."""
    document = sent.document()
    handled = handle(register, sent.write(document), lambda: open_cycle(document))
    return answer(register, handled)


@router.post(
    "/v1/cycles/{cycle_id}/acts",
    **act_operation(CYCLE_ACTS, summary="Close a reporting cycle.", in_path=("cycle_id",)),
)
def post_cycle_act(cycle_id: CycleId, sent: TheSent, register: TheRegister) -> Response:
    """Take a closing; only the secretariat closes a cycle."""
    document = sent.document()
    handled = handle(register, sent.write(document), lambda: act_on_cycle(cycle_id, document))
    return answer(register, handled)
