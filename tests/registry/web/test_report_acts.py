"""Registry web: what is said on a version after it was filed, over HTTP, and what is kept of it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import delete

from contracts.sealing import Disclosure, reveal, verify_disclosure
from services.registry.log import EVERYBODY, seen_by
from services.registry.log.table import disclosure
from tests import makers, writes
from tests.databases import Database
from tests.running_registry import RunningRegistry

REPORT = "/v1/reports/ZZA-2026"


def last_event(registry: RunningRegistry) -> dict[str, Any]:
    return registry.events()[-1]


@pytest.fixture
def digest(registry: RunningRegistry) -> str:
    """A report was submitted; P5 of it is sealed."""
    registry.sign()
    registry.open_cycle()
    registry.record("/v1/reports", writes.submission())
    return str(last_event(registry)["data"]["digest"])


def take_up(registry: RunningRegistry, digest: str, *, expected: int = 1) -> dict[str, Any]:
    body = writes.on_version(makers.review_opened(digest=digest))
    return registry.record(f"{REPORT}/reviews", body, expected=expected)


def test_a_review_goes_its_whole_way(registry: RunningRegistry, digest: str) -> None:
    take_up(registry, digest)
    registry.record(f"{REPORT}/clarifications", writes.question(digest), expected=2)
    accepted = writes.decision("accepted", digest)
    refused = registry.post(f"{REPORT}/decisions", accepted, expected=3)
    assert (refused.status_code, refused.json()["code"]) == (409, "clarification-open")
    registry.record(f"{REPORT}/clarifications/Q1/answers", writes.answer(digest), expected=3)
    registry.record(f"{REPORT}/decisions", accepted, expected=4)
    revoked = writes.decision("acceptance_revoked", digest)
    registry.record(f"{REPORT}/decisions", revoked, expected=5)
    registry.record(f"{REPORT}/decisions", writes.decision("returned", digest), expected=6)
    leaves = [orjson.loads(event["leaf"]) for event in registry.events(after=3)]
    assert [leaf["type"] for leaf in leaves] == [
        "review-opened",
        "clarification-requested",
        "clarification-provided",
        "report-accepted",
        "acceptance-revoked",
        "report-returned",
    ]
    assert [leaf["causation"] for leaf in leaves] == [3, 3, 5, 3, 7, 3]


def test_questions_answers_and_reasons_are_sealed(registry: RunningRegistry, digest: str) -> None:
    take_up(registry, digest)
    registry.record(f"{REPORT}/clarifications", writes.question(digest), expected=2)
    assert set(last_event(registry)["data"]["questions"]) == {"sealed"}
    registry.record(f"{REPORT}/clarifications/Q1/answers", writes.answer(digest), expected=3)
    event = last_event(registry)
    assert set(event["data"]["answers"]) == {"sealed"}
    registry.record(f"{REPORT}/decisions", writes.decision("accepted", digest), expected=4)
    revoked = writes.decision("acceptance_revoked", digest)
    registry.record(f"{REPORT}/decisions", revoked, expected=5)
    for target in ("/v1/events?after=0", "/v1/export"):
        assert "Canary" not in registry.get(target).text
    found = registry.get("/v1/disclosures/6", by="secretariat").json()["disclosures"]
    opened = reveal(event["data"], map(Disclosure.parse, found))
    assert opened["answers"] == {"P1": {"en": writes.RESTRICTED}}


def test_another_participant_neither_answers_nor_withdraws_nor_publishes(
    registry: RunningRegistry, digest: str
) -> None:
    withdrawal = writes.on_version(makers.report_withdrawn(digest=digest))
    for path, body in (
        ("clarifications/Q1/answers", writes.answer(digest)),
        ("withdrawal", withdrawal),
        ("publication", writes.showing(digest)),
    ):
        assert registry.post(f"{REPORT}/{path}", body, expected=1, by="ZZB").status_code == 403
    assert registry.size == 3


def test_accepting_the_first_version_after_the_second_was_filed_is_refused(
    registry: RunningRegistry, digest: str
) -> None:
    registry.record(f"{REPORT}/corrigenda", writes.corrigendum(), expected=1)
    accepted = writes.decision("accepted", digest)
    refused = registry.post(f"{REPORT}/decisions", accepted, expected=2)
    assert (refused.status_code, refused.json()["code"]) == (409, "superseded-version")


def test_a_withdrawn_report_is_submitted_anew(registry: RunningRegistry, digest: str) -> None:
    withdrawal = writes.on_version(makers.report_withdrawn(digest=digest))
    registry.record(f"{REPORT}/withdrawal", withdrawal, expected=1)
    accepted = writes.decision("accepted", digest)
    refused = registry.post(f"{REPORT}/decisions", accepted, expected=2)
    assert refused.json()["code"] == "withdrawn-report"
    registry.record("/v1/reports", writes.submission(), expected=2)
    event = last_event(registry)
    assert (event["data"]["report_version"], event["data"]["supersedes"]) == (2, 1)
    assert orjson.loads(event["leaf"])["causation"] == 4


def test_publishing_reveals_what_everybody_can_check_against_the_document(
    registry: RunningRegistry, digest: str
) -> None:
    answer = registry.record(f"{REPORT}/publication", writes.showing(digest), expected=1)
    assert "for ever" in answer["notices"][0]
    filed, shown = registry.events(after=2)
    (revealed,) = shown["data"]["revealed"]
    opened = verify_disclosure(revealed["disclosure"], filed["data"])
    assert opened.name == "/document/statements/P5"
    assert opened.value["narrative"] == {"en": writes.RESTRICTED}


def test_restricting_says_that_what_was_public_stays_in_the_log(
    registry: RunningRegistry, digest: str
) -> None:
    registry.record(f"{REPORT}/publication", writes.showing(digest), expected=1)
    body = writes.restriction(digest, units=["P5"])
    answer = registry.record(f"{REPORT}/publication", body, expected=2)
    assert "stays in the log" in answer["notices"][0]
    again = registry.record(f"{REPORT}/publication", writes.showing(digest), expected=3)
    assert again["version"] == 4
    assert last_event(registry)["data"]["revealed"] == []


def test_what_was_erased_is_not_revealed(
    registry: RunningRegistry, digest: str, database: Database
) -> None:
    with database.owner() as owner, seen_by(owner, EVERYBODY).begin() as connection:
        connection.execute(delete(disclosure).where(disclosure.c.position == 3))
    refused = registry.post(f"{REPORT}/publication", writes.showing(digest), expected=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "disclosure-not-held")
    assert refused.json()["errors"][0]["pointer"] == "/units/0"
    assert registry.size == 3


def test_a_publication_sent_again_is_answered_as_the_first_time(
    registry: RunningRegistry, digest: str, database: Database
) -> None:
    first = registry.record(f"{REPORT}/publication", writes.showing(digest), expected=1, key="one")
    with database.owner() as owner, seen_by(owner, EVERYBODY).begin() as connection:
        connection.execute(delete(disclosure).where(disclosure.c.position == 3))
    again = registry.record(f"{REPORT}/publication", writes.showing(digest), expected=1, key="one")
    assert (again["position"], again["replayed"]) == (first["position"], True)
    assert again["notices"] == first["notices"]
