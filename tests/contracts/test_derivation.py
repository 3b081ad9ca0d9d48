"""The sealed form follows from the classes of the fields, and from nothing else."""

from typing import Any

import pytest

from contracts.catalogue import contract, load
from contracts.derivation import sealed_form, sections_of
from contracts.errors import ContractError
from contracts.sealing import Section
from tests.published import contracts

SECTION = {"$ref": "#/$defs/part", "description": "A part.", "x-classification": "by-visibility"}
OPEN = {"type": "string", "maxLength": 9, "description": "Open.", "x-classification": "public"}
SECRET = {**OPEN, "x-classification": "confidential"}


def schema(**properties: Any) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://concord.example/contracts/reports/example/1.0.0/schema.json",
        "title": "Example",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": {"part": {"type": "object"}},
    }


def nothing(_: str) -> None:
    return None


def test_a_contract_that_keeps_nothing_back_has_no_sealed_form() -> None:
    assert sealed_form(schema(a=OPEN), nothing) is None
    assert sections_of(schema(a=OPEN), nothing) == ()


def test_what_is_confidential_is_always_a_marker() -> None:
    sealed = sealed_form(schema(a=OPEN, b=SECRET), nothing)
    assert sealed is not None
    assert sealed["properties"]["a"] == OPEN
    assert sealed["properties"]["b"]["$ref"].endswith("#/$defs/sealed_section")
    assert sealed["$id"].endswith("/sealed.json")
    assert "$defs" not in sealed


def test_what_depends_on_its_visibility_is_open_or_a_marker() -> None:
    sealed = sealed_form(schema(a=SECTION), nothing)
    assert sealed is not None
    public, marker = sealed["properties"]["a"]["anyOf"]
    assert public["$ref"] == (
        "https://concord.example/contracts/reports/example/1.0.0/schema.json#/$defs/part"
    )
    assert public["properties"] == {"visibility": {"const": "public"}}
    assert marker["$ref"].endswith("#/$defs/sealed_by_visibility")


def test_only_the_outermost_restricted_fields_are_sections() -> None:
    inner = {**OPEN, "type": "object", "properties": {"a": SECRET, "b": OPEN}}
    outer = {**SECRET, "type": "object", "properties": {"c": SECRET}}
    by_key = {**OPEN, "type": "object", "patternProperties": {"^P": SECTION}}
    assert sections_of(schema(x=inner, y=outer, z=by_key), nothing) == (
        Section("/x/a", "confidential"),
        Section("/y", "confidential"),
        Section("/z/*", "by-visibility"),
    )


def test_a_document_within_is_sealed_by_its_own_contract() -> None:
    document = schema(b=SECRET)
    holder = schema(document={**OPEN, "$ref": document["$id"]})
    contracts_by_id = {document["$id"]: document}
    assert sections_of(holder, contracts_by_id.get) == (Section("/document/b", "confidential"),)
    sealed = sealed_form(holder, contracts_by_id.get)
    assert sealed is not None
    assert sealed["properties"]["document"]["$ref"].endswith("/example/1.0.0/sealed.json")


def test_a_document_within_that_keeps_nothing_back_stays_as_it_is() -> None:
    document = schema(a=OPEN)
    holder = schema(document={**OPEN, "$ref": document["$id"]}, b=SECRET)
    sealed = sealed_form(holder, {document["$id"]: document}.get)
    assert sealed is not None
    assert sealed["properties"]["document"] == holder["properties"]["document"]


def test_a_section_by_visibility_refers_to_a_definition() -> None:
    inline = {**SECTION, "type": "object"}
    del inline["$ref"]
    with pytest.raises(ContractError, match="refer to a definition"):
        sealed_form(schema(a=inline), nothing)


def test_a_member_that_is_never_allowed_is_no_section() -> None:
    assert sections_of(schema(a=False, b=OPEN), nothing) == ()


def test_of_two_contracts_the_one_that_is_meant_is_sealed_and_both_have_their_sections() -> None:
    known = {f"{name}/schema.json": schema(**{name: SECTION}) for name in ("first", "second")}
    either = {**schema(), "if": {"required": ["x"]}}
    either |= {"then": {"$ref": "first/schema.json"}, "else": {"$ref": "second/schema.json"}}
    assert [one.pointer for one in sections_of(either, known.get)] == ["/first", "/second"]
    sealed = sealed_form(either, known.get)
    assert sealed is not None
    assert sealed["if"] == either["if"]
    assert (sealed["then"]["$ref"], sealed["else"]["$ref"]) == (
        "first/sealed.json",
        "second/sealed.json",
    )


@pytest.mark.parametrize("one", contracts(), ids=lambda one: str(one.path))
def test_every_published_sealed_form_differs_in_its_sections_only(one: Any) -> None:
    if one.sealed_id is None:
        assert one.sections == ()
        assert one.dataschema == one.id
        return
    opened, sealed = load(one.id), load(one.sealed_id)
    assert one.dataschema == one.sealed_id
    assert opened.get("required") == sealed.get("required")
    assert opened.get("properties", {}).keys() == sealed.get("properties", {}).keys()
    touched = {section.pointer.split("/")[1] for section in one.sections}
    for name, field in opened.get("properties", {}).items():
        if name not in touched and "$ref" in field and not field["$ref"].startswith("#"):
            assert sealed["properties"][name] == field


def test_the_sections_of_a_report_are_those_of_the_event_that_carries_it() -> None:
    report = contract("reports/national-report").sections
    for other in ("reports/regional-report", "reports/report"):
        assert contract(other).sections == report
    for event in ("report-submitted", "corrigendum-filed"):
        below = [(f"/document{one.pointer}", one.rule) for one in report]
        assert [(one.pointer, one.rule) for one in contract(event).sections] == below
