"""Tests: the closed twins of the answers' open schemas: nothing unknown, no code off its list."""

from functools import cache
from typing import Any

import jsonschema_rs

from contracts.catalogue import BASE, catalogue, load

ANSWERS = f"{BASE}answers/"


def closed(node: Any) -> Any:
    """Close a schema: members it names and no other, codes of the list and no other."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    twin = {name: closed(one) for name, one in node.items()}
    if "properties" in node and "additionalProperties" not in node:
        twin["additionalProperties"] = False
    codes = _codes(node)
    if codes:
        twin["enum"] = codes
    return twin


def _codes(node: dict[str, Any]) -> list[str | None]:
    codes: list[str | None] = list(node.get("x-codes", ()))
    if "x-code-list" in node:
        codes += [row["code"] for row in load(node["x-code-list"])["data"]]
        codes += node.get("x-also", ())
    if codes and "null" in node["type"]:
        codes.append(None)
    return codes


@cache
def _twin(answer: str) -> jsonschema_rs.Validator:
    everything = [
        (one, closed(load(one)) if one.startswith(ANSWERS) else load(one))
        for one in catalogue().schemas
    ]
    return jsonschema_rs.validator_for(
        closed(load(f"{ANSWERS}{answer}/1.0.0/schema.json")),
        registry=jsonschema_rs.Registry(everything),
        validate_formats=True,
        offline=True,
    )


def faults(answer: str, document: Any) -> list[str]:
    """Give what the closed twin of an answer finds wrong."""
    return [
        f"{error.instance_path}: {error.message}" for error in _twin(answer).iter_errors(document)
    ]
