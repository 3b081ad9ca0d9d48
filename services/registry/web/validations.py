"""Registry web: validations: what submitting a report would find; nothing is recorded."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from contracts.catalogue import contract, examples_of
from services.kit.bodies import BodyTooLarge, BodyTooSlow, MediaTypeNotAccepted, read_body
from services.kit.described import described, json_response
from services.kit.errors import Forbidden, Malformed, Unauthenticated
from services.kit.openapi import json_body, problems
from services.registry.examining import Examined, Examiner, HandedIn
from services.registry.handling import Register
from services.registry.intents.intent import by_contract
from services.registry.intents.reports import Examining, handed_in_by
from services.registry.web.dependencies import TheAccess, TheRegister, Writing
from services.registry.web.sent import (
    ACCEPTED,
    BodyNotRead,
    Grant,
    check_party,
    read_document,
    speaks_for,
    writer_of,
)

BODY = "requests/report-validation"
EXAMINATION = contract("answers/examination").id

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it came."""

    grant: Grant
    raw: bytes


async def receive(request: Request, access: TheAccess, writing: Writing) -> AsyncIterator[Asked]:
    """Check who is asking, then read the body; it takes the room of a write while it is here.

    Raises:
        Unavailable: as many writes are under way as may.
        Unauthenticated: no known token.
        Forbidden: one that may not write.
        Malformed: the body's frame is wrong.
    """
    grant = await writer_of(request, access)
    with writing.one():
        yield Asked(grant=grant, raw=await read_body(request, ACCEPTED))


def _operation() -> dict[str, Any]:
    examples = {f"report-validation-{name}": one for name, one in _examples().items()}
    asked_with = (
        Unauthenticated,
        Forbidden,
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
        },
    }


def _examples() -> dict[str, Any]:
    return examples_of(contract(BODY).id)


@router.post("/v1/validations", **_operation())
def post_validation(asked: Annotated[Asked, Depends(receive)], register: TheRegister) -> Response:
    """Examine a report; its faults are findings, too."""
    handed_in, wrong = handed_in_by(read_document(asked.raw), BODY)
    if wrong:
        raise by_contract(wrong, BODY)
    examined = examining_for(asked.grant, register)(handed_in)
    return json_response(examined.examination.as_data(), contract=EXAMINATION)


def examining_for(grant: Grant, register: Register) -> Examining:
    """Give what examines reports for whoever asks, against as much as they may know."""
    examiner = Examiner(log=register.log, publisher=register.publisher, clock=register.clock)

    def examining(handed_in: HandedIn) -> Examined:
        participant = handed_in.participant
        if handed_in.faults:  # whose report it is may be just what is wrong
            may = speaks_for(grant, participant) and participant is not None
            return examiner.examine(handed_in, with_register=may)
        check_party(grant, participant)
        return examiner.examine(handed_in)

    return examining
