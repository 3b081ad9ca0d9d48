"""Kit: contracts in an OpenAPI document: each part a component, under a name of its own."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.kit.components import with_contracts

BASE = "https://concord.example/contracts/"
THING, TIME = f"{BASE}answers/thing/1.0.0/schema.json", f"{BASE}common/time/1.0.0.json"
CONTRACTS: Mapping[str, Mapping[str, Any]] = {
    THING: {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": THING,
        "type": "object",
        "properties": {
            "at": {"$ref": f"{TIME}#/$defs/instant", "description": "When."},
            "next": {"anyOf": [{"$ref": THING}, {"$ref": "#/$defs/part"}]},
            "free": True,
        },
        "$defs": {
            "part": {"type": "array", "items": True, "uniqueItems": True},
            "unused": {"type": "null"},
            "free": {"type": "null"},
        },
    },
    TIME: {"$id": TIME, "$defs": {"instant": {"type": "string"}}},
}


def bundled(*schemas: Mapping[str, Any]) -> dict[str, Any]:
    document = {
        "paths": {f"/{number}": {"schema": schema} for number, schema in enumerate(schemas)},
        "components": {"schemas": {"Problem": {"type": "object"}}},
    }
    return with_contracts(document, CONTRACTS.__getitem__)


def test_a_contract_and_each_part_that_is_referred_to_are_components() -> None:
    document = bundled({"$ref": THING}, {"$ref": "#/components/schemas/Problem"})
    assert document["paths"] == {
        "/0": {"schema": {"$ref": "#/components/schemas/answers-thing-1-0-0"}},
        "/1": {"schema": {"$ref": "#/components/schemas/Problem"}},
    }
    assert document["components"]["schemas"] == {
        "Problem": {"type": "object"},
        "answers-thing-1-0-0": {
            "type": "object",
            "properties": {
                "at": {
                    "$ref": "#/components/schemas/common-time-1-0-0-instant",
                    "description": "When.",
                },
                "next": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/answers-thing-1-0-0"},
                        {"$ref": "#/components/schemas/answers-thing-1-0-0-part"},
                    ]
                },
                "free": {},
            },
            "x-contract": THING,
        },
        "answers-thing-1-0-0-part": {"type": "array", "items": {}, "uniqueItems": True},
        "common-time-1-0-0-instant": {"type": "string"},
    }


def test_nothing_that_was_given_is_changed() -> None:
    form = {"$ref": THING}
    assert bundled(form) == bundled(form)
    assert form == {"$ref": THING}
    assert "$id" in CONTRACTS[THING]


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one part named answers-thing-1-0-0-free"):
        bundled({"$ref": f"{THING}#/properties/free"}, {"$ref": f"{THING}#/$defs/free"})
