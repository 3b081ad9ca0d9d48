"""Registry web: plans, and the acts that follow their registration."""

from fastapi import Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.plans import PLAN_ACTS, record_plan_act, register_plan
from services.registry.web.dependencies import PlanId, TheRegister
from services.registry.web.operations import act_operation, answer, write_operation
from services.registry.web.sent import TheSent

router = new_router()


@router.post(
    "/v1/plans",
    **write_operation("events/plan-registered", summary="Register a plan under the Code."),
)
def post_plan(sent: TheSent, register: TheRegister) -> Response:
    """Take a plan."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: register_plan(document))
    return answer(register, handled)


@router.post(
    "/v1/plans/{plan_id}/acts",
    **act_operation(
        PLAN_ACTS.keys(),
        summary="Revise or conclude a plan; declare, report on or withdraw a commitment in it.",
        in_path=("plan_id",),
    ),
)
def post_plan_act(plan_id: PlanId, sent: TheSent, register: TheRegister) -> Response:
    """Take what a participant says of its own plan."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: record_plan_act(plan_id, document))
    return answer(register, handled)
