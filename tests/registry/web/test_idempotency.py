"""Registry web: a write happens once, whoever repeats it, and builds on what its sender saw."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests import makers, writes
from tests.running_registry import RunningRegistry, body_of

ACTS = "/v1/participants/ZZA/acts"
SIGNATURE = writes.act(makers.signature_recorded())


def test_a_repetition_gets_the_first_answer_and_records_nothing(registry: RunningRegistry) -> None:
    first = registry.post(ACTS, SIGNATURE, key="one")
    again = registry.post(ACTS, SIGNATURE, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["replayed"] is True
    assert again.headers["etag"] == first.headers["etag"]
    same = {"position", "positions", "stream", "version", "recorded_at", "changed", "proof"}
    assert {name: first.json()[name] for name in same} == {
        name: again.json()[name] for name in same
    }
    assert registry.size == 1


def test_a_repetition_is_the_same_however_its_json_is_spelled(registry: RunningRegistry) -> None:
    registry.post(ACTS, SIGNATURE, key="one")
    spelled = dict(reversed(SIGNATURE.items()))
    assert registry.post(ACTS, spelled, key="one").json()["replayed"] is True


def test_a_repetition_of_a_success_is_not_judged_by_the_rules_again(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    plan = body_of(makers.plan_registered())
    first = registry.record("/v1/plans", plan, key="plan")
    registry.record(ACTS, writes.act(makers.withdrawal_notified()), expected=1)
    assert registry.record("/v1/plans", plan, key="plan")["position"] == first["position"]


@pytest.mark.parametrize(
    "change",
    [
        {"body": writes.act(makers.signature_recorded(name={"en": "Another name"}))},
        {"expected": 1},
        {"path": "/v1/participants/ZZB/acts"},
    ],
    ids=["another body", "another version", "another path"],
)
def test_a_key_belongs_to_one_request(registry: RunningRegistry, change: dict[str, Any]) -> None:
    registry.post(ACTS, SIGNATURE, key="one")
    request: dict[str, Any] = {"path": ACTS, "body": SIGNATURE, "expected": 0} | change
    answer = registry.post(
        request["path"], request["body"], expected=request["expected"], key="one"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert registry.size == 1


def test_a_refused_write_leaves_its_key_free(registry: RunningRegistry) -> None:
    plan = body_of(makers.plan_registered())
    assert registry.post("/v1/plans", plan, key="plan").status_code == 409
    registry.sign()
    assert registry.post("/v1/plans", plan, key="plan").status_code == 201


def test_parties_do_not_share_keys(registry: RunningRegistry) -> None:
    for code in ("ZZA", "ZZB"):
        registry.sign(code)
        registry.designate(code)
        renaming = writes.act(makers.participant_renamed(code))
        path = f"/v1/participants/{code}/acts"
        answer = registry.post(path, renaming, expected=1, key="one", by=code)
        assert (answer.status_code, answer.json()["replayed"]) == (201, False)


def test_whose_key_it_was_is_told_to_nobody_whom_the_register_does_not_know(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    registry.designate("ZZA")
    renaming = writes.act(makers.participant_renamed())
    registry.record(ACTS, renaming, expected=1, key="one", by="ZZA")
    for key in ("one", "unused"):
        answer = registry.post(ACTS, SIGNATURE, expected=2, key=key, by="ZZA-2")
        assert (answer.status_code, answer.json()["code"]) == (403, "not-known-to-the-register")


def at_once(count: int, send: Any) -> list[httpx.Response]:
    barrier = Barrier(count)

    def one(number: int) -> httpx.Response:
        barrier.wait()
        answer: httpx.Response = send(number)
        return answer

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_twins_that_come_at_once_make_one_entry(registry: RunningRegistry) -> None:
    answers = at_once(16, lambda _: registry.post(ACTS, SIGNATURE, key="one"))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["position"] for answer in answers} == {1}
    assert sum(not answer.json()["replayed"] for answer in answers) == 1
    assert registry.size == 1


def test_of_many_who_build_on_the_same_version_one_succeeds(registry: RunningRegistry) -> None:
    registry.sign()

    def rename(number: int) -> httpx.Response:
        renamed = makers.participant_renamed(name={"en": f"Name {number}"})
        return registry.post(ACTS, writes.act(renamed), expected=1)

    statuses = sorted(answer.status_code for answer in at_once(12, rename))
    assert statuses == [201] + [412] * 11
    assert registry.size == 2


def test_writers_of_different_streams_all_succeed_in_a_dense_order(
    registry: RunningRegistry,
) -> None:
    codes = [f"ZZ{letter}" for letter in "ABCDEFGHIJKLMNOP"]

    def sign(number: int) -> httpx.Response:
        code = codes[number]
        body = writes.act(makers.signature_recorded(code))
        return registry.post(f"/v1/participants/{code}/acts", body)

    answers = at_once(len(codes), sign)
    assert {answer.status_code for answer in answers} == {201}
    positions = sorted(answer.json()["position"] for answer in answers)
    assert positions == list(range(1, len(codes) + 1))


def test_a_stale_version_is_refused_and_says_where_the_stream_is(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record(ACTS, writes.act(makers.participant_renamed()), expected=1)
    answer = registry.post(ACTS, writes.act(makers.declaration_lodged()), expected=1)
    assert (answer.status_code, answer.json()["code"]) == (412, "version-conflict")
    assert answer.json()["detail"] == "expected version 1 of participation-ZZA, it is at 2"
    assert registry.size == 2


def test_creating_what_is_there_is_refused(registry: RunningRegistry) -> None:
    registry.sign()
    answer = registry.post(ACTS, SIGNATURE)
    assert (answer.status_code, registry.size) == (412, 1)


def test_building_on_what_is_not_there_is_refused(registry: RunningRegistry) -> None:
    answer = registry.post(ACTS, SIGNATURE, expected=1)
    assert (answer.status_code, registry.size) == (412, 0)
