"""Plans and commitments over HTTP: contracts, CSV, both clocks, and a language."""

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

MEASURE = {
    "measure_id": "m-1",
    "measure_type": "border_security",
    "title": {"en": "An academy"},
    "pillars": ["II", "IV"],
    "commitments": [{"plan_id": "ZZA-PLAN-1", "commitment_id": "C-01"}],
}
TARGETS = {
    "plans": "/v1/plans",
    "plan": "/v1/plans/ZZA-PLAN-1",
    "commitments": "/v1/commitments",
    "pillar-balance": "/v1/aggregates/pillar-balance",
    "report": "/v1/reports/ZZA/2026",
    "report-statement": "/v1/reports/ZZA/2026/postulates/P6",
    "report-version": "/v1/reports/ZZA/2026/versions/1",
}
VARIATIONS = (
    "",
    "lang=fr",
    "as_of=4",
    "as_of=7&effective_on=2026-08-01",
    "effective_on=2023-01-01",
    "effective_on=2024-02-01",
    "effective_on=2027-03-01",
)


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    document = makers.national_report(
        "ZZA", statements={"P6": makers.statement(measures=[MEASURE]), "P5": makers.sealed("P5")}
    )
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA")),
        (on("2026-01-03"), makers.cycle_opened("2026")),
        (on("2026-01-09"), makers.plan_registered("ZZA")),
        (on("2026-01-10"), makers.plan_revised("ZZA", reason={"en": "New", "fr": "Nouveau"})),
        (
            on("2026-01-11"),
            makers.commitment_declared("ZZA", description={"en": "All", "fr": "Tous"}),
        ),
        (on("2026-01-12"), makers.commitment_declared("ZZA", commitment_id="C-02")),
        (on("2026-02-01"), makers.commitment_progress_reported("ZZA", note={"en": "Adopted."})),
        (on("2026-02-02"), makers.commitment_withdrawn("ZZA", commitment_id="C-02")),
        (on("2026-03-01"), makers.report_submitted("ZZA", document=document)),
        (on("2026-11-01"), makers.plan_concluded("ZZA", effective_on=date(2026, 10, 31))),
        (
            on("2026-11-02"),
            makers.plan_registered(
                "ZZB", origin="illustrative_compilation", sources=[makers.source()]
            ),
        ),
        (on("2026-11-03"), makers.commitment_declared("ZZB")),
    )
    with told.client() as client:
        yield client


def get(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("name", TARGETS)
def test_an_answer_obeys_its_contract_and_holds_nothing_else(client: InProcess, name: str) -> None:
    for asked in VARIATIONS:
        answer = client.get(f"{TARGETS[name]}?{asked}".rstrip("?"))
        if answer.status_code == 404:
            assert name == "report-version" or asked.startswith("as_of=4"), asked
            continue
        assert validate(answer.json(), f"answers/{name}") == [], asked
        assert faults(name, answer.json()) == [], asked


def test_what_is_due_is_asked_of_any_day_and_position(client: InProcess) -> None:
    for asked, states in {
        "effective_on=2026-01-01": ["open", "withdrawn"],
        "effective_on=2025-11-30": ["open", "open"],
        "effective_on=2026-06-01": ["due", "withdrawn"],
        "effective_on=2026-06-01&as_of=7": ["due", "due"],
        "effective_on=2026-08-01&state=late": ["late"],
        "effective_on=2026-08-01&state=done": [],
    }.items():
        rows = get(client, f"/v1/commitments?participant=ZZA&{asked}")["data"]
        assert [row["state"] for row in rows] == states, asked


def test_a_compiled_plan_is_labelled_with_all_that_is_in_it(client: InProcess) -> None:
    label = "illustrative compilation from public sources, not a submission by the State"
    (row,) = get(client, "/v1/commitments?plan=ZZB-PLAN-1")["data"]
    assert (row["origin_label"], row["asserted_by"]) == (label, "system")
    plan = get(client, "/v1/plans/ZZB-PLAN-1")["data"]
    assert (plan["origin_label"], plan["commitments"][0]["origin_label"]) == (label, label)
    balance = get(client, "/v1/aggregates/pillar-balance")
    labels = {row["participant"]: row["origin_label"] for row in balance["data"]}
    assert labels == {None: None, "ZZA": None, "ZZB": label}
    assert balance["illustrative"] == 1


def test_lists_come_as_csv_with_their_place_and_the_disclaimer(client: InProcess) -> None:
    for target, columns in {
        "/v1/commitments": {"state": "late", "stands_from": "2024-03-01", "positions": "5 7"},
        "/v1/plans": {"status": "concluded", "commitment_counts_late": "1", "revision": "2"},
        "/v1/aggregates/pillar-balance": {"metric": "share_of_commitments", "total": "0"},
    }.items():
        answer = client.get(f"{target}?format=csv")
        assert answer.headers["content-type"].startswith("text/csv")
        first = next(csv.DictReader(StringIO(answer.text)))
        assert {name: first[name] for name in columns} == columns
        assert first["as_of_position"] == "12"
        assert "not a measure of compliance" in first["disclaimer"]


def test_commitments_come_in_pages_whatever_the_length_of_their_ids(told: Told) -> None:
    plan_id, last = "Z" * 64, "C" * 63
    told.tell(
        makers.plan_registered("ZZA", plan_id=plan_id),
        *(
            makers.commitment_declared("ZZA", plan_id=plan_id, commitment_id=f"{last}{number}")
            for number in range(3)
        ),
    )
    with told.client() as client:
        seen, target = [], "/v1/commitments?limit=1"
        while target:
            answer = client.get(target)
            assert answer.status_code == 200, answer.text
            seen += [row["commitment_id"] for row in answer.json()["data"]]
            target = answer.links.get("next", {}).get("url", "")
    assert seen == [f"{last}{number}" for number in range(3)]


def test_one_language_narrows_every_text(client: InProcess) -> None:
    plan = get(client, "/v1/plans/ZZA-PLAN-1?lang=fr")["data"]
    assert plan["descriptions"][1]["reason"] == {"fr": "Nouveau"}
    assert plan["commitments"][0]["description"] == {"fr": "Tous"}
    assert plan["commitments"][0]["progress"][0]["note"] == {"en": "Adopted."}


def test_the_same_answer_is_not_sent_twice(client: InProcess) -> None:
    for name in ("plan", "commitments", "pillar-balance"):
        first = client.get(TARGETS[name])
        again = client.get(TARGETS[name], headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
