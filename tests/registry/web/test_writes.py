"""Registry web: every write on its happy path, and what is kept of it."""

from typing import Any

import orjson
import pytest

from contracts.canonical import canonical, digest
from contracts.events import RegistryEvent
from contracts.receipt import verify_receipt
from contracts.sealing import Disclosure, reveal
from contracts.validation import validate
from tests import makers, writes
from tests.running_registry import RunningRegistry, body_of

ACTS = "/v1/participants/ZZA/acts"


def last_event(registry: RunningRegistry) -> dict[str, Any]:
    return registry.events()[-1]


def test_a_signature_is_recorded_and_answered_with_its_receipt(registry: RunningRegistry) -> None:
    answer = registry.post(ACTS, writes.act(makers.signature_recorded()))
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    entry = verify_receipt(body.pop("receipt"), registry.key.verifier)
    assert (entry.position, entry.stream, entry.actor) == (
        1,
        "participation-ZZA",
        "actor-secretariat",
    )
    assert body == {
        "position": 1,
        "positions": [1],
        "stream": "participation-ZZA",
        "version": 1,
        "recorded_at": entry.recorded_at,
        "replayed": False,
        "changed": True,
        "proof": "/v1/receipts/1",
    }


def test_what_stands_in_the_feed_is_what_was_sent(registry: RunningRegistry) -> None:
    signature = makers.signature_recorded()
    registry.record(ACTS, writes.act(signature))
    event = last_event(registry)
    assert event["data"] == body_of(signature)
    assert (event["type"], event["subject"], event["id"]) == ("signature-recorded", "ZZA", "1")
    leaf = orjson.loads(event["leaf"])
    assert leaf["datahash"] == digest(canonical(event["data"]))
    assert (leaf["effective_on"], leaf["occurred_on"]) == ("2019-03-01", "2019-03-01")


@pytest.mark.parametrize(
    "event",
    [
        makers.declaration_lodged(),
        makers.withdrawal_notified(),
        makers.participant_renamed(),
        makers.membership_recorded(),
        makers.act_rectified(),
        makers.act_contested(contests=1),
    ],
    ids=lambda event: type(event).__name__,
)
def test_every_later_act_follows_the_signature(registry: RunningRegistry, event: Any) -> None:
    registry.sign()
    recorded = registry.record(ACTS, writes.act(event), expected=1)
    assert (recorded["version"], recorded["position"]) == (2, 2)


