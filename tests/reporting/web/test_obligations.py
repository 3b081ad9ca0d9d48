"""Reporting over HTTP: cycles, obligations and publications, in JSON and as CSV."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest

from contracts.validation import validate
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults

ADDRESSES = {
    "cycles": "/v1/cycles",
    "obligations": "/v1/obligations",
    "publications": "/v1/publications",
    "matrix": "/v1/aggregates/matrix?cycle=2026",
    "report": "/v1/reports/ZZA/2026",
    "rates": "/v1/rates?cycle=2026",
}


@pytest.fixture
def known(told: Told) -> Told:
    """A register in which time was given, reminders went out, and one cycle was closed."""
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA")),
        (on("2026-01-02"), makers.signature_recorded("ZZB")),
        (on("2026-01-02"), makers.instrument_edition_published()),
        (on("2026-01-02"), makers.ruleset_published()),
        (on("2026-01-02"), makers.methodology_published()),
        (on("2026-01-04"), makers.cycle_opened("2025")),
        (on("2026-01-04"), makers.cycle_opened("2026")),
        (on("2026-02-01"), makers.cycle_closed("2025", note={"en": "Over.", "fr": "Close."})),
        (on("2026-06-01"), makers.reminder_sent("ZZA", sent_on=date(2026, 6, 1))),
        (on("2026-06-12"), makers.extension_granted("ZZA", reason={"en": "Yes.", "fr": "Oui."})),
        (on("2026-08-01"), makers.rule_deactivated()),
    )
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def get(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("asked", ["", "as_of=8", "as_of=10", "lang=fr", "effective_on=2026-08-15"])
def test_an_answer_obeys_its_contract_and_holds_nothing_else(
    client: InProcess, name: str, asked: str
) -> None:
    target = ADDRESSES[name]
    answer = get(client, f"{target}{'&' if '?' in target else '?'}{asked}")
    assert validate(answer, f"answers/{name}") == []
    assert faults(name, answer) == []
    assert answer["data"]


def test_words_of_the_secretariat_come_in_the_language_asked_for(client: InProcess) -> None:
    closed, _ = get(client, "/v1/cycles?lang=fr")["data"]
    assert closed["closing"]["note"] == {"fr": "Close."}
    (row,) = get(client, "/v1/obligations?lang=fr&cycle=2026&participant=ZZA")["data"]
    assert row["extension"]["reason"] == {"fr": "Oui."}
    (ruleset,) = get(client, "/v1/publications?lang=en&kind=ruleset")["data"]
    assert ruleset["deactivated"][0]["reason"] == {"en": "It misread years as months."}


def table(client: InProcess, target: str) -> list[dict[str, str]]:
    answer = client.get(target, headers={"accept": "text/csv"})
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text)))


def test_obligations_come_as_csv_with_the_day_that_holds(client: InProcess) -> None:
    first, second = table(client, "/v1/obligations?cycle=2026")
    assert (first["participant"], first["cycle_due_on"], first["due_on"]) == (
        "ZZA",
        "2026-06-30",
        "2026-09-30",
    )
    assert first["extension_reference"] == "Note verbale 40/2026"
    assert (first["timeliness"], second["timeliness"]) == ("overdue", "overdue")
    assert (second["due_on"], second["extension_reference"]) == ("2026-06-30", "")


def test_cycles_and_publications_come_as_csv(client: InProcess) -> None:
    assert [row["closing_effective_on"] for row in table(client, "/v1/cycles")] == [
        "2025-12-31",
        "",
    ]
    rows = table(client, "/v1/publications")
    assert [(row["kind"], row["rules"]) for row in rows] == [
        ("instrument", ""),
        ("methodology", ""),
        ("ruleset", "P5-R03 A-R01"),
    ]


def test_the_excused_are_found_by_how_they_stand_on_the_day(client: InProcess) -> None:
    target = "/v1/obligations?cycle=2026&effective_on=2026-08-15&timeliness="
    assert [row["participant"] for row in get(client, f"{target}excused")["data"]] == ["ZZA"]
    assert [row["participant"] for row in get(client, f"{target}overdue")["data"]] == ["ZZB"]


def test_an_answer_that_is_known_is_not_sent_again(client: InProcess) -> None:
    for target in ADDRESSES.values():
        etag = client.get(target).headers["etag"]
        assert client.get(target, headers={"if-none-match": etag}).status_code == 304


def test_the_day_on_the_clock_changes_the_answer_and_never_the_log(
    client: InProcess, known: Told
) -> None:
    target = "/v1/obligations?cycle=2026&participant=ZZA"
    for day, expected in {
        "2026-08-15": "excused",
        "2026-10-30": "excused",
        "2026-10-31": "overdue",
    }.items():
        known.now = on(day)
        answer = get(client, target)
        assert (answer["effective_on"], answer["position"]) == (day, 11)
        assert answer["data"][0]["timeliness"] == expected


def test_a_kind_that_there_is_not_is_refused(client: InProcess) -> None:
    assert client.get("/v1/publications?kind=template").status_code == 422
