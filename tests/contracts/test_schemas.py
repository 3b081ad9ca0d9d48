"""Every schema is lawful, closed, bounded, described and classified."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from contracts.catalogue import ROOT, catalogue, load, path_of
from tests.published import contracts

Schema = dict[str, Any]
SCHEMAS = list(catalogue().schemas)
OURS = [one for one in SCHEMAS if "/contracts/answers/" not in one]
"""Answers are open by design; their closed twins are tested with them."""
CLASSES = {"public", "by-visibility", "confidential"}


def definitions(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Walk what says of what kind a value is; conditions only narrow it and are left out."""
    yield from _walk("#", schema)
    for name, node in schema.get("$defs", {}).items():
        yield from _walk(f"#/$defs/{name}", node)


def _walk(place: str, node: Schema) -> Iterator[tuple[str, Schema]]:
    yield place, node
    for name, field in fields(node):
        yield from _walk(f"{place}/{name}", field)
    if isinstance(node.get("items"), dict):
        yield from _walk(f"{place}/items", node["items"])


def fields(node: Schema) -> Iterator[tuple[str, Schema]]:
    for keyword in ("properties", "patternProperties"):
        for name, field in node.get(keyword, {}).items():
            if isinstance(field, dict):
                yield name, field


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_schema_is_lawful(schema: str) -> None:
    jsonschema_rs.meta.validate(load(schema))
    assert load(schema)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_schema_is_named_after_its_place_and_titled(schema: str) -> None:
    found = load(schema)
    assert found["$id"] == schema
    assert path_of(schema).is_relative_to(ROOT)
    assert found["title"]
    assert found["description"]


@pytest.mark.parametrize("schema", OURS)
def test_a_schema_is_closed(schema: str) -> None:
    for place, node in definitions(load(schema)):
        if node.get("type") == "object" and "x-open" not in node:
            closed = node.get("additionalProperties") is False
            assert closed or node.get("unevaluatedProperties") is False, place
        assert node.get("type") != "array" or isinstance(node.get("items"), dict), place


@pytest.mark.parametrize("schema", OURS)
def test_a_schema_is_bounded(schema: str) -> None:
    for place, node in definitions(load(schema)):
        match node.get("type"):
            case "string":
                assert "maxLength" in node, place
            case "array":
                assert "maxItems" in node, place
            case "integer":
                assert {"minimum", "maximum"} <= node.keys(), place
            case "object":
                free = "patternProperties" in node or "x-open" in node
                assert not free or "maxProperties" in node, place
            case "boolean" | None:
                pass
            case kind:
                pytest.fail(f"{place}: {kind} is no kind of value here")


@pytest.mark.parametrize("schema", OURS)
def test_each_field_says_what_it_is_and_who_may_read_it(schema: str) -> None:
    for place, node in definitions(load(schema)):
        for name, field in fields(node):
            assert field.get("description"), f"{place}/{name}"
            assert field.get("x-classification") in CLASSES, f"{place}/{name}"
            kinds = {"type", "$ref", "enum", "const", "anyOf"} & field.keys()
            assert kinds, f"{place}/{name}"


@pytest.mark.parametrize("schema", OURS)
def test_a_required_member_is_one_that_the_schema_knows(schema: str) -> None:
    for place, node in definitions(load(schema)):
        assert set(node.get("required", ())) <= set(node.get("properties", ())), place


@pytest.mark.parametrize("schema", SCHEMAS)
def test_references_lead_to_what_is_published(schema: str) -> None:
    for reference in _references(load(schema)):
        target, _, fragment = reference.partition("#")
        node: Any = load(target or schema)
        for name in fragment.split("/")[1:]:
            node = node[name]
        assert node, reference


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for item in node.values():
            yield from _references(item)
    if isinstance(node, list):
        for item in node:
            yield from _references(item)


@pytest.mark.parametrize("contract", contracts(), ids=lambda one: str(one.path))
def test_a_contract_has_valid_and_invalid_examples(contract: Any) -> None:
    forms = ["examples"] + (["examples/sealed"] if contract.sealed_id else [])
    for folder in forms:
        for verdict in ("valid", "invalid"):
            assert list((ROOT / contract.path / folder / verdict).glob("*.json")), folder
