"""Describes answers in the OpenAPI document: schema, example, forms, headers, problems."""

from typing import Any

import orjson
from fastapi import FastAPI

from contracts.catalogue import BASE, ROOT
from services.kit.errors import NotFound, Unavailable
from services.kit.openapi import openapi_of, problems
from services.kit.problem import ParametersRefused

_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Strong; send it back in `If-None-Match` and get 304 while it holds.",
        "schema": {"type": "string"},
    },
    "Content-Location": {
        "description": "Address of this very answer, by position and day.",
        "schema": {"type": "string"},
    },
    "Content-Language": {
        "description": "Languages of the texts, where one was asked for.",
        "schema": {"type": "string"},
    },
    "Concord-Position": {
        "description": "Position of the log the answer stands at.",
        "schema": {"type": "string"},
    },
    "Concord-Recorded-At": {
        "description": "When the entry at that position was recorded; not of the empty register.",
        "schema": {"type": "string"},
    },
    "Concord-Incomplete": {
        "description": "Who is held back since which position, as `ZZA;since=17, ZZB;since=20`; "
        "the first 50, then `others;count=…`. Absent where nothing is missing.",
        "schema": {"type": "string"},
    },
    "Concord-Disclaimer": {
        "description": "Of CSV: what the answer is and is not.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "`describedby`: the schema of the answer; `next`: the next page (RFC 8288).",
        "schema": {"type": "string"},
    },
}
_NOT_MODIFIED = {"description": "What the client has still holds."}


def answers(contract: str, *, csv: bool = False, missing: bool = False) -> dict[int | str, Any]:
    """Declare what an operation answers, for `responses=` of a route.

    Args:
        contract: name under `contracts/answers/`.
        csv: whether it is a list that also comes as CSV.
        missing: whether there may be nothing under the address.
    """
    schema = {"$ref": f"{BASE}answers/{contract}/1.0.0/schema.json"}
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if csv:
        content["text/csv"] = {"schema": {"type": "string"}}
    kinds = (ParametersRefused, Unavailable, *((NotFound,) if missing else ()))
    return {
        200: {
            "description": "The answer, with its place in the log.",
            "content": content,
            "headers": _HEADERS,
            "x-contract": contract,
        },
        304: _NOT_MODIFIED,
        **problems(*kinds),
    }


def add_examples(app: FastAPI) -> None:
    """Put the published examples of each answer into the app's OpenAPI document."""
    for path in openapi_of(app)["paths"].values():
        for operation in path.values():
            declared = operation["responses"].get("200", {})
            contract = declared.pop("x-contract", None)
            if contract is not None:
                declared["content"]["application/json"]["examples"] = _examples(contract)


def _examples(contract: str) -> dict[str, Any]:
    folder = ROOT / "answers" / contract / "1.0.0" / "examples" / "valid"
    return {
        file.stem: {"value": orjson.loads(file.read_bytes())}
        for file in sorted(folder.glob("*.json"))
    }
