"""Registry web: what identifies a person is destroyed with the entry that says so; proofs hold."""

from pathlib import Path

import orjson
import pytest

from contracts.receipt import verify_receipt
from services.registry.log import verify
from tests import makers, writes
from tests.databases import ON_SQLITE, Database
from tests.registry.web.test_sealed_nowhere_else import _holding
from tests.running_registry import RunningRegistry

FOCAL_POINTS = "/v1/participants/ZZA/focal-points"
DELEGATIONS = "/v1/participants/ZZA/delegations"
ERASURES = "/v1/participants/ZZA/erasures"
AUDITOR = "/v1/mandates/auditor-4Tw1/erasures"


@pytest.fixture
def people(registry: RunningRegistry) -> RunningRegistry:
    """Somebody of each rôle: positions 2, 3 and 4."""
    registry.sign()
    registry.record(FOCAL_POINTS, writes.focal_point())
    registry.record(DELEGATIONS, writes.delegation(), expected=1)
    mandate = writes.mandate()
    del mandate["cycles"]  # for all
    registry.record("/v1/mandates", mandate)
    return registry


def disclosed(registry: RunningRegistry) -> list[int]:
    page = registry.get("/v1/disclosures?after=0", by="secretariat").json()
    return [found["position"] for found in page]


def test_what_is_erased_is_disclosed_no_more_and_what_is_not_still_is(
    people: RunningRegistry,
) -> None:
    assert disclosed(people) == [2, 3, 4]
    people.record(ERASURES, writes.erasure(), expected=2)
    assert disclosed(people) == [3, 4]
    assert people.get("/v1/disclosures/2", by="secretariat").json()["disclosures"] == []
    people.record(ERASURES, writes.erasure(person_id="dl-3Kx9"), expected=3)
    people.record(AUDITOR, writes.auditor_erasure(), expected=1)
    assert disclosed(people) == []
    assert _holding(people) == set()


def test_the_log_stays_as_it_was_and_checks_out(people: RunningRegistry) -> None:
    before = people.events()
    recorded = people.record(ERASURES, writes.erasure(), expected=2)
    after = people.events()
    assert after[:-1] == before
    assert verify_receipt(recorded["receipt"], people.key.verifier).causation == 2
    assert verify(people.opened.engine).size == recorded["position"]


def test_an_erasure_names_the_entry_that_named_the_person(people: RunningRegistry) -> None:
    people.record(AUDITOR, writes.auditor_erasure(), expected=1)
    event = people.events()[-1]
    assert orjson.loads(event["leaf"])["causation"] == 4
    assert "participant" not in event["data"]
    assert event["data"]["person_id"] == "auditor-4Tw1"


def test_the_same_request_again_gets_the_same_answer(people: RunningRegistry) -> None:
    first = people.record(ERASURES, writes.erasure(), expected=2, key="once")
    again = people.post(ERASURES, writes.erasure(), expected=2, key="once").json()
    assert (again["position"], again["replayed"]) == (first["position"], True)
    unchanged = people.post(ERASURES, writes.erasure(), expected=3)
    assert (unchanged.status_code, unchanged.json()["changed"]) == (200, False)
    assert people.size == first["position"]


def test_nobody_begins_anew_under_an_id_that_was_erased(people: RunningRegistry) -> None:
    people.record(ERASURES, writes.erasure(), expected=2)
    people.record(AUDITOR, writes.auditor_erasure(), expected=1)
    size = people.size
    for path, body, expected in (
        (FOCAL_POINTS, writes.focal_point(), 3),
        ("/v1/mandates", writes.mandate(), 2),
    ):
        refused = people.post(path, body, expected=expected)
        assert (refused.status_code, refused.json()["code"]) == (409, "person-erased")
    assert people.size == size
    assert disclosed(people) == [3]


def test_a_refused_erasure_destroys_nothing(people: RunningRegistry) -> None:
    tomorrow = writes.erasure(received_on="2026-11-22")
    assert people.post(ERASURES, tomorrow, expected=2).status_code == 409
    assert people.post(ERASURES, writes.erasure(), expected=1).status_code == 412
    assert people.post(ERASURES, writes.erasure(), expected=2, by="ZZA").status_code == 403
    assert disclosed(people) == [2, 3, 4]


def test_an_auditor_s_erasure_names_no_participant(people: RunningRegistry) -> None:
    body = {**writes.auditor_erasure(), "participant": "ZZA"}
    refused = people.post(AUDITOR, body, expected=1)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/participant"
    assert disclosed(people) == [2, 3, 4]


def test_a_term_goes_on_when_who_has_it_is_erased(people: RunningRegistry) -> None:
    people.record(ERASURES, writes.erasure(), expected=2)
    ending = writes.act(makers.focal_point_designation_ended())
    assert people.record(FOCAL_POINTS, ending, expected=3)["version"] == 4


@ON_SQLITE
def test_no_byte_of_it_is_left_in_the_file(people: RunningRegistry, database: Database) -> None:
    page = people.get("/v1/disclosures?after=0", by="secretariat").json()
    secrets = [encoded.encode() for found in page for encoded in found["disclosures"]]
    people.record(ERASURES, writes.erasure(), expected=2)
    people.record(ERASURES, writes.erasure(person_id="dl-3Kx9"), expected=3)
    people.record(AUDITOR, writes.auditor_erasure(), expected=1)
    with people.opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = Path(database.url.removeprefix("sqlite:///")).read_bytes()
    assert len(secrets) == 3
    assert not any(secret[20:60] in raw for secret in secrets)
