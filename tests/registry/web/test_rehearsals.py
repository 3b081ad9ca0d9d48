"""Registry web: a dry run says what the register would refuse a good report for, as the write does.

Each case is asked first and handed in then; both name the same rule.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

import pytest

from tests import makers, recording, writes
from tests.registry.web.drafting import ask
from tests.running_registry import RunningRegistry

Body: TypeAlias = dict[str, Any]
EARLIER = date(2026, 11, 1)


def nothing_is_wrong(_: RunningRegistry) -> Body:
    return writes.submission()


def there_is_no_such_cycle(_: RunningRegistry) -> Body:
    return writes.submission(cycle_id="2027")


def the_cycle_is_closed(registry: RunningRegistry) -> Body:
    recording.append(registry, makers.cycle_closed(effective_on=EARLIER))
    return writes.submission()


def the_signature_was_withdrawn(registry: RunningRegistry) -> Body:
    recording.append(registry, makers.withdrawal_notified(effective_on=EARLIER))
    return writes.submission()


def the_cycle_asks_organisations_alone(registry: RunningRegistry) -> Body:
    recording.append(registry, makers.cycle_opened("2025", participant_kinds=["organisation"]))
    return writes.submission(cycle_id="2025")


def it_is_of_another_kind(_: RunningRegistry) -> Body:
    body = writes.submission("ORG-ZZO")
    schema = makers.report_schema("ZZA")
    return {**body, "document": {**body["document"], "$schema": schema}}


def who_drafted_it_clears_it(_: RunningRegistry) -> Body:
    return writes.submission(clearance={"drafted_by": "fp-zza-1", "cleared_by": "fp-zza-1"})


REFUSED: dict[str, Callable[[RunningRegistry], Body]] = {
    "no-such-cycle": there_is_no_such_cycle,
    "cycle-closed": the_cycle_is_closed,
    "kind-not-in-cycle": the_cycle_asks_organisations_alone,
    "template-of-another-kind": it_is_of_another_kind,
    "cleared-by-the-drafter": who_drafted_it_clears_it,
    "not-a-signatory": the_signature_was_withdrawn,
}


def asked(registry: RunningRegistry, body: Body, by: str) -> Body:
    answer = ask(registry, "POST", "/v1/validations", body, by=by)
    assert answer.status_code == 200, answer.text
    said: Body = answer.json()
    return said


@pytest.fixture
def ready(registry: RunningRegistry) -> RunningRegistry:
    for code in ("ZZA", "ORG-ZZO"):
        registry.sign(code)
        registry.designate(code)
    registry.open_cycle()
    return registry


def test_what_nothing_speaks_against_is_submittable(ready: RunningRegistry) -> None:
    said = asked(ready, nothing_is_wrong(ready), "ZZA")
    assert (said["verdict"], said["refusal"]) == ("submittable", None)


@pytest.mark.parametrize("code", REFUSED)
def test_the_dry_run_names_what_the_write_is_refused_for(ready: RunningRegistry, code: str) -> None:
    body = REFUSED[code](ready)
    by = body["document"]["cover"]["participant"]
    before = ready.size
    said = asked(ready, body, by)
    refused = ready.post("/v1/reports", body, by=by)
    problem = refused.json()
    assert refused.status_code == 409, refused.text
    assert problem["code"] == code
    assert said["verdict"] == "refused"
    assert list(said)[:2] == ["verdict", "refusal"]
    assert said["refusal"] == {
        "code": code,
        "title": problem["title"],
        "detail": problem.get("detail", ""),
    }
    assert ready.size == before


def test_a_mission_of_one_person_says_so_and_is_not_refused(ready: RunningRegistry) -> None:
    alone = {**who_drafted_it_clears_it(ready)["clearance"], "exception_reference": "NV 12/2026"}
    body = writes.submission(clearance=alone)
    assert asked(ready, body, "ZZA")["refusal"] is None
    ready.record("/v1/reports", body, by="ZZA")


def test_who_will_clear_it_may_be_left_open(ready: RunningRegistry) -> None:
    question = {"document": nothing_is_wrong(ready)["document"]}
    assert asked(ready, question, "ZZA")["verdict"] == "submittable"


def test_what_is_to_be_mended_in_the_report_comes_first(ready: RunningRegistry) -> None:
    body = the_cycle_is_closed(ready)
    body["document"]["cover"]["period_to"] = "2025-12-30"
    said = asked(ready, body, "ZZA")
    assert (said["verdict"], said["refusal"]["code"]) == ("explain", "cycle-closed")


def test_of_a_closed_cycle_a_report_on_file_can_still_be_put_right(ready: RunningRegistry) -> None:
    ready.record("/v1/reports", writes.submission(), by="ZZA")
    recording.append(ready, makers.cycle_closed(effective_on=EARLIER))
    body = writes.corrigendum()
    question = {key: body[key] for key in ("document", "clearance")}
    assert asked(ready, question, "ZZA")["verdict"] == "submittable"
    ready.record("/v1/reports/ZZA-2026/corrigenda", body, expected=1, by="ZZA")


def test_without_a_document_by_its_contract_the_register_is_not_asked(
    ready: RunningRegistry,
) -> None:
    body = the_cycle_is_closed(ready)
    body["document"]["cover"]["language"] = "English"
    said = asked(ready, body, "ZZA")
    assert (said["verdict"], said["refusal"]) == ("blocked", None)
