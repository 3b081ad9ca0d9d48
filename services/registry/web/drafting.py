"""Registry web: what requests about drafts carry, and what their operations declare."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Path, Request, Response

from contracts.catalogue import contract, examples_of
from services.kit.bodies import BodyTooLarge, BodyTooSlow, MediaTypeNotAccepted, read_body
from services.kit.described import described
from services.kit.errors import (
    Forbidden,
    InsufficientScope,
    Malformed,
    NotFound,
    ServiceError,
    Unauthenticated,
)
from services.kit.openapi import json_body, problems
from services.kit.policies import policy
from services.registry.domain.authority import (
    ActorErased,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.drafts.desk import Desk, Who
from services.registry.web.dependencies import Writing
from services.registry.web.guard import TheActor
from services.registry.web.sent import (
    ACCEPTED,
    BodyNotRead,
    IdempotencyKeyMissing,
    PreconditionMissing,
    PreconditionNotRead,
    expected_by,
    key_of,
    read_document,
)

DraftId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_-]{22}$",
        max_length=22,
        description="Random id of the draft.",
        examples=["kP3vT0xQe9sY1mZrB7uWaA"],
    ),
]
Unit: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^P[1-9][0-9]?(\.[a-z])?$",
        max_length=5,
        description="Reporting unit, of the edition that the cycle names.",
        examples=["P5", "P8.a"],
    ),
]


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _who(actor: TheActor) -> Who:
    return Who(by=actor)


TheDesk: TypeAlias = Annotated[Desk, Depends(_desk)]
TheWho: TypeAlias = Annotated[Who, Depends(_who)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as it came, read when somebody asks."""

    raw: bytes

    def document(self) -> Any:
        """Read it through the strict gate.

        Raises:
            BodyNotRead: it does not pass.
        """
        return read_document(self.raw)


async def _key(request: Request, _: TheWho) -> str:
    return key_of(request)


async def _expected(request: Request, _: TheWho) -> int:
    return expected_by(request)


async def _under_way(_: TheWho, writing: Writing) -> AsyncIterator[None]:
    """Count a write from before its body is read until it is answered."""
    with writing.one():
        yield


async def _body(request: Request, _: Annotated[None, Depends(_under_way)]) -> Body:
    return Body(raw=await read_body(request, ACCEPTED))


TheKey: TypeAlias = Annotated[str, Depends(_key)]
TheExpected: TypeAlias = Annotated[int, Depends(_expected)]
TheBody: TypeAlias = Annotated[Body, Depends(_body)]
UNDER_WAY = Depends(_under_way)

_READ: tuple[type[ServiceError], ...] = (
    Unauthenticated,
    Forbidden,
    InsufficientScope,
    NotKnownToTheRegister,
    NotForDelegates,
    OutsideTheTerm,
    ActorErased,
    NotFound,
)
_WITH_BODY = (MediaTypeNotAccepted, BodyTooLarge, BodyTooSlow, BodyNotRead, Malformed)
_HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Idempotency-Key": (
        "Once per request meant; the same again gives the same answer.",
        {
            "type": "string",
            "minLength": 1,
            "maxLength": 128,
            "pattern": "^[!-~]+$",
            "examples": ["5f0c2b7e-draft-zza-2026"],
        },
    ),
    "If-Match": (
        "Tag of what this builds on, as it was read.",
        {"type": "string", "pattern": '^"[1-9][0-9]{0,14}"$', "examples": ['"3"']},
    ),
    "If-None-Match": ("`*`: nothing stands there yet.", {"type": "string", "enum": ["*"]}),
}
_ETAG = {"ETag": {"description": "What `If-Match` asks for.", "schema": {"type": "string"}}}


def operation(
    action: str,
    summary: str,
    *refusals: type[ServiceError],
    answers: str | None,
    status: int = 200,
    headers: tuple[str, ...] = (),
    body: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Give everything that the route of an operation on drafts declares.

    Args:
        action: by its name in the policy.
        summary: one line.
        refusals: problems beside those of every operation on drafts.
        answers: contract of the answer; `None`: it has no body.
        status: of the answer.
        headers: that the request carries.
        body: schema and examples of the request's body.
    """
    extra: dict[str, Any] = {"security": [{"bearer": []}], **policy(action)}
    if body is not None:
        extra |= json_body(*body, accepted=ACCEPTED)
    if headers:
        extra["parameters"] = [_parameter(name, headers) for name in headers]
    kinds = dict.fromkeys((*_READ, *(_WITH_BODY if body else ()), *_of(headers), *refusals))
    answered = (
        {"description": "Done; there is nothing more to say."}
        if answers is None
        else described(contract(answers).id, "As it stands now.", headers=_ETAG)
    )
    return {
        "summary": summary,
        "tags": ["drafts"],
        "status_code": status,
        "response_class": Response,
        "responses": {status: answered, **problems(*kinds)},
        "openapi_extra": extra,
    }


def body_of(name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Give schema and examples of a body that has a contract."""
    one = contract(name)
    examples = {f"{one.name}-{each}": body for each, body in islice(examples_of(one.id).items(), 2)}
    return {"$ref": one.id}, examples


def _parameter(name: str, headers: tuple[str, ...]) -> dict[str, Any]:
    text, schema = _HEADERS[name]
    either = {"If-Match", "If-None-Match"} <= set(headers) and name != "Idempotency-Key"
    return {
        "in": "header",
        "name": name,
        "description": text,
        "required": not either,
        "schema": schema,
    }


def _of(headers: tuple[str, ...]) -> tuple[type[ServiceError], ...]:
    keyed = (IdempotencyKeyMissing,) if "Idempotency-Key" in headers else ()
    return (*keyed, *((PreconditionMissing, PreconditionNotRead) if "If-Match" in headers else ()))
