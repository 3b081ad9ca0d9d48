"""Kit: an answer names the contract it obeys, in its `Link` and in the OpenAPI document."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Response

from services.kit.components import with_contracts
from services.kit.openapi import openapi_of

JSON = "application/json"


def described_by(contract: str, *more: str) -> str:
    """Write the value of `Link` (RFC 8288).

    Args:
        contract: id of the contract that the answer obeys.
        more: further links, written out.
    """
    return ", ".join((f'<{contract}>; rel="describedby"', *more))


def json_response(
    body: Any, *, contract: str, status: int = 200, links: Sequence[str] = (), **headers: str
) -> Response:
    """Answer JSON.

    Args:
        body: the answer.
        contract: id of the contract that it obeys.
        status: of HTTP.
        links: beside the one to the contract, written out as in `Link`.
        headers: more of them; an underscore in a name stands for its hyphen.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type=JSON,
        headers={"link": described_by(contract, *links), **named},
    )


def described(
    contract: str,
    description: str,
    *,
    media_type: str = JSON,
    headers: Mapping[str, Any] | None = None,
    forms: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Declare an answer that obeys a contract, for one status in `responses=` of a route.

    Args:
        contract: its id.
        description: when it is given.
        media_type: of the form that the contract speaks of.
        headers: as OpenAPI describes them, beside `Link`.
        forms: content of other media types that the same answer comes in.
    """
    return {
        "description": description,
        "headers": {"Link": _LINK, **(headers or {})},
        "content": {media_type: {"schema": {"$ref": contract}}, **(forms or {})},
    }


_LINK = {
    "description": "`describedby`: the contract of the answer; `next`: where a list goes on "
    "(RFC 8288).",
    "schema": {"type": "string"},
}


_DOCUMENTS: dict[str, dict[str, Any]] = {}
"""By the service's title: its routes are the same in every app that a process makes."""


def describe(
    app: FastAPI,
    examples_of: Callable[[str], Mapping[str, Any]],
    contract_of: Callable[[str], Mapping[str, Any]],
) -> None:
    """Complete the OpenAPI document of a service's app; made once in a process, it takes a while.

    Args:
        app: with all its routes.
        examples_of: gives published examples by name, for the id of a contract.
        contract_of: gives the schema with an id.
    """
    if app.title not in _DOCUMENTS:
        add_examples(app, examples_of)
        _DOCUMENTS[app.title] = with_contracts(openapi_of(app), contract_of)
    app.openapi_schema = _DOCUMENTS[app.title]


def add_examples(app: FastAPI, examples_of: Callable[[str], Mapping[str, Any]]) -> None:
    """Put the published examples of each described answer into the app's OpenAPI document.

    Args:
        app: with all its routes.
        examples_of: gives documents by name, for the id of a contract.
    """
    for path in openapi_of(app)["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                for form in response.get("content", {}).values():
                    _add_examples(form, examples_of)


def _add_examples(form: dict[str, Any], examples_of: Callable[[str], Mapping[str, Any]]) -> None:
    contract = form.get("schema", {}).get("$ref", "#")
    if not contract.startswith("#"):  # not a part of the OpenAPI document itself
        form["examples"] = {name: {"value": one} for name, one in examples_of(contract).items()}