def test_a_withdrawal_is_taken_back_before_it_takes_effect(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record(ACTS, writes.act(makers.withdrawal_notified()), expected=1)
    rescinded = registry.record(ACTS, writes.act(makers.withdrawal_rescinded()), expected=2)
    assert rescinded["version"] == 3


def test_a_participant_may_record_its_own_acts(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    answer = registry.post(ACTS, writes.act(makers.participant_renamed()), expected=1, by="ZZA")
    assert answer.status_code == 201
    assert orjson.loads(last_event(registry)["leaf"])["actor"] == "actor-ZZA"


def test_a_focal_point_s_person_is_sealed_and_can_be_disclosed(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())
    assert "Canary" not in registry.get("/v1/events?after=0").text
    assert "Canary" not in registry.get("/v1/export").text
    event = last_event(registry)
    assert set(event["data"]["person"]) == {"sealed"}
    assert event["dataschema"].endswith("/events/focal-point-designated/1.0.0/sealed.json")
    found = registry.get("/v1/disclosures/2", by="secretariat").json()
    opened = reveal(event["data"], map(Disclosure.parse, found["disclosures"]))
    assert opened["person"] == writes.PERSON


def test_a_focal_point_s_term_ends(registry: RunningRegistry) -> None:
    registry.sign()
    path = "/v1/participants/ZZA/focal-points"
    registry.record(path, writes.focal_point())
    ending = writes.act(makers.focal_point_designation_ended())
    assert registry.record(path, ending, expected=1)["version"] == 2


@pytest.mark.parametrize(
    ("code", "kind"), [("ORG-ZZO", "state"), ("ZZA", "organisation"), ("ORG-ZZO", None)]
)
def test_of_which_kind_a_participant_is_fits_its_code_in_the_path(
    registry: RunningRegistry, code: str, kind: str | None
) -> None:
    body = writes.act(makers.signature_recorded("ZZA"))
    body = {name: said for name, said in body.items() if name != "kind"}
    refused = registry.post(
        f"/v1/participants/{code}/acts", body | ({"kind": kind} if kind else {})
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
    (pointer, *_) = {one["pointer"] for one in refused.json()["errors"]}
    assert pointer in {"/participant", "/kind"}
    assert registry.size == 0


def test_a_declaration_is_withdrawn(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record(ACTS, writes.act(makers.declaration_lodged()), expected=1)
    withdrawn = registry.record(ACTS, writes.act(makers.declaration_withdrawn()), expected=2)
    assert withdrawn["version"] == 3


def test_a_succession_is_recorded_for_the_successor(registry: RunningRegistry) -> None:
    registry.sign()
    body = writes.act(makers.succession_notified())
    recorded = registry.record("/v1/participants/ZZF/acts", body)
    assert (recorded["stream"], recorded["version"]) == ("participation-ZZF", 1)
    assert causations(registry) == {1: None, 2: 1}


def test_a_succession_to_somebody_who_never_signed_is_refused(registry: RunningRegistry) -> None:
    refused = registry.post("/v1/participants/ZZF/acts", writes.act(makers.succession_notified()))
    assert (refused.status_code, refused.json()["code"]) == (409, "predecessor-never-signed")
    assert registry.size == 0


def test_a_delegation_s_person_is_sealed_and_it_answers_the_designation(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())
    path = "/v1/participants/ZZA/delegations"
    registry.record(path, writes.delegation(), expected=1)
    assert set(last_event(registry)["data"]["person"]) == {"sealed"}
    revoked = registry.record(path, writes.act(makers.delegation_revoked()), expected=2)
    assert (revoked["stream"], revoked["version"]) == ("focal-point-ZZA", 3)
    assert causations(registry) == {1: None, 2: None, 3: 2, 4: 3}


def test_a_mandate_is_given_and_revoked_by_the_secretariat(registry: RunningRegistry) -> None:
    registry.sign()
    registry.open_cycle()
    registry.record("/v1/mandates", writes.mandate())
    assert set(last_event(registry)["data"]["person"]) == {"sealed"}
    revocation = {"type": "mandate-revoked", **body_of(makers.mandate_revoked())}
    revoked = registry.record("/v1/mandates", revocation, expected=1)
    assert (revoked["stream"], revoked["version"]) == ("mandate-auditor-4Tw1", 2)
    assert causations(registry) == {1: None, 2: None, 3: None, 4: 3}


def test_a_mandate_for_what_the_register_does_not_know_is_told_where(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    refused = registry.post("/v1/mandates", writes.mandate())
    assert (refused.status_code, refused.json()["code"]) == (409, "unknown-cycles")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/cycles/0"]
    assert registry.size == 1


def test_an_objection_is_to_what_another_one_recorded(registry: RunningRegistry) -> None:
    """The secretariat recorded the signature and the objection; the participant its declaration."""
    registry.sign()
    registry.designate("ZZA")
    path = "/v1/participants/ZZA/acts"
    registry.record(path, writes.act(makers.declaration_lodged()), expected=1, by="ZZA")
    own = writes.act(makers.act_contested(contests=2))
    for by in ("ZZA", "secretariat"):
        refused = registry.post(path, own, expected=2, by=by)
        assert (refused.status_code, refused.json()["code"]) == (409, "own-act")
    for by in ("ZZA", "secretariat"):
        nothing = registry.post(path, {**own, "contests": 9}, expected=2, by=by)
        assert (nothing.status_code, nothing.json()["code"]) == (409, "no-such-act")
    registry.record(path, writes.act(makers.act_contested(contests=1)), expected=2, by="ZZA")
    rectified = writes.act(makers.act_rectified(rectifies=2))
    registry.record(path, rectified, expected=3, by="ZZA")


def test_a_plan_is_registered_under_its_id(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    recorded = registry.record("/v1/plans", body_of(makers.plan_registered()), by="ZZA")
    assert recorded["stream"] == "plan-ZZA-PLAN-1"


def test_everything_that_follows_on_a_plan_is_recorded_below_it(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record("/v1/plans", body_of(makers.plan_registered()))
    second = makers.plan_registered(plan_id="ZZA-PLAN-2")
    registry.record("/v1/plans", body_of(second))
    replaced = makers.plan_concluded(outcome="replaced", replaced_by="ZZA-PLAN-2")
    following: tuple[RegistryEvent, ...] = (
        makers.plan_revised(),
        makers.commitment_declared(),
        makers.commitment_progress_reported(),
        makers.commitment_withdrawn(),
        replaced,
    )
    for version, event in enumerate(following, start=1):
        path = "/v1/plans/ZZA-PLAN-1/acts"
        recorded = registry.record(path, writes.plan_act(event), expected=version)
        assert (recorded["stream"], recorded["version"]) == ("plan-ZZA-PLAN-1", version + 1)
        assert last_event(registry)["data"] == body_of(event)
    causes = [orjson.loads(event["leaf"]).get("causation") for event in registry.events()[3:]]
    assert causes == [2, 2, 5, 5, 2]


def test_an_act_on_a_plan_is_the_participant_s_own(registry: RunningRegistry) -> None:
    for code in ("ZZA", "ZZB"):
        registry.sign(code)
        registry.designate(code)
    registry.record("/v1/plans", body_of(makers.plan_registered()), by="ZZA")
    path, foreign = "/v1/plans/ZZA-PLAN-1/acts", makers.plan_revised("ZZB", plan_id="ZZA-PLAN-1")
    answer = registry.post(path, writes.plan_act(foreign), expected=1, by="ZZB")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-their-plan")
    own = makers.plan_revised()
    answer = registry.post(path, writes.plan_act(own), expected=1, by="ZZB")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert registry.size == 5


def test_a_cycle_is_opened(registry: RunningRegistry) -> None:
    assert registry.open_cycle()["stream"] == "cycle-2026"


def submitted(registry: RunningRegistry, **changes: Any) -> dict[str, Any]:
    registry.sign()
    registry.open_cycle()
    registry.record("/v1/reports", writes.submission(**changes))
    data: dict[str, Any] = last_event(registry)["data"]
    return data


def test_a_report_is_submitted_with_its_restricted_sections_sealed(
    registry: RunningRegistry,
) -> None:
    data = submitted(registry)
    document = data["document"]
    assert document["statements"]["P1"] == makers.statement()
    assert set(document["statements"]["P5"]) == {"sealed", "visibility"}
    assert data["digest"] == digest(canonical(document))
    assert (data["report_version"], data["validated_at_position"]) == (1, 2)
    assert (data["template_version"], data["ruleset_version"]) == ("1.0.0", "1.0.0")
    for target in ("/v1/events?after=0", "/v1/export"):
        assert "Canary" not in registry.get(target).text


def test_what_was_sealed_in_a_report_can_be_disclosed(registry: RunningRegistry) -> None:
    data = submitted(registry)
    (found,) = registry.get("/v1/disclosures?after=0", by="secretariat").json()
    assert found["position"] == 3
    opened = reveal(data, map(Disclosure.parse, found["disclosures"]))
    assert opened["document"] == writes.document()


def test_two_reports_with_the_same_secret_are_not_sealed_alike(registry: RunningRegistry) -> None:
    registry.sign()
    registry.sign("ZZB")
    registry.open_cycle()
    sealed = []
    for code in ("ZZA", "ZZB"):
        registry.record("/v1/reports", writes.submission(code))
        sealed.append(last_event(registry)["data"]["document"]["statements"]["P5"]["sealed"])
    assert sealed[0] != sealed[1]


def test_a_corrigendum_is_version_two(registry: RunningRegistry) -> None:
    submitted(registry)
    path = "/v1/reports/ZZA-2026/corrigenda"
    recorded = registry.record(path, writes.corrigendum(), expected=1)
    assert recorded["version"] == 2
    data = last_event(registry)["data"]
    assert (data["report_version"], data["supersedes"]) == (2, 1)


def test_a_report_is_returned_with_sealed_reasons_and_submitted_anew(
    registry: RunningRegistry,
) -> None:
    data = submitted(registry)
    path = "/v1/reports/ZZA-2026/decisions"
    registry.record(path, writes.decision("returned", data["digest"]), expected=1)
    assert set(last_event(registry)["data"]["reasons"]) == {"sealed"}
    assert "Canary" not in registry.get("/v1/export").text
    again = registry.record("/v1/reports", writes.submission(), expected=2)
    assert again["version"] == 3


def test_a_report_is_accepted(registry: RunningRegistry) -> None:
    data = submitted(registry)
    path = "/v1/reports/ZZA-2026/decisions"
    recorded = registry.record(path, writes.decision("accepted", data["digest"]), expected=1)
    assert recorded["version"] == 2


def test_nothing_new_renews_the_report_of_an_earlier_cycle(registry: RunningRegistry) -> None:
    registry.sign()
    registry.open_cycle("2025")
    registry.open_cycle("2026")
    registry.record("/v1/reports", writes.submission(cycle_id="2025"))
    renewed = last_event(registry)["data"]["digest"]
    body = writes.nothing_new(renews_digest=renewed)
    recorded = registry.record("/v1/reports/ZZA-2026/nothing-new", body)
    assert recorded["stream"] == "report-ZZA-2026"


def test_a_decision_that_changes_nothing_answers_200_with_where_it_stands(
    registry: RunningRegistry,
) -> None:
    data = submitted(registry)
    path = "/v1/reports/ZZA-2026/decisions"
    body = writes.decision("accepted", data["digest"])
    first = registry.record(path, body, expected=1)
    again = registry.post(path, body, expected=2)
    assert again.status_code == 200
    assert again.json()["changed"] is False
    assert again.json()["position"] == first["position"]
    assert registry.size == first["position"]


def causations(registry: RunningRegistry) -> dict[int, int | None]:
    leaves = [orjson.loads(event["leaf"]) for event in registry.events()]
    return {leaf["position"]: leaf.get("causation") for leaf in leaves}


def test_what_answers_an_entry_names_its_position_in_the_leaf(registry: RunningRegistry) -> None:
    digest = submitted(registry)["digest"]
    report = "/v1/reports/ZZA-2026"
    returned = writes.decision("returned", digest)
    registry.record(f"{report}/decisions", returned, expected=1)
    registry.record("/v1/reports", writes.submission(), expected=2)
    digest = last_event(registry)["data"]["digest"]
    accepted = writes.decision("accepted", digest, report_version=2)
    registry.record(f"{report}/decisions", accepted, expected=3)
    registry.record(f"{report}/corrigenda", writes.corrigendum(), expected=4)
    registry.record(ACTS, writes.act(makers.act_rectified()), expected=1)
    focal_points = "/v1/participants/ZZA/focal-points"
    registry.record(focal_points, writes.focal_point())
    ending = writes.act(makers.focal_point_designation_ended())
    ended = registry.record(focal_points, ending, expected=1)
    assert causations(registry) == {
        1: None, 2: None, 3: None, 4: 3, 5: 4, 6: 5, 7: 5, 8: 1, 9: None, 10: 9,
    }  # fmt: skip
    assert verify_receipt(ended["receipt"], registry.key.verifier).causation == 9


def test_a_page_with_every_kind_of_entry_follows_its_contract(registry: RunningRegistry) -> None:
    submitted(registry)
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())
    registry.record("/v1/plans", body_of(makers.plan_registered()))
    assert validate(registry.events(), "feed/page") == []
    for event in registry.events():
        assert validate(event["data"], event["dataschema"]) == []
        assert validate(orjson.loads(event["leaf"]), "feed/leaf") == []
