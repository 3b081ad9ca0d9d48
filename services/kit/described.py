"""Kit: an answer names the contract it obeys, in its `Link` and in the OpenAPI document."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urldefrag, urljoin

import orjson
from fastapi import FastAPI, Response

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
        add_contracts(app, contract_of)
        _DOCUMENTS[app.title] = openapi_of(app)
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


def add_contracts(app: FastAPI, contract_of: Callable[[str], Mapping[str, Any]]) -> None:
    """Put every contract that the app's OpenAPI document refers to into the document itself.

    Each stands among its components under its own `$id`, so that the document is one compound
    schema document (JSON Schema 2020-12, core, §9.3) and nothing has to be fetched to read it.

    Args:
        app: with all its routes.
        contract_of: gives the schema with an id.
    """
    document = openapi_of(app)
    schemas = document["components"]["schemas"]
    wanted, found = set(_foreign(document, "")), set[str]()
    while wanted:
        found |= wanted
        for identifier in sorted(wanted):
            schemas[_component(identifier)] = contract_of(identifier)
        wanted = {one for each in wanted for one in _foreign(contract_of(each), each)} - found


def _foreign(value: Any, base: str) -> Iterator[str]:
    """Give the ids of the documents that a value refers to, other than the one it stands in."""
    match value:
        case {"$ref": str(reference)} if (name := urldefrag(urljoin(base, reference)).url) != base:
            yield name
    members = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for member in members:
            yield from _foreign(member, base)


def _component(identifier: str) -> str:
    """Name a component after an id: `answers.participants.1.0.0.schema`."""
    return identifier.partition("/contracts/")[2].removesuffix(".json").replace("/", ".")
