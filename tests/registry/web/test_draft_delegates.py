"""Registry web: drafters read and write what was delegated to them, within the term, no more."""

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import makers
from tests.registry.web.drafting import (
    CANARY,
    DRAFT,
    SECOND,
    ask,
    begin,
    clear,
    cleared,
    complete,
    put,
    ready,
    record,
    request_clearance,
    submit,
    try_to_begin,
    whole,
)
from tests.running_registry import RunningRegistry

BY = "delegate"


@pytest.fixture(autouse=True)
def draft(registry: RunningRegistry) -> dict[str, Any]:
    ready(registry)
    return begin(registry)


def delegate(registry: RunningRegistry, **changes: Any) -> None:
    granted = makers.delegation_granted(delegation_id="actor-delegate", **changes)
    record(registry, granted)


def check(answer: httpx.Response, code: str) -> str:
    assert (answer.status_code, answer.json()["code"]) == (403, code), answer.text
    detail: str = answer.json().get("detail", "")
    return detail


def test_a_delegate_writes_the_parts_delegated_and_no_other(registry: RunningRegistry) -> None:
    delegate(registry, units=["P5", "cover"])
    assert put(registry, "P5", makers.statement(), by=BY).status_code == 200
    cover = {"language": "en"}
    assert put(registry, "cover", cover, etag='"1"', by=BY).status_code == 200
    refused = put(registry, "P6", makers.statement(), by=BY)
    assert check(refused, "section-not-delegated") == "Expected one of P5, cover."
    removed = ask(registry, "DELETE", f"{DRAFT}/statements/P1", by=BY, if_match='"1"')
    check(removed, "section-not-delegated")
    found = whole(registry, by=BY)
    writes = {one["section"]: one["actions"][0]["allowed"] for one in found["sections"]}
    assert writes == {"cover": True, "P5": True}


def test_a_delegate_reads_the_parts_delegated_and_no_other(registry: RunningRegistry) -> None:
    delegate(registry, units=["P5", "cover"])
    put(registry, "P6", makers.statement(CANARY))
    put(registry, "P5", makers.statement("Ours."))
    assert ask(registry, "GET", f"{DRAFT}/statements/P5", by=BY).status_code == 200
    other = ask(registry, "GET", f"{DRAFT}/statements/P6", by=BY)
    check(other, "section-not-delegated")
    preview = ask(registry, "GET", f"{DRAFT}/preview", by=BY)
    check(preview, "not-for-delegates")
    found = ask(registry, "GET", DRAFT, by=BY)
    assert [one["section"] for one in found.json()["sections"]] == ["cover", "P5"]
    listed = ask(registry, "GET", "/v1/drafts?participant=ZZA", by=BY)
    for answer in (other, preview, found, listed):
        assert CANARY not in answer.text


def test_a_delegate_hears_of_a_clearance_no_word_on_parts_not_delegated(
    registry: RunningRegistry,
) -> None:
    delegate(registry, units=["P5", "cover"])
    complete(registry)
    theirs, other, of_all = (
        {"code": "R-101", "pointer": pointer, "text": {"en": text}}
        for pointer, text in (
            ("/statements/P5/measures", "Ours."),
            ("/statements/P1/measures", "Not theirs."),
            ("/statements", "Not theirs."),
        )
    )
    said = [theirs, other, of_all]
    assert request_clearance(registry, explanations=said).status_code == 200
    assert whole(registry)["clearance"]["explanations"] == said
    found = ask(registry, "GET", DRAFT, by=BY)
    assert found.json()["clearance"]["explanations"] == [theirs]
    assert "Not theirs." not in found.text


def test_a_delegate_does_nothing_with_the_whole(registry: RunningRegistry) -> None:
    delegate(registry)
    check(try_to_begin(registry, by=BY), "not-for-delegates")
    check(request_clearance(registry, by=BY), "not-for-delegates")
    check(clear(registry, makers.digest_of({}), by=BY), "not-for-delegates")
    check(submit(registry, makers.digest_of({}), by=BY), "not-for-delegates")
    check(ask(registry, "DELETE", DRAFT, by=BY, if_match='"1"'), "not-for-delegates")
    allowed = {one["rel"] for one in whole(registry, by=BY)["actions"] if one["allowed"]}
    assert allowed == set()


