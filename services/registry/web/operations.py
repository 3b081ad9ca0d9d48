"""Registry web: what all operations say of themselves, and how a write is answered."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any

from fastapi import Response

from contracts.authority.acts import ACTION_OF
from contracts.catalogue import contract, examples_of, load
from services.kit.bodies import BodyTooLarge, BodyTooSlow, MediaTypeNotAccepted
from services.kit.described import described, json_response
from services.kit.errors import (
    Forbidden,
    InsufficientScope,
    KeyReused,
    Malformed,
    Refused,
    ServiceError,
    Unauthenticated,
    VersionConflict,
)
from services.kit.openapi import json_body, problems
from services.kit.policies import policy
from services.registry.domain.authority import (
    ActorErased,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.handling import Handled, Register, receipt_of
from services.registry.web.sent import (
    ACCEPTED,
    BodyNotRead,
    IdempotencyKeyMissing,
    PreconditionMissing,
    PreconditionNotRead,
)

WRITE_PROBLEMS: tuple[type[ServiceError], ...] = (
    Unauthenticated,
    Forbidden,
    InsufficientScope,
    NotKnownToTheRegister,
    OutsideTheTerm,
    NotForDelegates,
    ActorErased,
    IdempotencyKeyMissing,
    PreconditionMissing,
    PreconditionNotRead,
    MediaTypeNotAccepted,
    BodyTooLarge,
    BodyTooSlow,
    BodyNotRead,
    Malformed,
    KeyReused,
    VersionConflict,
)

RECORDED = contract("answers/recorded").id
_HEADERS = {
    "Idempotency-Key": (
        "Once per request meant; the same again gives the same answer.",
        True,
        {
            "type": "string",
            "minLength": 1,
            "maxLength": 128,
            "pattern": "^[!-~]+$",
            "examples": ["5f0c2b7e-submit-zza-2026"],
        },
    ),
    "If-Match": (
        'Version of the stream that this builds on, `"3"`; on what exists.',
        False,
        {"type": "string", "pattern": '^"[1-9][0-9]{0,14}"$', "examples": ['"3"']},
    ),
    "If-None-Match": (
        "`*`: nothing is there yet; on creation.",
        False,
        {"type": "string", "enum": ["*"]},
    ),
}


def write_operation(name: str, *, summary: str, brings: Collection[str] = ()) -> dict[str, Any]:
    """Give everything that the route of a write declares.

    Args:
        name: contract of the body, for instance `events/plan-registered`.
        summary: one line.
        brings: types of the events that it may record; the one that is the body by default.
    """
    kinds = brings or (name.removeprefix("events/"),)
    return _operation({"$ref": contract(name).id}, dict(_examples(name)), summary, kinds)


def act_operation(
    kinds: Collection[str],
    *,
    summary: str,
    in_path: Collection[str] = ("participant",),
    by_registry: Collection[str] = (),
) -> dict[str, Any]:
    """Give everything that a route declares whose body is one of several events.

    Args:
        kinds: types of the events; the body is the event's contract with `type` in it, and
            without what stands in the path.
        summary: one line.
        in_path: members of the event that stand in the path.
        by_registry: members of the event that the registry itself puts in.
    """
    without = " and ".join(f"`{member}`" for member in in_path)
    left_out = f", without {without}: that is in the path" if in_path else ""
    said = f"The event of this type{left_out}."
    if by_registry:
        said += f" The registry puts in {' and '.join(f'`{member}`' for member in by_registry)}."
    elsewhere = frozenset((*in_path, *by_registry))
    schema = {
        "oneOf": [_form(kind, elsewhere) for kind in sorted(kinds)],
        "description": said,
        "x-contracts": {kind: contract(f"events/{kind}").id for kind in sorted(kinds)},
    }
    examples = {
        name: {
            "type": kind,
            **{key: part for key, part in body.items() if key not in elsewhere},
        }
        for kind in sorted(kinds)
        for name, body in _examples(f"events/{kind}")
    }
    return _operation(schema, examples, summary, kinds)


def _form(kind: str, elsewhere: Collection[str]) -> dict[str, Any]:
    """Give the contract of an event as the body of a write: with `type`, less what is elsewhere."""
    published = load(contract(f"events/{kind}").id)
    form = _from_outside(published, published["$id"])
    members = {key: part for key, part in form["properties"].items() if key not in elsewhere}
    form["properties"] = {"type": {"const": kind}} | members
    form["required"] = ["type", *(name for name in form["required"] if name not in elsewhere)]
    return {key: part for key, part in form.items() if key not in {"$schema", "$id", "$defs"}}


def _from_outside(part: Any, base: str) -> Any:
    """Copy a part of a schema; what it refers to within the schema is named by the schema's id."""
    match part:
        case {"$ref": str(place), **others} if place.startswith("#"):
            return {"$ref": base + place, **_from_outside(others, base)}
        case dict():
            return {key: _from_outside(one, base) for key, one in part.items()}
        case list():
            return [_from_outside(one, base) for one in part]
        case _:
            return part


def _operation(
    schema: Mapping[str, Any], examples: Mapping[str, Any], summary: str, brings: Collection[str]
) -> dict[str, Any]:
    extra = {
        **json_body(schema, examples, accepted=ACCEPTED),
        **policy(*dict.fromkeys(ACTION_OF[kind] for kind in brings)),
    }
    extra["x-events"] = sorted(brings)
    extra["parameters"] = [
        {"in": "header", "name": name, "description": text, "required": required, "schema": shape}
        for name, (text, required, shape) in _HEADERS.items()
    ]
    extra["security"] = [{"bearer": []}]
    return {
        "summary": summary,
        "tags": ["writes"],
        "status_code": 201,
        "responses": {
            201: _answered("Recorded; or recorded before, by the same request."),
            200: _answered("Nothing changed: everything was so already."),
            **problems(*WRITE_PROBLEMS, Refused),
        },
        "openapi_extra": extra,
    }


def _answered(description: str) -> dict[str, Any]:
    etag = {"description": "Version of the stream.", "schema": {"type": "string"}}
    return described(RECORDED, description, headers={"ETag": etag})


def _examples(name: str) -> Iterator[tuple[str, Any]]:
    """Give the first of the contract's own valid examples, as bodies of a write."""
    one = contract(name)
    for example, body in islice(examples_of(one.id).items(), 2):
        yield f"{one.name}-{example}", body


def answer(register: Register, handled: Handled, *, notices: Collection[str] = ()) -> Response:
    """Answer a write with its receipt and the stream's version.

    Args:
        register: to write the receipt.
        handled: what became of the write.
        notices: what whoever wrote should know of it; none for most writes.
    """
    receipt = receipt_of(register, handled)
    body = {
        "position": handled.last_position,
        "positions": list(range(handled.first_position, handled.last_position + 1)),
        "stream": handled.stream,
        "version": handled.version,
        "recorded_at": handled.recorded_at,
        "replayed": handled.replayed,
        "changed": handled.changed,
        "receipt": receipt,
        "proof": f"/v1/receipts/{handled.last_position}",
        **({"notices": list(notices)} if notices else {}),
    }
    status = 201 if handled.changed else 200
    return json_response(body, contract=RECORDED, status=status, ETag=f'"{handled.version}"')
