"""Registry web: ids that are none, and bodies that disagree with their path: nothing recorded."""

from dataclasses import replace

from services.kit.identity import nobody
from services.registry.intents.plans import PLAN_ACTS
from tests import makers, writes
from tests.registry.web.hostile import check, invalid_examples, ready
from tests.registry.web.routes import DIGEST, WRITES
from tests.running_registry import RunningRegistry

NO_CODES = [
    "zza",
    "ZZ",
    "ZZAA",
    "ZZ1",
    "ORG-",
    "ORG-zz",
    "ORG-" + "A" * 13,
    "..",
    "%2e%2e",
    "ZZA%00",
    "ZZA%0a",
    "%F0%9F%98%80",
    "ZZA%2Facts",
    "c" * 5000,
    "ZZA;x",
    "ZZA ",
]


def test_a_code_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for code in NO_CODES:
        for tail in ("acts", "focal-points", "delegations", "erasures"):
            answer = registry.post(f"/v1/participants/{code}/{tail}", {})
            assert answer.status_code in {404, 422}, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
        assert registry.size == 0


OF_A_REPORT = (
    "corrigenda",
    "nothing-new",
    "decisions",
    "reviews",
    "clarifications",
    "clarifications/Q1/answers",
    "withdrawal",
    "publication",
)
NO_REPORT_IDS = ["ZZA", "ZZA-", "ZZA-2", "zza-2026", "ZZA-2026%00", "-2026", "ZZA-" + "2" * 30, "."]


def test_a_report_id_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for report_id in NO_REPORT_IDS:
        for tail in OF_A_REPORT:
            answer = registry.post(f"/v1/reports/{report_id}/{tail}", {})
            assert answer.status_code in {404, 422}, answer.text
        assert registry.size == 0


NO_PLAN_IDS = ["Z", "zza-plan-1", "-PLAN", "ZZA_PLAN", "ZZA%00", "%2e%2e", "Z" * 65, "PLAN 1", "."]


def test_a_plan_id_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for plan_id in NO_PLAN_IDS:
        answer = registry.post(f"/v1/plans/{plan_id}/acts", {})
        assert answer.status_code in {404, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert registry.size == 0


def test_every_invalid_example_of_every_act_on_a_plan_is_refused(
    registry: RunningRegistry,
) -> None:
    write, before = ready(registry, "/v1/plans/{plan_id}/acts")
    for kind in PLAN_ACTS:
        for case, body, pointers in invalid_examples(replace(write, contract=f"events/{kind}")):
            answer = registry.post(write.path, body, expected=write.expected)
            problem = check(answer, 422, case=case)
            assert pointers <= {found["pointer"] for found in problem["errors"]}, case
    assert registry.size == before


def test_an_act_on_a_plan_does_not_name_the_plan_twice(registry: RunningRegistry) -> None:
    write, before = ready(registry, "/v1/plans/{plan_id}/acts")
    body = {**write.body, "plan_id": "ZZA-PLAN-1"}
    problem = check(registry.post(write.path, body, expected=1), 422, case="plan_id")
    assert problem["errors"][0]["pointer"] == "/plan_id"
    assert registry.size == before


NO_CYCLE_IDS = ["2", "2026%00", "-2026", "cycle", "2" * 30, "%2e%2e", "2026 "]


def test_a_cycle_id_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for cycle_id in NO_CYCLE_IDS:
        for tail in ("acts", "extensions", "reminders"):
            answer = registry.post(f"/v1/cycles/{cycle_id}/{tail}", {})
            assert answer.status_code in {404, 422}, answer.text
        assert registry.size == 0


def test_without_any_issuer_configured_nobody_may_write(registry: RunningRegistry) -> None:
    registry.app.state.authenticate = nobody
    write = WRITES["/v1/cycles"]
    answer = registry.post(write.path, write.body)
    assert (answer.status_code, registry.size) == (401, 0)


def test_the_path_s_report_and_the_document_s_must_agree(registry: RunningRegistry) -> None:
    write, before = ready(registry, "/v1/reports/{report_id}/corrigenda")
    answer = registry.post("/v1/reports/ZZB-2026/corrigenda", write.body, expected=1)
    problem = check(answer, 422, case="another report")
    assert [found["pointer"] for found in problem["errors"]] == ["/document/cover"]
    assert registry.size == before


def test_a_participant_cannot_speak_for_another_in_the_body(registry: RunningRegistry) -> None:
    for route in ("/v1/plans", "/v1/plans/{plan_id}/acts", "/v1/reports"):
        write, before = WRITES[route], registry.size
        answer = registry.post(write.path, write.body, by="ZZB")
        check(answer, 403, case=route)
        assert registry.size == before


def test_an_act_does_not_name_its_participant_twice(registry: RunningRegistry) -> None:
    body = {**WRITES["/v1/participants/{code}/acts"].body, "participant": "ZZB"}
    problem = check(registry.post("/v1/participants/ZZA/acts", body), 422, case="participant")
    assert problem["errors"][0]["pointer"] == "/participant"


def test_a_question_s_id_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for clarification_id in ("Q", "-Q1", "Q1%00", "Q%2F1", "Q" * 65, "Q 1"):
        path = f"/v1/reports/ZZA-2026/clarifications/{clarification_id}/answers"
        answer = registry.post(path, {})
        assert answer.status_code in {404, 422}, answer.text
    assert registry.size == 0


def test_nobody_but_the_registry_says_what_is_revealed(registry: RunningRegistry) -> None:
    write, before = ready(registry, "/v1/reports/{report_id}/publication")
    revealed = writes.on_version(makers.publication_authorised(digest=DIGEST))
    problem = check(registry.post(write.path, revealed, expected=1), 422, case="revealed")
    assert [found["pointer"] for found in problem["errors"]] == ["/revealed"]
    assert registry.size == before


def test_of_a_report_s_act_what_stands_in_the_path_stands_there_alone(
    registry: RunningRegistry,
) -> None:
    write, before = ready(registry, "/v1/reports/{report_id}/withdrawal")
    for member, value in {"participant": "ZZB", "report_id": "ZZB-2026"}.items():
        answer = registry.post(write.path, {**write.body, member: value}, expected=1)
        problem = check(answer, 422, case=member)
        assert [found["pointer"] for found in problem["errors"]] == [f"/{member}"]
    assert registry.size == before
