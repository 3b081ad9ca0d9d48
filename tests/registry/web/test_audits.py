"""Registry web: audits over HTTP: what auditors say, what is responded, and what is kept of it."""

import orjson
import pytest

from contracts.events import RegistryEvent
from contracts.sealing import Disclosure, reveal
from tests import makers, writes
from tests.registry.web.routes import DIGEST, FOUND, OBSERVED, WRITES
from tests.running_registry import RunningRegistry

REPORT = "/v1/reports/ZZA-2026"


@pytest.fixture
def examined(registry: RunningRegistry) -> RunningRegistry:
    """A report was submitted, and there is an auditor for it."""
    WRITES["/v1/reports/{report_id}/findings"].setup(registry)
    return registry


def say(registry: RunningRegistry, event: RegistryEvent, *, expected: int) -> None:
    body = writes.audit_act(event)
    registry.record(f"{REPORT}/findings", body, expected=expected, by="auditor")


def respond(registry: RunningRegistry, event: RegistryEvent, *, expected: int) -> None:
    registry.record(f"{REPORT}/responses", writes.on_version(event), expected=expected)


def test_an_audit_goes_its_whole_way(examined: RunningRegistry) -> None:
    before = examined.size
    say(examined, OBSERVED, expected=0)
    say(examined, FOUND, expected=1)
    say(examined, makers.recommendation_issued(), expected=2)
    respond(examined, makers.finding_responded(), expected=3)
    respond(examined, makers.recommendation_responded(), expected=4)
    say(examined, makers.recommendation_followed_up(), expected=5)
    say(examined, makers.finding_closed(), expected=6)
    leaves = [orjson.loads(event["leaf"]) for event in examined.events(after=before)]
    assert {leaf["stream"] for leaf in leaves} == {"audit-ZZA-2026"}
    first = before + 1
    causes = [before - 1, first, first + 1, first + 1, first + 2, first + 2, first + 1]
    assert [leaf["causation"] for leaf in leaves] == causes


def test_what_is_not_public_is_sealed_and_opens_again(examined: RunningRegistry) -> None:
    hidden = makers.passage(writes.RESTRICTED, visibility="auditors")
    body = {**writes.audit_act(OBSERVED), "observation": hidden}
    answer = examined.record(f"{REPORT}/findings", body, by="auditor")
    event = examined.events()[-1]
    assert event["data"]["observation"].keys() == {"sealed", "visibility"}
    assert "Canary" not in examined.get("/v1/export").text
    target = f"/v1/disclosures/{answer['position']}"
    found = examined.get(target, by="secretariat").json()["disclosures"]
    opened = reveal(event["data"], map(Disclosure.parse, found))
    assert opened["observation"] == hidden


def test_the_mandate_is_that_of_the_actor_and_never_what_the_body_says(
    examined: RunningRegistry,
) -> None:
    body = {**writes.audit_act(OBSERVED), "mandate_id": "auditor-4Tw1"}
    answer = examined.post(f"{REPORT}/findings", body, by="auditor")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/mandate_id"
    examined.record(f"{REPORT}/findings", writes.audit_act(OBSERVED), by="auditor")
    assert examined.events()[-1]["data"]["mandate_id"] == "actor-auditor"


def refused(registry: RunningRegistry, *, status: int = 403) -> str:
    answer = registry.post(f"{REPORT}/findings", writes.audit_act(OBSERVED), by="auditor")
    assert answer.status_code == status, answer.text
    code: str = answer.json()["code"]
    return code


def test_without_a_mandate_nothing_is_said(registry: RunningRegistry) -> None:
    WRITES["/v1/reports/{report_id}/corrigenda"].setup(registry)
    assert refused(registry) == "not-known-to-the-register"


def test_a_mandate_that_is_revoked_is_over(examined: RunningRegistry) -> None:
    revocation = {
        "type": "mandate-revoked",
        **makers.mandate_revoked("actor-auditor").model_dump(mode="json"),
    }
    examined.record("/v1/mandates", revocation, expected=1)
    assert refused(examined) == "outside-the-term"


@pytest.mark.parametrize("scope", [{"participants": ["ZZB"]}, {"cycles": ["2025"]}])
def test_a_mandate_is_for_its_participants_and_cycles(
    registry: RunningRegistry, scope: dict[str, list[str]]
) -> None:
    WRITES["/v1/reports/{report_id}/corrigenda"].setup(registry)
    registry.sign("ZZB")
    registry.record("/v1/mandates", writes.mandate("actor-auditor", **scope))
    assert refused(registry) == "outside-the-mandate"


def test_auditors_have_keys_of_their_own(examined: RunningRegistry) -> None:
    """What one auditor sent under a key is never answered to another."""
    body = writes.audit_act(OBSERVED)
    examined.record(f"{REPORT}/findings", body, by="auditor", key="mine")
    other = writes.audit_act(makers.observation_recorded(observation_id="O-2", digest=DIGEST))
    answer = examined.post(f"{REPORT}/findings", other, expected=1, by="auditor", key="mine")
    assert answer.json()["code"] == "idempotency-key-reused"
    assert examined.opened.log.find("auditor", "mine", b"") is None


def test_another_participant_responds_to_nothing(examined: RunningRegistry) -> None:
    say(examined, OBSERVED, expected=0)
    say(examined, FOUND, expected=1)
    body = writes.on_version(makers.finding_responded())
    examined.sign("ZZB")
    examined.designate("ZZB")
    assert examined.post(f"{REPORT}/responses", body, expected=2, by="ZZB").status_code == 403


def test_a_superseded_version_is_not_examined(examined: RunningRegistry) -> None:
    examined.record(f"{REPORT}/corrigenda", writes.corrigendum(), expected=1)
    assert refused(examined, status=409) == "superseded-version"
    assert OBSERVED.digest == DIGEST
