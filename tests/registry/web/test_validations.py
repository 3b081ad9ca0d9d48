"""Registry web: a dry run finds what submission finds, and records nothing."""

from typing import Any

import orjson
import pytest

from contracts.rules.engine import examine
from contracts.rules.ruleset import ruleset
from tests import makers, recording, writes
from tests.registry.web.hostile import check
from tests.registry.web.test_described import check as check_described
from tests.registry.web.test_hostile_writes import BODIES, TOKENS
from tests.running_registry import RunningRegistry, token_of

PATH = "/v1/validations"
Body = dict[str, Any]


def ask(registry: RunningRegistry, body: Any, by: str | None = "ZZA") -> Any:
    headers = {"content-type": "application/json"}
    if by:
        headers["authorization"] = f"Bearer {token_of(by)}"
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return registry.client.post(PATH, content=content, headers=headers)


def ready(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    registry.open_cycle()


def good() -> Body:
    return writes.submission()


def with_an_error() -> Body:
    body = good()
    body["document"]["cover"]["period_to"] = "2025-12-30"
    return body


def blocked() -> Body:
    body = with_an_error()
    body["document"]["cover"]["period_from"] = "2026-02-01"
    body["document"]["statements"]["P77"] = {"changed": False, "visibility": "public"}
    return body


def malformed() -> Body:
    body = blocked()
    body["document"]["cover"]["language"] = "English"
    return body


def explained() -> Body:
    word = {"code": "G-R01", "pointer": "/cover/period_to", "text": {"en": "Our year ends so."}}
    return {**with_an_error(), "explanations": [word]}


def test_the_verdict_comes_first_and_nothing_is_recorded(registry: RunningRegistry) -> None:
    ready(registry)
    before = registry.size
    answer = ask(registry, good())
    check_described(registry, PATH, answer, 200)
    said = answer.json()
    assert next(iter(said)) == "verdict"
    assert said["verdict"] == "submittable"
    assert (said["validated_at_position"], said["effective_on"]) == (before, "2026-11-21")
    assert said["ruleset"]["version"] == "1.0.0"
    assert said["digest"] == makers.digest_of(good()["document"])
    assert registry.size == before
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [with_an_error(), blocked(), malformed()])
def test_what_hinders_submission_is_found_by_both_alike(
    registry: RunningRegistry, body: Body
) -> None:
    ready(registry)
    before = registry.size
    dry = ask(registry, body).json()
    refused = registry.post("/v1/reports", body, by="ZZA")
    assert refused.status_code == 422
    found = [{**one, "pointer": f"/document{one['pointer']}"} for one in dry["findings"]]
    for one in found:
        one.pop("explained", None)
    assert refused.json()["errors"] == found
    faulty = body["document"]["cover"]["language"] == "English"
    assert refused.json()["code"] == ("malformed" if faulty else "report-not-submittable")
    assert dry["verdict"] == ("explain" if body == with_an_error() else "blocked")
    assert registry.size == before


def test_a_finding_leads_to_the_page_of_its_rule(registry: RunningRegistry) -> None:
    ready(registry)
    (finding, *_) = registry.post("/v1/reports", with_an_error()).json()["errors"]
    assert (finding["code"], finding["severity"]) == ("G-R01", "error")
    page, _, place = finding["rule"]["href"].partition("#")
    answer = registry.get(page.removeprefix("https://concord.example"))
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "## G-R01" in answer.text
    assert place == "g-r01"


def test_what_was_found_and_explained_rides_in_the_event(registry: RunningRegistry) -> None:
    ready(registry)
    dry = ask(registry, explained()).json()
    assert dry["verdict"] == "submittable"
    registry.record("/v1/reports", explained(), by="ZZA")
    data = registry.events()[-1]["data"]
    assert data["explanations"] == explained()["explanations"]
    assert (data["ruleset_version"], data["validated_at_position"]) == (
        "1.0.0",
        dry["validated_at_position"],
    )
    seen = {(one["code"], one["pointer"], one["outcome"]) for one in data["findings"]}
    assert ("G-R01", "/cover/period_to", "failed") in seen
    told = {
        (one["code"], one["pointer"], one["outcome"]) for one in dry["findings"] + dry["unseen"]
    }
    assert seen <= told


