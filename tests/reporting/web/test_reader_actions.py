"""Reporting over HTTP: what one may do next is said to who is signed in, by the one policy."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.authority.table import ACTIONS
from tests import makers
from tests.in_process import InProcess
from tests.issuing import bearer
from tests.reporting.answering import Told, on

LISTED = (
    "/v1/obligations",
    "/v1/cycles",
    "/v1/plans",
    "/v1/commitments",
    "/v1/findings",
    "/v1/recommendations",
    "/v1/assistance",
    "/v1/evidence",
)
WITH_ACTIONS = ("/v1/reports/ZZA/2026", "/v1/plans/ZZA-PLAN-1", *LISTED)
OWN = ("focal-point:ZZA", "fp-7Qm2")
OTHER = ("focal-point:ZZB", "fp-other")
ENDED = ("focal-point:ZZA", "fp-ended")
DELEGATE = ("drafter:ZZA", "dl-3Kx9")
AUDITOR = ("auditor", "auditor-4Tw1")
ELSEWHERE = ("auditor", "auditor-elsewhere")
SECRETARIAT = ("secretariat", "sec-1")
OPERATOR = ("operator", "op-1")
OF_PARTICIPANT = {
    "submit",
    "correct",
    "withdraw",
    "revise",
    "declare-commitment",
    "report-progress",
}
OF_AUDITOR = {"close-finding", "issue-recommendation", "follow-up-recommendation"}
OF_SECRETARIAT = {"open-review", "accept", "return", "remind", "grant-extension", "close"}


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2026"),
        makers.focal_point_designated("ZZA"),
        makers.focal_point_designated("ZZA", focal_point_id="fp-ended"),
        makers.focal_point_designation_ended("ZZA", focal_point_id="fp-ended"),
        makers.focal_point_designated("ZZB", focal_point_id="fp-other"),
        makers.delegation_granted("ZZA"),
        makers.mandate_granted(),
        makers.plan_registered("ZZA"),
        makers.commitment_declared("ZZA"),
        makers.mandate_granted("auditor-elsewhere", participants=["ZZB"]),
        makers.assistance_requested("ZZA"),
        makers.evidence_deposited("ZZA"),
        at=on("2026-02-01"),
    )
    told.tell(
        makers.report_submitted(),
        makers.observation_recorded(),
        makers.finding_issued(),
        makers.recommendation_issued(),
        at=on("2026-04-01"),
    )
    with told.reading() as client:
        yield client


def actions(client: InProcess, target: str, *who: Any) -> list[dict[str, Any]]:
    """Every action in an answer, those of ZZA alone where it has rows of several."""
    answer = client.get(target, headers=bearer(*who) if who else {})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    rows = data if isinstance(data, list) else [data]
    within = [one for row in rows for one in row.get("commitments", row.get("recommendations", ()))]
    return [
        action
        for row in (*rows, *within)
        if row.get("participant", "ZZA") == "ZZA"
        for action in row.get("actions", ())
    ]


def allowed(client: InProcess, target: str, *who: Any) -> set[str]:
    return {one["rel"] for one in actions(client, target, *who) if one["allowed"]}


@pytest.mark.parametrize("target", WITH_ACTIONS)
def test_what_may_be_done_is_done_by_whom_the_policy_lets(client: InProcess, target: str) -> None:
    at_all = allowed(client, target)
    assert allowed(client, target, *OWN) == {
        rel for rel in at_all if "focal_point" in ACTIONS[rel].by
    }
    assert allowed(client, target, *SECRETARIAT) == {
        rel for rel in at_all if "secretariat" in ACTIONS[rel].by
    }
    assert allowed(client, target, *AUDITOR) == {
        rel for rel in at_all if "auditor" in ACTIONS[rel].by
    }
    for nobody in (OTHER, ENDED, DELEGATE, ELSEWHERE, OPERATOR, ("focal-point:ZZA", "fp-unknown")):
        assert allowed(client, target, *nobody) == set()


def test_a_participant_and_the_secretariat_are_let_do_different_things(client: InProcess) -> None:
    own = set().union(*(allowed(client, target, *OWN) for target in WITH_ACTIONS))
    secretariat = set().union(*(allowed(client, target, *SECRETARIAT) for target in WITH_ACTIONS))
    assert {"begin-draft", "correct", "withdraw", "revise", "declare-commitment"} <= own
    assert {"open-review", "return", "accept", "remind", "close"} <= secretariat
    assert not own & OF_SECRETARIAT


@pytest.mark.parametrize("target", WITH_ACTIONS)
def test_what_is_not_allowed_has_a_reason_and_what_is_has_none(
    client: InProcess, target: str
) -> None:
    for who in ((), OWN, OTHER, ENDED, DELEGATE, AUDITOR, ELSEWHERE, SECRETARIAT, OPERATOR):
        for action in actions(client, target, *who):
            assert action["allowed"] is (action["reason"] is None)


def test_the_reason_is_that_of_the_policy_before_that_of_the_matter(client: InProcess) -> None:
    def reason(rel: str, *who: Any) -> str:
        (found,) = (
            one["reason"]
            for one in actions(client, "/v1/reports/ZZA/2026", *who)
            if one["rel"] == rel
        )
        return str(found)

    assert reason("submit").startswith("Version 1 was submitted")
    assert reason("submit", *OWN) == reason("submit")
    assert reason("correct", *ENDED) == "The term ended on 2026-03-31."
    assert "scope concord.write" in reason("correct", *OWN, ("concord.read",))
    assert "the secretariat" in reason("open-review", *OWN)


def test_every_action_that_answers_name_is_one_of_the_policy(client: InProcess) -> None:
    people = ("/v1/participants/ZZA/people", "/v1/mandates")
    named = {one["rel"] for target in (*WITH_ACTIONS, *people) for one in actions(client, target)}
    assert named <= ACTIONS.keys()
    assert named >= OF_PARTICIPANT | OF_SECRETARIAT | OF_AUDITOR
