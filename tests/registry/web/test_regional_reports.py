"""Registry web: an organisation reports by the routes of States, with a contract of its own."""

from typing import Any

import orjson

from contracts.catalogue import contract
from contracts.validation import validate
from tests import makers, writes
from tests.registry.web.drafting import ask, begin, put, section_of, whole
from tests.running_registry import RunningRegistry, body_of

CODE = "ORG-ZZO"
SECOND = "ORG-ZZO-2"
DRAFT = "/v1/drafts/draft-0000000000000001"
Body = dict[str, Any]


def ready(registry: RunningRegistry, *codes: str) -> None:
    """Participants of both kinds with two focal points each, and a cycle for both."""
    for code in codes or (CODE,):
        registry.sign(code)
        registry.designate(code, f"{code}-2")
    registry.open_cycle()


def swapped(body: Body, code: str) -> Body:
    """The body with the `$schema` that a participant of the kind of `code` writes to."""
    return {**body, "document": {**body["document"], "$schema": makers.report_schema(code)}}


def examined(registry: RunningRegistry, body: Body, by: str = CODE) -> Body:
    answer = ask(registry, "POST", "/v1/validations", body, by=by)
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


def test_an_organisation_submits_and_corrects_as_a_state_does(registry: RunningRegistry) -> None:
    ready(registry)
    submitted = registry.post("/v1/reports", writes.submission(CODE), by=CODE)
    assert submitted.status_code == 201, submitted.text
    recorded = registry.events()[-1]["data"]
    assert recorded["document"]["$schema"] == makers.report_schema(CODE)
    assert recorded["document"]["statements"]["P5"].keys() == {"sealed", "visibility"}
    assert writes.RESTRICTED not in orjson.dumps(registry.events()).decode()
    filed = registry.post(
        f"/v1/reports/{CODE}-2026/corrigenda",
        writes.corrigendum(CODE),
        by=CODE,
        expected=submitted.json()["version"],
    )
    assert filed.status_code == 201, filed.text


def test_only_a_focal_point_of_the_organisation_submits_for_it(registry: RunningRegistry) -> None:
    ready(registry, CODE, "ZZA")
    refused = registry.post("/v1/reports", writes.submission(CODE), by="ZZA")
    assert refused.status_code == 403


def test_the_report_of_the_other_kind_is_refused_and_the_reason_is_documented(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    body = swapped(writes.submission(CODE), "ZZA")
    refused = registry.post("/v1/reports", body, by=CODE)
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"].endswith("template-of-another-kind")
    assert makers.report_schema(CODE) in problem["detail"]
    assert [one["pointer"] for one in problem["errors"]] == ["/document/$schema"]


def test_a_state_that_hands_in_a_regional_report_is_told_whose_it_is(
    registry: RunningRegistry,
) -> None:
    ready(registry, "ZZA")
    refused = registry.post("/v1/reports", swapped(writes.submission(), CODE), by="ZZA")
    assert refused.status_code == 422
    (fault,) = [one for one in refused.json()["errors"] if one["severity"] == "blocker"]
    assert fault["pointer"] == "/document/cover/participant"
    assert fault["message"].endswith("The organisation; a State hands in a national report.")


def test_a_dry_run_finds_each_fault_at_its_place_and_names_the_contract(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    body = writes.submission(CODE)
    said = examined(registry, body)
    assert said["contract"] == makers.report_schema(CODE)
    assert said["verdict"] == "submittable"
    assert said["validated_at_position"] == registry.size
    body["document"]["cover"]["language"] = "English"
    body["document"]["statements"]["P1"]["visibility"] = "friends"
    body["document"]["plans"] = [
        {"scope": "national", "title": {"en": "A member's plan"}, "status": "in_force"}
    ]
    faults = [one for one in examined(registry, body)["findings"] if "rule" not in one]
    assert sorted((one["pointer"], one["code"]) for one in faults) == [
        ("/cover/language", "wrong-pattern"),
        ("/plans/0/scope", "not-the-one-value"),
        ("/statements/P1/visibility", "not-in-list"),
    ]


def test_the_numbered_rules_run_on_a_regional_report(registry: RunningRegistry) -> None:
    ready(registry)
    plan = makers.plan_registered(CODE)
    registry.record("/v1/plans", body_of(plan), by=CODE)
    body = writes.submission(CODE)
    body["document"]["cover"]["period_to"] = "2025-12-30"
    found = {one["code"]: one["pointer"] for one in examined(registry, body)["findings"]}
    assert found["G-R01"] == "/cover/period_to"
    assert found["G-R12"] == "/plans"  # its plan in force is not named
    assert found["X-R01"] == "/statements"  # a full report speaks of every unit


def test_a_draft_of_an_organisation_is_written_to_its_template(registry: RunningRegistry) -> None:
    ready(registry)
    draft = begin(registry, by=CODE, participant=CODE)
    assert draft["template"] == makers.report_schema(CODE)
    cover = section_of(draft, "cover")
    for name, content, etag in (
        ("cover", {**cover["content"], "language": "en"}, cover["etag"]),
        ("P1", makers.statement(), None),
        ("P5", makers.statement(writes.RESTRICTED, visibility="secretariat"), None),
    ):
        answer = put(registry, name, content, etag=etag, by=CODE)
        assert answer.status_code == 200, answer.text
    shown = ask(registry, "GET", f"{DRAFT}/preview", by=CODE).json()["public_document"]
    assert validate(shown, contract("reports/regional-report").dataschema) == []
    etag = whole(registry, by=CODE)["etag"]
    asked = ask(registry, "POST", f"{DRAFT}/clearance-request", {}, by=CODE, if_match=etag)
    assert asked.status_code == 200, asked.text
    digest = {"digest": asked.json()["clearance"]["digest"]}
    assert ask(registry, "POST", f"{DRAFT}/clearance", digest, by=SECOND).status_code == 200
    sent = ask(
        registry, "POST", f"{DRAFT}/submission", digest, by=CODE, idempotency_key="submit-it"
    )
    assert sent.status_code == 201, sent.text
    assert registry.events()[-1]["data"]["document"]["$schema"] == makers.report_schema(CODE)
