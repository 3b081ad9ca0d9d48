"""Registry web: assistance: what help is needed and offered, what fits, and how it ended."""

from typing import Annotated, TypeAlias

from fastapi import Path, Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.assistance import (
    ASSISTANCE_ACTS,
    STATED,
    record_assistance_act,
    state_assistance,
)
from services.registry.web.dependencies import TheRegister, TheSalts
from services.registry.web.operations import act_operation, answer
from services.registry.web.sent import TheSent

router = new_router()

AssistanceId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$",
        max_length=64,
        description="Id of the need or the offer.",
        examples=["KAZ-NEED-1"],
    ),
]


@router.post(
    "/v1/assistance",
    **act_operation(STATED, summary="Say what help is needed, or offered.", in_path=()),
)
def post_assistance(sent: TheSent, register: TheRegister, salts: TheSalts) -> Response:
    """Take a need or an offer."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(register, write, lambda: state_assistance(document, salts))
    return answer(register, handled)


@router.post(
    "/v1/assistance/{assistance_id}/acts",
    **act_operation(
        ASSISTANCE_ACTS,
        summary="Match a need with an offer; conclude a need or an offer.",
        in_path=("assistance_id",),
    ),
)
def post_assistance_act(
    assistance_id: AssistanceId, sent: TheSent, register: TheRegister, salts: TheSalts
) -> Response:
    """Take a match, which the secretariat makes, or a conclusion."""
    document = sent.document()
    write = sent.write(document)
    handled = handle(
        register,
        write,
        lambda: record_assistance_act(assistance_id, document, salts),
    )
    return answer(register, handled)