@pytest.mark.parametrize(
    "term",
    [
        {"term_from": "2026-11-22", "term_to": "2026-12-31"},
        {"term_from": "2026-01-01", "term_to": "2026-11-20"},
    ],
)
def test_outside_the_term_nothing_is_written_or_read(
    registry: RunningRegistry, term: dict[str, str]
) -> None:
    delegate(registry, **term)
    for answer in (
        put(registry, "P5", makers.statement(), by=BY),
        ask(registry, "GET", DRAFT, by=BY),
        ask(registry, "GET", f"{DRAFT}/statements/P5", by=BY),
        ask(registry, "GET", "/v1/drafts?participant=ZZA", by=BY),
    ):
        detail = check(answer, "outside-the-term")
        assert term["term_from"] in detail or term["term_to"] in detail


def test_the_first_and_the_last_day_belong_to_the_term(registry: RunningRegistry) -> None:
    delegate(registry, term_from="2026-11-21", term_to="2026-11-21")
    assert put(registry, "P5", makers.statement(), by=BY).status_code == 200


def test_a_revoked_delegation_ends_on_the_day_it_says(registry: RunningRegistry) -> None:
    delegate(registry)
    revoked = makers.delegation_revoked(
        delegation_id="actor-delegate", revoked_on=date(2026, 11, 20)
    )
    record(registry, revoked)
    detail = check(put(registry, "P5", makers.statement(), by=BY), "outside-the-term")
    assert detail == "The term ended on 2026-11-20."


def test_a_delegation_ends_with_the_term_of_who_granted_it(registry: RunningRegistry) -> None:
    record(registry, makers.focal_point_designated())
    delegate(registry)
    assert ask(registry, "GET", DRAFT, by=BY).status_code == 200
    record(registry, makers.focal_point_designation_ended())
    detail = check(put(registry, "P5", makers.statement(), by=BY), "outside-the-term")
    assert detail == "The term ended on 2026-03-31."


def test_whoever_was_erased_neither_writes_nor_reads(registry: RunningRegistry) -> None:
    delegate(registry)
    record(registry, makers.personal_data_erased(person_id="actor-delegate"))
    check(put(registry, "P5", makers.statement(), by=BY), "actor-erased")
    check(ask(registry, "GET", DRAFT, by=BY), "actor-erased")


def test_a_focal_point_does_everything_within_its_term(registry: RunningRegistry) -> None:
    complete(registry)
    assert submit(registry, cleared(registry)).status_code == 201


def test_a_focal_point_whose_term_is_over_does_nothing(registry: RunningRegistry) -> None:
    assert ask(registry, "GET", DRAFT, by=SECOND).status_code == 200
    record(registry, makers.focal_point_designation_ended(focal_point_id="actor-ZZA-2"))
    check(put(registry, "P5", makers.statement(), by=SECOND), "outside-the-term")
    check(ask(registry, "GET", DRAFT, by=SECOND), "outside-the-term")


def test_a_delegate_of_another_participant_is_nothing_here(registry: RunningRegistry) -> None:
    delegate(registry, participant="ZZB")
    refused = put(registry, "P6", makers.statement(), by=BY)
    check(refused, "not-known-to-the-register")


def test_whom_the_register_does_not_know_neither_reads_nor_writes(
    registry: RunningRegistry,
) -> None:
    for by in (BY, "ZZB"):
        for answer in (
            put(registry, "P5", makers.statement(), by=by),
            ask(registry, "GET", DRAFT, by=by),
            ask(registry, "GET", "/v1/drafts?participant=ZZA", by=by),
        ):
            assert answer.status_code in {403, 404}
            assert answer.json()["code"] in {"not-known-to-the-register", "not-found"}


def test_what_a_delegate_wrote_is_cleared_by_somebody_who_wrote_nothing(
    registry: RunningRegistry, tmp_path: Path
) -> None:
    delegate(registry)
    complete(registry)
    put(registry, "P6", makers.statement(), by=BY)
    assert cleared(registry)
