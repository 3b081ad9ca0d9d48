"""Registry web: a draft is put forward, cleared by another person, submitted once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import orjson
import pytest

from contracts.authority.actor import actor_of
from contracts.authority.table import WRITE
from contracts.canonical import canonical, digest
from contracts.receipt import verify_receipt
from services.registry.drafts.desk import Who
from services.registry.drafts.submission import append_from
from tests import makers, writes
from tests.registry.web.drafting import (
    CANARY,
    DRAFT,
    FIRST,
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
    section_of,
    submit,
    submitted,
    whole,
)
from tests.running_registry import RunningRegistry

EXPLANATION = {"code": "R-101", "pointer": "/statements/P1", "text": {"en": "It is so."}}


@pytest.fixture(autouse=True)
def draft(registry: RunningRegistry) -> dict[str, Any]:
    ready(registry)
    begun = begin(registry)
    complete(registry)
    return begun


def allowed(registry: RunningRegistry, *, by: str) -> set[str]:
    actions = whole(registry, by=by)["actions"]
    return {one["rel"] for one in actions if one["allowed"]} - {"preview"}


def test_the_way_of_a_draft_from_two_persons_to_the_log(registry: RunningRegistry) -> None:
    assert allowed(registry, by=FIRST) == {"request-clearance", "delete"}
    requested = request_clearance(registry).json()
    assert (requested["state"], requested["clearance"]["requested_by"]) == (
        "clearance_requested",
        "actor-ZZA",
    )
    assert "clear" not in allowed(registry, by=FIRST)
    assert "clear" in allowed(registry, by=SECOND)
    digest_cleared = requested["clearance"]["digest"]
    assert clear(registry, digest_cleared).json()["clearance"]["cleared_by"] == "actor-ZZA-2"
    assert "submit" in allowed(registry, by=FIRST)
    answer = submit(registry, digest_cleared)
    assert answer.status_code == 201
    entry = verify_receipt(answer.json()["receipt"], registry.key.verifier)
    after = whole(registry)
    assert (after["state"], after["submitted_position"]) == ("submitted", entry.position)
    assert entry.stream == "report-ZZA-2026"


def test_what_is_submitted_is_what_a_report_would_be(registry: RunningRegistry) -> None:
    submitted(registry, explanations=[EXPLANATION])
    data = registry.events()[-1]["data"]
    assert data["clearance"] == {"drafted_by": "actor-ZZA", "cleared_by": "actor-ZZA-2"}
    assert data["explanations"] == [EXPLANATION]
    assert data["document"]["statements"]["P1"] == makers.statement()
    assert set(data["document"]["statements"]["P5"]) == {"sealed", "visibility"}
    assert data["digest"] == digest(canonical(data["document"]))
    assert orjson.loads(registry.events()[-1]["leaf"])["actor"] == "actor-ZZA"


def test_an_incomplete_draft_is_not_put_forward_and_every_reason_is_told(
    registry: RunningRegistry,
) -> None:
    put(registry, "P1", {"changed": True}, etag='"1"')
    put(registry, "observations", {})
    before = whole(registry)
    answer = request_clearance(registry)
    assert (answer.status_code, answer.json()["code"]) == (422, "draft-not-complete")
    pointers = {one["pointer"] for one in answer.json()["errors"] if one["severity"] != "warning"}
    assert pointers == {
        "/statements/P1/narrative",
        "/statements/P1/visibility",
        "/observations/text",
        "/observations/visibility",
    }
    assert whole(registry) == before


def test_the_drafter_does_not_clear(registry: RunningRegistry) -> None:
    requested = request_clearance(registry).json()["clearance"]["digest"]
    answer = clear(registry, requested, by=FIRST)
    assert (answer.status_code, answer.json()["code"]) == (409, "cleared-by-the-drafter")


def test_whoever_wrote_any_part_does_not_clear_either(registry: RunningRegistry) -> None:
    put(registry, "P9", makers.statement(), by=SECOND)
    requested = request_clearance(registry, by=FIRST).json()["clearance"]["digest"]
    answer = clear(registry, requested, by=SECOND)
    assert (answer.status_code, answer.json()["code"]) == (409, "cleared-by-the-drafter")


def test_whose_part_was_taken_out_again_may_clear(registry: RunningRegistry) -> None:
    put(registry, "P9", makers.statement(), by=SECOND)
    path = f"{DRAFT}/statements/P9"
    assert ask(registry, "DELETE", path, if_match='"1"').status_code == 204
    assert cleared(registry)


def test_a_one_person_mission_clears_with_the_exception_on_record(
    registry: RunningRegistry,
) -> None:
    requested = request_clearance(registry).json()["clearance"]["digest"]
    answer = clear(registry, requested, by=FIRST, exception_reference="Note verbale 7/2026")
    assert answer.json()["state"] == "cleared"
    assert submit(registry, requested).status_code == 201
    assert registry.events()[-1]["data"]["clearance"] == {
        "drafted_by": "actor-ZZA",
        "cleared_by": "actor-ZZA",
        "exception_reference": "Note verbale 7/2026",
    }


def test_a_clearance_is_of_the_very_content_that_was_put_forward(
    registry: RunningRegistry,
) -> None:
    first = request_clearance(registry).json()["clearance"]["digest"]
    put(registry, "P1", makers.statement("Another text."), etag='"1"')
    gone = clear(registry, first)
    assert (gone.status_code, gone.json()["code"]) == (409, "clearance-not-requested")
    second = request_clearance(registry).json()["clearance"]["digest"]
    assert second != first
    other = clear(registry, first)
    assert (other.status_code, other.json()["code"]) == (409, "not-what-was-requested")
    assert clear(registry, second).status_code == 200


def test_explanations_are_part_of_what_is_cleared(registry: RunningRegistry) -> None:
    first = request_clearance(registry).json()["clearance"]["digest"]
    second = request_clearance(registry, explanations=[EXPLANATION]).json()
    assert second["clearance"]["digest"] != first
    assert clear(registry, first).status_code == 409


@pytest.mark.parametrize("how", ["write", "delete"])
def test_a_change_takes_the_clearance_back(registry: RunningRegistry, how: str) -> None:
    was = cleared(registry)
    if how == "write":
        answer = put(registry, "P1", makers.statement("Another text."), etag='"1"')
        assert answer.json()["draft_state"] == "draft"
    else:
        ask(registry, "DELETE", f"{DRAFT}/statements/P1", if_match='"1"')
    after = whole(registry)
    assert (after["state"], after["clearance"]) == ("draft", None)
    refused = submit(registry, was)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-cleared")


def test_writing_what_stands_there_changes_nothing_and_keeps_the_clearance(
    registry: RunningRegistry,
) -> None:
    cleared(registry)
    put(registry, "P1", makers.statement(), etag='"1"')
    assert whole(registry)["state"] == "cleared"


def test_a_submission_names_what_was_cleared(registry: RunningRegistry) -> None:
    cleared(registry)
    answer = submit(registry, makers.digest_of({}))
    assert (answer.status_code, answer.json()["code"]) == (409, "not-what-was-cleared")
    assert whole(registry)["state"] == "cleared"


def test_gates_passed_before_are_passed_again_by_the_same_request(
    registry: RunningRegistry,
) -> None:
    first = request_clearance(registry)
    path = f"{DRAFT}/clearance-request"
    again = ask(registry, "POST", path, {}, if_match='"1"')
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    requested = first.json()["clearance"]["digest"]
    once, twice = clear(registry, requested), clear(registry, requested)
    assert once.headers["etag"] == twice.headers["etag"]


def test_a_clearance_is_requested_for_the_draft_as_it_was_read(registry: RunningRegistry) -> None:
    answer = ask(registry, "POST", f"{DRAFT}/clearance-request", {}, if_match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (412, "draft-changed")


def test_nothing_of_a_submitted_draft_changes_any_more(registry: RunningRegistry) -> None:
    submitted(registry)
    etag = whole(registry)["etag"]
    for answer in (
        put(registry, "P1", makers.statement("Late."), etag='"1"'),
        ask(registry, "DELETE", f"{DRAFT}/statements/P1", if_match='"1"'),
        request_clearance(registry),
        clear(registry, makers.digest_of({})),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "draft-submitted")
    assert whole(registry)["etag"] == etag
    assert allowed(registry, by=FIRST) == {"delete"}
    size = registry.size
    assert ask(registry, "DELETE", DRAFT, if_match=etag).status_code == 204
    assert registry.size == size


def same_entry(first: httpx.Response, again: httpx.Response) -> bool:
    assert (first.status_code, again.status_code) == (201, 201), again.text
    names = ("position", "positions", "stream", "version", "recorded_at", "proof")
    return all(first.json()[name] == again.json()[name] for name in names)


def test_a_submission_is_made_once_whatever_its_key(registry: RunningRegistry) -> None:
    was, size = cleared(registry), registry.size
    first = submit(registry, was, key="one")
    for key in ("one", "another"):
        again = submit(registry, was, key=key)
        assert same_entry(first, again)
        assert again.json()["replayed"] is True
    assert registry.size == size + 1


def test_submitted_by_two_at_once_there_is_one_report(registry: RunningRegistry) -> None:
    was, size, begun = cleared(registry), registry.size, Barrier(2)

    def send(by: str) -> httpx.Response:
        begun.wait(10)
        return submit(registry, was, by=by)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, (FIRST, SECOND))
    assert same_entry(first, second)
    assert registry.size == size + 1
    assert whole(registry)["state"] == "submitted"


def crash_after_the_append(registry: RunningRegistry, was: str) -> None:
    """Append as a process does that ends before it has brought the draft up to the log."""
    who = Who(by=actor_of("actor-ZZA", ["focal-point:ZZA"], [WRITE]))
    draft_id = DRAFT.rpartition("/")[2]
    append_from(registry.app.state.desk, who, draft_id, was, lambda: bytes(16))


def test_a_crash_between_the_append_and_the_draft_is_harmless(registry: RunningRegistry) -> None:
    was = cleared(registry)
    crash_after_the_append(registry, was)
    size = registry.size
    assert whole(registry)["state"] == "cleared"
    answer = submit(registry, was, key="never-used-before")
    assert (answer.status_code, answer.json()["position"]) == (201, size)
    assert (answer.json()["replayed"], registry.size) == (True, size)
    after = whole(registry)
    assert (after["state"], after["submitted_position"]) == ("submitted", size)


def test_what_is_written_between_the_append_and_the_draft_goes_into_a_corrigendum(
    registry: RunningRegistry,
) -> None:
    was = cleared(registry)
    crash_after_the_append(registry, was)
    size = registry.size
    late = put(registry, "P1", makers.statement("Written late."), etag='"1"', by=SECOND)
    assert late.status_code == 200
    answer = submit(registry, was)
    assert (answer.json()["position"], answer.json()["replayed"]) == (size, True)
    after = whole(registry)
    assert (after["state"], after["follows_version"]) == ("draft", 1)
    assert section_of(after, "P1")["content"] == makers.statement("Written late.")
    request_clearance(registry, reason={"en": "One text came late."})
    digest_of_second = whole(registry)["clearance"]["digest"]
    clear(registry, digest_of_second, by=SECOND, exception_reference="Note verbale 8/2026")
    assert submit(registry, digest_of_second).json()["version"] == 2
    assert registry.events()[-1]["type"] == "corrigendum-filed"


def test_a_corrigendum_comes_from_a_draft_with_its_reason(registry: RunningRegistry) -> None:
    submitted(registry)
    second = begin(registry, carry_forward=True, form="update")
    path = f"/v1/drafts/{second['draft_id']}"
    assert second["base"]["is_accepted"] is False
    put(registry, "P1", makers.statement("One law was amended."), etag='"1"', draft=path)
    without = request_clearance(registry, path)
    keeping_back = [one for one in without.json()["errors"] if one["severity"] != "warning"]
    assert [one["pointer"] for one in keeping_back] == ["/reason"]
    recorded = submitted(registry, path, reason={"en": "One law was counted twice."})
    assert (recorded["version"], recorded["stream"]) == (2, "report-ZZA-2026")
    event = registry.events()[-1]
    assert (event["type"], event["data"]["form"]) == ("corrigendum-filed", "update")
    assert event["data"]["reason"] == {"en": "One law was counted twice."}
    assert whole(registry, path)["submitted_position"] == recorded["position"]


def test_a_first_report_has_no_reason(registry: RunningRegistry) -> None:
    answer = request_clearance(registry, reason={"en": "There is none."})
    found = [(one["code"], one["pointer"]) for one in answer.json()["errors"]]
    assert ("unknown-member", "/reason") in found


def test_a_draft_does_not_pass_over_a_version_it_has_not_seen(registry: RunningRegistry) -> None:
    was = cleared(registry)
    registry.record("/v1/reports", writes.submission(), by="ZZA")
    answer = submit(registry, was)
    assert (answer.status_code, answer.json()["code"]) == (409, "report-moved-on")
    again = request_clearance(registry, explanations=[EXPLANATION])
    assert (again.status_code, again.json()["code"]) == (409, "report-moved-on")


def test_the_rules_on_reports_hold_for_drafts_too(registry: RunningRegistry) -> None:
    was, size = cleared(registry), registry.size
    record(registry, makers.withdrawal_notified())
    answer = submit(registry, was)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-a-signatory")
    assert registry.size == size + 1
    assert whole(registry)["state"] == "cleared"


def test_the_content_of_a_draft_goes_to_nobody_with_its_refusals(
    registry: RunningRegistry,
) -> None:
    for answer in (
        clear(registry, makers.digest_of({})),
        submit(registry, makers.digest_of({})),
        request_clearance(registry, reason={"en": CANARY}),
    ):
        assert answer.status_code >= 400
        assert "Canary" not in answer.text


def test_a_late_repetition_of_an_earlier_submission_leaves_the_draft_at_the_later_one(
    registry: RunningRegistry,
) -> None:
    first = cleared(registry)
    crash_after_the_append(registry, first)
    put(registry, "P1", makers.statement("Written late."), etag='"1"', by=SECOND)
    position = submit(registry, first).json()["position"]
    request_clearance(registry, reason={"en": "One text came late."})
    second = whole(registry)["clearance"]["digest"]
    clear(registry, second, by=SECOND, exception_reference="Note verbale 8/2026")
    corrigendum = submit(registry, second)
    before = whole(registry)
    again = submit(registry, first)
    assert (again.json()["position"], again.json()["replayed"]) == (position, True)
    assert whole(registry) == before
    assert same_entry(corrigendum, submit(registry, second))
