"""Findings over HTTP: never without the response, in no form and under no address."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest

from tests import makers
from tests.in_process import InProcess
from tests.openapi import operations
from tests.reporting.answering import Told, on
from tests.twins import faults

IN_PATHS = {
    "{code}": "ZZA",
    "{cycle_id}": "2026",
    "{unit}": "P1",
    "{number}": "1",
    "{plan_id}": "ZZA-PLAN-1",
}
ASKED = "from=1&to=2&cycle=2026&metric=reporting_rate"


def audited(told: Told) -> None:
    """One finding is responded to and closed, one is not, one is sealed."""
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded()),
        (on("2026-01-02"), makers.cycle_opened()),
        (on("2026-01-02"), makers.plan_registered()),
        (on("2026-01-03"), makers.mandate_granted()),
        (on("2026-04-01"), makers.report_submitted()),
        (on("2026-04-02"), makers.corrigendum_filed()),
        (on("2026-09-01"), makers.observation_recorded()),
        (on("2026-09-02"), makers.finding_issued(respond_by=date(2026, 10, 15))),
        (on("2026-09-02"), makers.finding_issued(finding_id="F-2")),
        (on("2026-09-02"), makers.recommendation_issued(respond_by=date(2026, 10, 15))),
        (
            on("2026-09-03"),
            makers.finding_issued(
                finding_id="F-3", unit="P5", finding=makers.sealed("x", visibility="auditors")
            ),
        ),
        (on("2026-10-01"), makers.finding_responded()),
        (on("2026-10-02"), makers.recommendation_responded()),
        (on("2026-11-02"), makers.recommendation_followed_up()),
        (on("2026-11-03"), makers.finding_closed()),
    )


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    audited(told)
    with told.client() as client:
        yield client


def rows(client: InProcess, target: str = "/v1/findings") -> list[dict[str, Any]]:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    name = target.split("?", maxsplit=1)[0].rpartition("/")[2]
    assert faults(name, answer.json()) == []
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_no_answer_shows_a_finding_without_its_response(client: InProcess) -> None:
    document = client.get("/openapi.json").json()
    shown = 0
    for _, path, _ in operations(document):
        target = path
        for name, value in IN_PATHS.items():
            target = target.replace(name, value)
        for asked in (ASKED, "", f"{ASKED}&format=csv", "format=csv"):
            answer = client.get(f"{target}?{asked}")
            if answer.status_code != 200:
                continue
            if answer.headers["content-type"].startswith("text/csv"):
                shown += lines_with_responses(answer.text)
            elif answer.headers["content-type"] == "application/json":
                shown += sum(1 for _ in findings_with_responses(answer.json()))
    assert shown >= 8, "three findings and a recommendation, in two forms"


def findings_with_responses(node: Any) -> Iterator[Any]:
    """Walk an answer; whatever names a finding has the response in the very same object."""
    if isinstance(node, dict):
        if "finding_id" in node:
            response = node.get("finding_response") or node["response"]
            assert response["sentence"]["en"]
            assert response["asked_on"]
            yield node
        for value in node.values():
            yield from findings_with_responses(value)
    if isinstance(node, list):
        for value in node:
            yield from findings_with_responses(value)


def lines_with_responses(text: str) -> int:
    """Count the lines that name a finding; each of them says what was answered."""
    found = 0
    for line in csv.DictReader(StringIO(text)):
        if "finding_id" in line:
            assert line.get("finding_response_sentence") or line["response_sentence"]
            found += 1
    return found


def test_a_response_that_is_awaited_is_told_in_every_language(client: InProcess) -> None:
    (row,) = rows(client, "/v1/findings?state=awaiting_response&unit=P1")
    assert row["response"]["state"] == "awaited"
    assert row["response"]["sentence"].keys() == {"ar", "en", "es", "fr", "ru", "zh"}
    assert row["response"]["sentence"]["en"] == "No response yet; asked on 2026-09-02."
    (row,) = rows(client, "/v1/findings?state=awaiting_response&unit=P1&lang=fr")
    assert row["response"]["sentence"] == {"fr": "Pas encore de réponse ; demandée le 2026-09-02."}


def test_voices_stay_apart_in_one_row(client: InProcess) -> None:
    row = rows(client)[0]
    assert (row["finding_id"], row["asserted_by"]) == ("F-1", "auditor")
    assert row["response"]["asserted_by"] == "participant"
    assert (row["response"]["answer"], row["response"]["text"]["en"]) == (
        "accepted",
        "The second course will be held in spring.",
    )
    assert [one["asserted_by"] for one in row["observations"]] == ["auditor"]


def test_a_sealed_finding_is_shown_without_what_it_says(client: InProcess) -> None:
    (row,) = rows(client, "/v1/findings?unit=P5")
    assert (row["text"], row["assessment"], row["visibility"], row["restricted"]) == (
        None,
        None,
        "auditors",
        True,
    )
    assert row["response"]["state"] == "awaited"


@pytest.mark.parametrize(
    ("day", "state", "answer", "follow_up"),
    [
        ("2026-09-30", "awaiting_response", None, None),
        ("2026-10-31", "responded", "accepted", None),
        ("2026-11-02", "responded", "accepted", "implemented"),
        ("2026-11-03", "closed", "accepted", "implemented"),
    ],
)
def test_how_a_finding_stood_is_told_for_every_day(
    client: InProcess, day: str, state: str, answer: str | None, follow_up: str | None
) -> None:
    row = rows(client, f"/v1/findings?effective_on={day}")[0]
    assert (row["state"], row["response"]["answer"]) == (state, answer)
    (recommended,) = row["recommendations"]
    assert recommended["status"] == follow_up
    assert (row["closing"] is not None) is (state == "closed")


def test_a_follow_up_told_late_at_all_four_corners(told: Told) -> None:
    """In December it turns out that something was carried out on the first of November."""
    audited(told)
    late = makers.recommendation_followed_up(effective_on=date(2026, 11, 20), status="overtaken")
    known_first = told.registry.size
    told.now = on("2026-12-20")
    told.tell(late, at=on("2026-12-10"))

    def status(as_of: int, day: str) -> str | None:
        with told.client() as client:
            target = f"/v1/recommendations?as_of={as_of}&effective_on={day}"
            (row,) = rows(client, target)
        found: str | None = row["status"]
        return found

    corners = [
        status(as_of, day)
        for as_of in (known_first, known_first + 1)
        for day in ("2026-11-19", "2026-12-15")
    ]
    assert corners == ["implemented", "implemented", "implemented", "overtaken"]


def test_counts_are_of_all_whatever_is_asked_for(client: InProcess) -> None:
    counts = client.get("/v1/findings?state=closed").json()["counts"]
    assert counts == {"total": 3, "awaiting_response": 2, "responded": 0, "closed": 1}
    parts = [client.get(f"/v1/findings?unit={unit}").json()["counts"] for unit in ("P1", "P5")]
    assert counts == {name: sum(one[name] for one in parts) for name in counts}


def test_actions_say_what_may_be_done_next_and_why_not(client: InProcess) -> None:
    closed, awaited, _ = rows(client)
    assert {one["reason"] for one in closed["actions"]} == {"The finding was closed on 2026-11-03."}
    assert [(one["rel"], one["by"], one["allowed"]) for one in awaited["actions"]] == [
        ("respond-to-finding", "participant", True),
        ("issue-recommendation", "auditor", True),
        ("close-finding", "auditor", True),
    ]
    assert awaited["version"] == 9


def test_what_was_seen_is_listed_whether_or_not_anything_was_found(client: InProcess) -> None:
    (row,) = rows(client, "/v1/observations")
    assert (row["method"], row["observed_on"], row["mandate_id"]) == (
        "examine",
        "2026-09-01",
        "auditor-4Tw1",
    )
    assert rows(client, "/v1/observations?participant=ZZB") == []
