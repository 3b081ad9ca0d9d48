"""The national overview: what stands in its own lists, side by side, beside the cycle before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults

OVERVIEW = "/v1/participants/ZZA/overview?cycle=2026"


@pytest.fixture
def known(told: Told) -> Told:
    told.tell_in_order(
        (on("2025-01-02"), makers.signature_recorded("ZZA")),
        (on("2025-01-02"), makers.signature_recorded("ZZB")),
        (on("2025-01-02"), makers.cycle_opened("2025")),
        (on("2025-04-01"), makers.report_submitted("ZZA", "2025")),
        (on("2026-01-02"), makers.cycle_opened("2026")),
        (on("2026-01-03"), makers.mandate_granted()),
        (on("2026-01-04"), makers.plan_registered("ZZA")),
        (on("2026-01-05"), makers.assistance_requested("ZZA")),
        (on("2026-01-05"), makers.assistance_offered("ZZB")),
        (on("2026-04-01"), makers.report_submitted("ZZA")),
        (on("2026-09-02"), makers.finding_issued(respond_by=date(2026, 10, 15))),
    )
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def data(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_each_part_is_what_its_own_list_says(client: InProcess) -> None:
    seen = data(client, OVERVIEW)
    assert seen["facts"] == data(client, "/v1/participants/ZZA")
    assert seen["plans"] == data(client, "/v1/plans?participant=ZZA")
    assert seen["needs"] == data(client, "/v1/assistance?participant=ZZA&kind=need")
    assert seen["findings"] == data(client, "/v1/findings?participant=ZZA&cycle=2026")
    assert [len(seen[part]) for part in ("plans", "needs", "findings")] == [1, 1, 1]
    (row,) = (
        row
        for row in data(client, "/v1/aggregates/matrix?cycle=2026")
        if row["participant"] == "ZZA"
    )
    assert {one["unit"]: one["now"] for one in seen["postulates"]} == row["cells"]


def test_what_was_said_in_the_cycle_before_stands_beside(client: InProcess) -> None:
    seen = data(client, OVERVIEW)
    assert seen["previous_cycle_id"] == "2025"
    before = data(client, "/v1/participants/ZZA/overview?cycle=2025")
    assert before["previous_cycle_id"] is None
    assert {one["before"] for one in before["postulates"]} == {None}
    assert [one["before"] for one in seen["postulates"]] == [
        one["now"] for one in before["postulates"]
    ]


def test_every_row_names_the_entries_it_rests_on(client: InProcess) -> None:
    seen = data(client, OVERVIEW)
    size = client.get(OVERVIEW).json()["position"]
    rows = [*seen["plans"], *seen["needs"], *seen["findings"], seen["facts"], seen["obligation"]]
    for row in rows:
        assert row["positions"]
        assert all(1 <= at <= size for at in row["positions"])
    for one in seen["postulates"]:
        assert bool(one["now"]["positions"]) == one["now"]["stated"]


def test_it_is_as_of_any_position_and_missing_where_nobody_signed(client: InProcess) -> None:
    early = client.get(f"{OVERVIEW}&as_of=5")
    assert faults("national-overview", early.json()) == []
    assert (early.json()["data"]["plans"], early.json()["data"]["findings"]) == ([], [])
    assert client.get(f"{OVERVIEW}&as_of=4").status_code == 404
    assert client.get("/v1/participants/ZZC/overview?cycle=2026").status_code == 404
    assert client.get("/v1/participants/ZZA/overview?cycle=2031").status_code == 404
    assert client.get("/v1/participants/ZZA/overview").status_code == 422
