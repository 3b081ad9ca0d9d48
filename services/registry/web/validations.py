"""Registry web: validations: what submitting a report would find; nothing is recorded."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from contracts.authority.actor import Actor
from contracts.authority.policy import Resource
from contracts.catalogue import contract, examples_of
from services.kit.bodies import BodyTooLarge, BodyTooSlow, MediaTypeNotAccepted, read_body
from services.kit.described import described, json_response
from services.kit.errors import Forbidden, InsufficientScope, Malformed, Unauthenticated
from services.kit.openapi import BUDGET, json_body, problems
from services.kit.policies import policy
from services.kit.routers import new_router
from services.registry.admitting import admitted
from services.registry.domain.authority import (
    ActorErased,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.examining import Examined, Examiner, HandedIn
from services.registry.handling import Register
from services.registry.intents.intent import by_contract
from services.registry.intents.reports import Examining, handed_in_by
from services.registry.rehearsing import rehearse
from services.registry.web.dependencies import TheRegister, Writing
from services.registry.web.guard import TheActor
from services.registry.web.sent import ACCEPTED, BodyNotRead, read_document

ACTION = "validate"
BODY = "requests/report-validation"
EXAMINATION = contract("answers/examination").id

router = new_router()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it came."""

    by: Actor
    raw: bytes


async def receive(request: Request, actor: TheActor, writing: Writing) -> AsyncIterator[Asked]:
    """Read the body; it takes the room of a write while it is here.

    Raises:
        Unavailable: as many writes are under way as may.
        Malformed: the body's frame is wrong.
    """
    with writing.one():
        yield Asked(by=actor, raw=await read_body(request, ACCEPTED))


def _operation() -> dict[str, Any]:
    examples = {f"report-validation-{name}": one for name, one in _examples().items()}
    asked_with = (
        Unauthenticated,
        Forbidden,
        InsufficientScope,
        NotKnownToTheRegister,
        NotForDelegates,
        OutsideTheTerm,
        ActorErased,
        MediaTypeNotAccepted,
        BodyTooLarge,
        BodyTooSlow,
        BodyNotRead,
        Malformed,
    )
    return {
        "summary": "Examine a report as submitting it would, and record nothing.",
        "tags": ["validations"],
        "responses": {
            200: described(EXAMINATION, "The verdict first, then everything that was found."),
            **problems(*asked_with),
        },
        "openapi_extra": {
            **json_body({"$ref": contract(BODY).id}, examples, accepted=ACCEPTED),
            "security": [{"bearer": []}],
            **policy(ACTION),
            BUDGET: "validation",
        },
    }


def _examples() -> dict[str, Any]:
    return examples_of(contract(BODY).id)


@router.post("/v1/validations", **_operation())
def post_validation(asked: Annotated[Asked, Depends(receive)], register: TheRegister) -> Response:
    """Examine a report; its faults are findings, too."""
    asking = admitted(register.log, asked.by, register.circumstances().today)
    asking.check(ACTION, Resource(participant=asked.by.party))
    handed_in, wrong = handed_in_by(read_document(asked.raw), BODY)
    if wrong:
        raise by_contract(wrong, BODY)
    examination = examining_for(register, asked.by, ACTION)(handed_in).examination
    if not handed_in.faults:
        examination = rehearse(register, handed_in, examination)
    return json_response(examination.as_data(), contract=EXAMINATION)


def examining_for(register: Register, by: Actor, action: str) -> Examining:
    """Give what examines reports for whoever asks, against as much as they may know.

    Args:
        register: as it is now.
        by: who asks.
        action: what for, by its name in the policy.
    """
    examiner = Examiner(log=register.log, publisher=register.publisher, clock=register.clock)
    asking = admitted(register.log, by, register.circumstances().today)

    def examining(handed_in: HandedIn) -> Examined:
        participant = handed_in.participant
        resource = Resource(participant=participant, cycle_id=handed_in.cycle_id)
        if handed_in.faults:  # whose report it is may be just what is wrong
            may = participant is not None and asking.may(action, resource)
            return examiner.examine(handed_in, with_register=may)
        asking.check(action, resource)
        return examiner.examine(handed_in)

    return examining