def test_of_a_sealed_section_nothing_is_recorded_but_what_is_explained(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    kept = makers.statement(writes.RESTRICTED, visibility="secretariat", original="fr")
    statements = {"P1": makers.statement(), "P5": {**kept, "challenges": kept["narrative"]}}
    word = {"code": "D-R01", "pointer": "/statements/P5/original", "text": {"en": "Translated."}}
    body = writes.submission(document=writes.document(statements=statements), explanations=[word])
    told = {one["code"] for one in ask(registry, body).json()["findings"]}
    assert {"D-R01", "D-R07"} <= told
    registry.record("/v1/reports", body, by="ZZA")
    noted = {one["code"] for one in registry.events()[-1]["data"]["findings"]}
    assert "D-R01" in noted
    assert "D-R07" not in noted


def test_a_corrigendum_is_examined_too(registry: RunningRegistry) -> None:
    ready(registry)
    registry.record("/v1/reports", writes.submission(), by="ZZA")
    body = writes.corrigendum()
    body["document"]["cover"]["period_to"] = "2025-12-30"
    refused = registry.post("/v1/reports/ZZA-2026/corrigenda", body, expected=1, by="ZZA")
    assert refused.json()["code"] == "report-not-submittable"
    body["explanations"] = explained()["explanations"]
    registry.record("/v1/reports/ZZA-2026/corrigenda", body, expected=1, by="ZZA")
    noted = {one["code"] for one in registry.events()[-1]["data"]["findings"]}
    assert "G-R01" in noted


def test_the_same_document_a_second_time_changes_nothing_though_the_register_moved(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    public = writes.submission(document=writes.document(statements={"P1": makers.statement()}))
    registry.record("/v1/reports", public, by="ZZA")
    recording.append(registry, makers.plan_registered())
    assert "G-R12" in {one["code"] for one in ask(registry, public).json()["findings"]}
    answer = registry.post("/v1/reports", public, expected=1, by="ZZA")
    assert (answer.status_code, answer.json()["changed"]) == (200, False)


def test_offline_and_online_agree_on_everything_that_needs_no_register(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    document = blocked()["document"]
    online = ask(registry, {"document": document}).json()
    offline = examine(document, "1.0.0").as_data()
    rules = ruleset("1.0.0").rules
    needs = {code for code, rule in rules.items() if rule.looks_at == "register"}
    assert [one for one in online["findings"] if one["code"] not in needs] == offline["findings"]
    assert {one["code"] for one in offline["unseen"]} == needs
    assert online["digest"] == offline["digest"]


def test_a_rule_that_is_switched_off_is_named_and_not_evaluated(registry: RunningRegistry) -> None:
    ready(registry)
    recording.append(registry, makers.ruleset_published(), makers.rule_deactivated("G-R01"))
    said = ask(registry, with_an_error()).json()
    assert (said["verdict"], said["deactivated"]) == ("submittable", ["G-R01"])
    registry.record("/v1/reports", with_an_error(), by="ZZA")


def test_nobody_learns_from_it_what_the_register_holds_on_another(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    check(ask(registry, malformed(), by="ZZB"), 403, case="nobody's, as far as is known")
    registry.sign("ZZB")
    registry.designate("ZZB")
    check(ask(registry, good(), by="ZZB"), 403, case="another participant's")
    faulty = ask(registry, malformed(), by="ZZB").json()
    assert faulty["validated_at_position"] is None
    assert {one["params"]["reason"] for one in faulty["unseen"]} >= {"register"}
    assert ask(registry, malformed(), by="secretariat").json()["validated_at_position"] is not None


@pytest.mark.parametrize("document", [None, [], "canary", {}, {"cover": "canary"}, 7])
def test_anything_at_all_is_examined_and_never_repeated(
    registry: RunningRegistry, document: Any
) -> None:
    ready(registry)
    answer = ask(registry, {"document": document})
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "blocked"
    assert "canary" not in answer.text


def test_bodies_and_tokens_that_are_wrong_are_refused(registry: RunningRegistry) -> None:
    ready(registry)
    for case, (raw, status, code) in BODIES.items():
        problem = check(ask(registry, raw), status, case=case)
        if code not in {"*", "-"}:
            assert [found["code"] for found in problem["errors"]] == [code], case
    for case, (authorization, status, code) in TOKENS.items():
        headers = {"content-type": "application/json"}
        if authorization is not None:
            headers["authorization"] = authorization
        answer = registry.client.post(PATH, content=orjson.dumps(good()), headers=headers)
        assert check(answer, status, case=case)["code"] == code, case
    wrong = registry.client.post(
        PATH, content=b"{}", headers={"authorization": f"Bearer {token_of('ZZA')}"}
    )
    check(wrong, 415, case="no media type")


@pytest.mark.parametrize("beside", [{"clearance": {}}, {"explanations": [{}]}, {"unknown": 1}])
def test_what_is_wrong_beside_the_report_makes_the_question_wrong(
    registry: RunningRegistry, beside: Body
) -> None:
    ready(registry)
    check(ask(registry, {**good(), **beside}), 422, case=str(beside))
