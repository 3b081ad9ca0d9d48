"""Registry web: the preview of a draft says exactly what becomes public, and when."""

from datetime import date
from typing import Any

import pytest

from contracts.canonical import canonical, digest
from contracts.catalogue import contract
from contracts.validation import validate
from tests import makers, recording
from tests.registry.web.drafting import (
    CANARY,
    DRAFT,
    ask,
    begin,
    cleared,
    complete,
    put,
    ready,
    submit,
)
from tests.running_registry import RunningRegistry


@pytest.fixture(autouse=True)
def draft(registry: RunningRegistry) -> dict[str, Any]:
    ready(registry)
    return begin(registry)


def preview(registry: RunningRegistry) -> dict[str, Any]:
    answer = ask(registry, "GET", f"{DRAFT}/preview")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_each_section_says_how_it_stands_and_when_it_becomes_public(
    registry: RunningRegistry,
) -> None:
    complete(registry)
    found = preview(registry)
    assert found["submittable"]
    assert {one["severity"] for one in found["findings"]} == {"warning"}
    for one in found["findings"]:
        assert one["rule"]["version"] == "1.0.0"
        assert one["rule"]["href"].startswith("https://concord.example/contracts/reports/")
    standing = {
        one["section"]: (one["visibility"], one["stands"], one["becomes_public"])
        for one in found["sections"]
    }
    assert standing == {
        "cover": ("public", "open", "on_submission"),
        "P1": ("public", "open", "on_submission"),
        "P5": ("secretariat", "sealed", "after_publication_authorised"),
    }


def test_the_public_document_is_what_the_feed_shows_but_for_the_salt(
    registry: RunningRegistry,
) -> None:
    complete(registry)
    shown = preview(registry)["public_document"]
    assert validate(shown, contract("reports/national-report").dataschema) == []
    assert "Canary" not in str(shown)
    was = cleared(registry)
    assert preview(registry)["digest"] == was
    submit(registry, was)
    recorded = registry.events()[-1]["data"]["document"]
    assert shown["statements"]["P5"]["sealed"] != recorded["statements"]["P5"]["sealed"]
    for document in (shown, recorded):
        document["statements"]["P5"]["sealed"] = "salted"
    assert shown == recorded


def test_without_a_sealed_section_the_digest_is_known_before(registry: RunningRegistry) -> None:
    complete(registry)
    sealed = preview(registry)
    assert sealed["public_digest"] is None
    assert "salt" in sealed["public_digest_note"]
    put(registry, "P5", makers.statement(), etag='"1"')
    found = preview(registry)
    assert found["public_digest"] == digest(canonical(found["public_document"]))
    submit(registry, cleared(registry))
    assert registry.events()[-1]["data"]["digest"] == found["public_digest"]


@pytest.mark.parametrize("visibility", [None, "everybody", 7])
def test_what_does_not_say_who_may_read_it_is_never_shown_as_public(
    registry: RunningRegistry, visibility: Any
) -> None:
    complete(registry)
    statement = makers.statement(CANARY)
    del statement["visibility"]
    if visibility is not None:
        statement["visibility"] = visibility
    put(registry, "P9", statement)
    found = preview(registry)
    assert "Canary" not in str(found["public_document"])
    assert "P9" not in found["public_document"]["statements"]
    standing = [one for one in found["sections"] if one["section"] == "P9"]
    assert [(one["stands"], one["becomes_public"]) for one in standing] == [
        ("undecided", "not_known")
    ]
    assert found["submittable"] is False
    assert "/statements/P9/visibility" in {one["pointer"] for one in found["findings"]}


def test_what_goes_with_the_document_is_public_too(registry: RunningRegistry) -> None:
    complete(registry)
    assert preview(registry)["goes_with_it"]["clearance"] is None
    was = cleared(registry)
    goes_with_it = preview(registry)["goes_with_it"]
    submit(registry, was)
    data = registry.events()[-1]["data"]
    assert goes_with_it == {
        "clearance": data["clearance"],
        "explanations": data["explanations"],
        "reason": None,
    }


def test_an_incomplete_draft_can_be_looked_at(registry: RunningRegistry) -> None:
    found = preview(registry)
    assert found["submittable"] is False
    assert {one["pointer"] for one in found["findings"]} == {"/cover/language", "/statements"}
    assert found["public_document"]["cover"]["cycle_id"] == "2026"


def test_looking_records_nothing(registry: RunningRegistry) -> None:
    complete(registry)
    size, before = registry.size, ask(registry, "GET", DRAFT).json()
    preview(registry)
    assert (registry.size, ask(registry, "GET", DRAFT).json()) == (size, before)


def test_what_the_register_would_refuse_it_for_is_said_before_it_goes_through_the_gates(
    registry: RunningRegistry,
) -> None:
    complete(registry)
    assert preview(registry)["refusal"] is None
    recording.append(registry, makers.cycle_closed(effective_on=date(2026, 11, 1)))
    found = preview(registry)
    assert (found["submittable"], found["refusal"]["code"]) == (False, "cycle-closed")
    refused = submit(registry, cleared(registry))
    assert (refused.status_code, refused.json()["code"]) == (409, "cycle-closed")
    assert refused.json()["detail"] == found["refusal"]["detail"]
