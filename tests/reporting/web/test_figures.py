"""Reporting over HTTP: aggregates obey their contract, come as CSV and lead to entries."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from contracts.envelope import parse_leaf
from contracts.validation import validate
from tests import makers
from tests.in_process import InProcess
from tests.makers import statement
from tests.reporting.answering import Told, on
from tests.twins import faults

FIGURES = (
    "/v1/aggregates/postulates?cycle=2026",
    "/v1/aggregates/pillars?cycle=2026",
    "/v1/aggregates/regions?cycle=2026",
    "/v1/aggregates/organisations?cycle=2026",
    "/v1/aggregates/members?cycle=2026",
    "/v1/aggregates/good-practices?cycle=2026",
    "/v1/aggregates/timeline",
    "/v1/aggregates/trajectory",
)
OTHERS = {
    "/v1/aggregates/assistance": "assistance-needs",
    "/v1/aggregates/matrix?cycle=2026": "matrix",
    "/v1/aggregates/pillar-balance?cycle=2026": "pillar-balance",
    "/v1/rates?cycle=2026": "rates",
}
SECRET = "Nobody outside shall read this."  # noqa: S105 - it is a text


@pytest.fixture
def known(told: Told) -> Told:
    """Four closed cycles and an open one, submissions, a compilation, something sealed."""
    told.tell_in_order(
        (on("2019-01-02"), makers.signature_recorded("ZZA")),
        (on("2019-01-02"), makers.signature_recorded("ZZB")),
        (on("2019-01-02"), makers.signature_recorded("ZZC", claim_status="probable")),
        (on("2019-01-03"), makers.membership_recorded("ZZA")),
        (on("2019-01-04"), makers.plan_registered("ZZA")),
        (on("2019-01-05"), makers.commitment_declared("ZZA")),
        (on("2019-01-06"), makers.assistance_requested("ZZA")),
        *((on(f"{year}-01-10"), makers.cycle_opened(str(year))) for year in range(2021, 2027)),
    )
    for year in range(2021, 2026):
        status = "in_place" if year > 2023 else "in_progress"
        said = {
            "P1": statement(implementation_status=status, good_practices=[{"en": "One desk."}]),
            "P5": makers.sealed(SECRET, visibility="auditors"),
        }
        document = makers.national_report("ZZA", str(year), statements=said)
        told.tell(
            makers.report_submitted("ZZA", str(year), document=document), at=on(f"{year}-05-01")
        )
        told.tell(makers.cycle_closed(str(year)), at=on(f"{year}-12-31"))
    compiled = makers.compilation("ZZB")
    told.tell(makers.report_submitted("ZZB", document=compiled), at=on("2026-05-01"))
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def get(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("target", FIGURES)
def test_a_list_of_figures_obeys_its_contract_at_any_moment(client: InProcess, target: str) -> None:
    for asked in ("", "as_of=14&effective_on=2021-12-31", "lang=fr", "effective_on=2019-06-01"):
        body = get(client, f"{target}{'&' if '?' in target else '?'}{asked}")
        assert validate(body, "answers/aggregate") == []
        assert faults("aggregate", body) == []
        assert body["data"]


@pytest.mark.parametrize("target", FIGURES)
def test_the_same_rows_come_as_csv(client: InProcess, target: str) -> None:
    body = get(client, target)
    rows = body["data"]
    answer = client.get(f"{target}{'&' if '?' in target else '?'}format=csv")
    lines = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert [(line["code"], line["value"], line["explained_at"]) for line in lines] == [
        (row["code"], row["value"] or "", row["explained_at"]) for row in rows
    ]
    assert {line["as_of_position"] for line in lines} == {str(body["position"])}


@pytest.mark.parametrize("target", [*FIGURES, *OTHERS])
def test_every_row_leads_to_its_facts_and_these_to_their_entries(
    client: InProcess, known: Told, target: str
) -> None:
    followed = 0
    for row in get(client, target)["data"][::3]:
        body = get(client, row["explained_at"])
        name = "rate-explanation" if "rates" in target else "aggregate-explanation"
        assert faults(name, body) == []
        explained = body["data"]
        if target not in OTHERS:
            assert explained["figure"] == row
        named = {
            at for part in ("numerator", "restricted") for one in explained[part]
            for at in one["positions"]
        }  # fmt: skip
        entries = {entry["position"]: entry for entry in explained["entries"]}
        assert named <= entries.keys()
        for entry in entries.values():
            page = known.registry.client.get(entry["event"]).json()
            leaf = parse_leaf(page[0]["leaf"].encode())
            assert (leaf.position, leaf.type) == (entry["position"], entry["type"])
            assert (leaf.stream, leaf.version) == (entry["stream"], entry["version"])
            assert entry["receipt"] == f"/v1/receipts/{leaf.position}"
            followed += 1
    assert followed


@pytest.mark.parametrize("code", ["ZZA", "ZZB", "ZZC", "ZZQ"])
def test_the_balance_of_one_participant_leads_to_its_facts_with_items_or_without(
    client: InProcess, code: str
) -> None:
    for target in ("/v1/aggregates/pillar-balance?", "/v1/aggregates/pillar-balance?cycle=2026&"):
        rows = get(client, f"{target}participant={code}")["data"]
        assert bool(rows) == (code != "ZZQ"), "whom nobody knows no list has rows of"
        for row in rows:
            explained = get(client, row["explained_at"])
            assert faults("aggregate-explanation", explained) == []
            assert explained["data"]["figure"]["value"] == row["value"]
            assert len(explained["data"]["restricted"]) == row["restricted"]


def test_every_figure_is_decimal_text_and_says_what_it_is_a_number_of(client: InProcess) -> None:
    units = {"per_cent", "good_practices", "entries", "participants", "needs", "offers"}
    for target in {*FIGURES, *OTHERS} - {"/v1/aggregates/matrix?cycle=2026"}:
        for row in get(client, target)["data"]:
            assert row["measured_in"] in units, target
            assert row["value"] is None or str(Decimal(row["value"])) == row["value"]


def test_what_is_sealed_is_in_no_figure_and_no_explanation(client: InProcess) -> None:
    for target in (*FIGURES, *OTHERS):
        answer = client.get(target)
        assert SECRET not in answer.text
        for row in answer.json()["data"]:
            assert SECRET not in client.get(row["explained_at"]).text


def test_a_compilation_is_labelled_in_rows_of_its_own(client: InProcess) -> None:
    for target in FIGURES:
        for row in get(client, target)["data"]:
            is_compiled = row["origin"] != "submission"
            assert (row["origin_label"] is not None) == is_compiled
            assert "explained_at" in row


def test_a_figure_without_its_aggregate_is_not_guessed(client: InProcess) -> None:
    fine = "/v1/aggregates/explain?aggregate=postulates&metric=share_of_statements"
    assert client.get(f"{fine}&cycle=2026").status_code == 200
    assert client.get(f"{fine}&cycle=2026&key=P1").status_code == 404
    assert client.get(f"{fine}&cycle=2026&origin=gossip").status_code == 422
    assert client.get(fine.replace("postulates", "gossip")).status_code == 422


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("aggregate=postulates&metric=share_of_statements", "missing"),
        ("aggregate=matrix&metric=share_of_statements&dimension=participant&key=ZZA", "missing"),
        ("aggregate=timeline&metric=entries&cycle=2026", "not-accepted"),
        ("aggregate=assistance&metric=needs&cycle=2026", "not-accepted"),
    ],
)
def test_a_cycle_that_lacks_or_is_too_much_is_said(
    client: InProcess, target: str, code: str
) -> None:
    answer = client.get(f"/v1/aggregates/explain?{target}")
    assert (answer.status_code, answer.json()["code"]) == (422, "parameter-not-accepted")
    (finding,) = answer.json()["errors"]
    assert (finding["code"], finding["params"]["name"]) == (code, "cycle")


def test_a_method_that_is_not_published_is_refused(client: InProcess) -> None:
    for target in (
        "/v1/rates?cycle=2026&methodology=7.0.0",
        "/v1/rates/changes?cycle=2026&methodology=7.0.0",
        "/v1/rates/changes?cycle=2026&methodology=2.0.0&against=7.0.0",
    ):
        answer = client.get(target)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "not-in-list"


def test_a_cycle_that_there_is_not_is_not_found(client: InProcess) -> None:
    for target in FIGURES[:5]:
        assert client.get(target.replace("2026", "2031")).status_code == 404


def test_five_closed_cycles_lead_on_to_2045(client: InProcess) -> None:
    rows = get(client, "/v1/aggregates/trajectory")["data"]
    shares = {
        row["cycle_id"]: row["value"]
        for row in rows
        if row["code"] == "in_place" and row["cycle_id"]
    }
    assert [shares[str(year)] for year in range(2021, 2026)] == ["0.0"] * 3 + ["100.0"] * 2
    projected = [row for row in rows if row["metric"] == "projected_share_in_place"]
    assert [row["key"] for row in projected] == [str(year) for year in range(2025, 2046)]
    last = projected[-1]
    assert (last["numerator"], last["denominator"]) == (5, 5)
    for row in projected:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    explained = get(client, last["explained_at"])["data"]
    assert [one["item"] for one in explained["numerator"]] == [
        str(year) for year in range(2021, 2026)
    ]


def test_three_closed_cycles_are_not_enough(client: InProcess) -> None:
    day = date(2024, 6, 1).isoformat()
    rows = get(client, f"/v1/aggregates/trajectory?effective_on={day}")["data"]
    (projected,) = [row for row in rows if row["metric"] == "projected_share_in_place"]
    assert (projected["code"], projected["value"], projected["key"]) == (
        "not_enough_cycles",
        None,
        "2045",
    )
    assert (projected["numerator"], projected["denominator"]) == (3, 4)
    explained = get(client, projected["explained_at"])["data"]
    assert explained["figure"] == projected
    assert [one["item"] for one in explained["numerator"]] == ["2021", "2022", "2023"]
    assert explained["denominator"] == explained["numerator"], "the fourth is not there to list"
