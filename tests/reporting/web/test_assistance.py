"""Assistance over HTTP: how needs and offers stand on a day, and what is unmet, by both clocks."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest

from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    """ZZA and KAZ need something, ZZB offers something; from March ZZA is helped, until October."""
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA")),
        (on("2026-01-02"), makers.signature_recorded("ZZB")),
        (on("2026-01-02"), makers.signature_recorded("KAZ")),
        (on("2026-02-01"), makers.assistance_requested()),
        (
            on("2026-02-01"),
            makers.assistance_requested(
                "KAZ", pillar="II", request=makers.sealed("x", visibility="auditors")
            ),
        ),
        (on("2026-02-02"), makers.assistance_offered(stands_to=date(2026, 12, 31))),
        (on("2026-03-01"), makers.assistance_matched()),
        (on("2026-11-01"), makers.assistance_concluded()),
    )
    with told.client() as client:
        yield client


def rows(client: InProcess, target: str, contract: str) -> list[dict[str, Any]]:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    assert faults(contract, answer.json()) == []
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def figure(client: InProcess, asked: str, metric: str, pillar: str | None = None) -> int:
    found = rows(client, f"/v1/aggregates/assistance?{asked}", "assistance-needs")
    return sum(
        row["numerator"]
        for row in found
        if row["metric"] == metric
        and row["pillar"] == pillar
        and (pillar is not None or row["regional_group"] is None)
    )


def test_how_needs_and_offers_stand_is_told_for_every_day(client: InProcess) -> None:
    def states(day: str) -> dict[str, str]:
        found = rows(client, f"/v1/assistance?effective_on={day}", "assistance")
        return {row["assistance_id"]: row["state"] for row in found}

    names = ("KAZ-NEED-1", "ZZA-NEED-1", "ZZB-OFFER-1")
    for day, expected in (
        ("2026-01-31", ("ahead", "ahead", "ahead")),
        ("2026-02-15", ("open", "open", "open")),
        ("2026-03-01", ("open", "matched", "matched")),
        ("2026-10-31", ("open", "matched", "matched")),
        ("2026-11-01", ("open", "concluded", "open")),
        ("2027-01-01", ("open", "concluded", "lapsed")),
    ):
        assert states(day) == dict(zip(names, expected, strict=True)), day


def test_unmet_needs_by_pillar_and_group(client: InProcess) -> None:
    for day, needs, unmet in (
        ("2026-02-15", 2, 2),
        ("2026-06-01", 2, 1),
        ("2026-11-10", 1, 1),
    ):
        asked = f"effective_on={day}"
        assert (figure(client, asked, "needs"), figure(client, asked, "needs_unmet")) == (
            needs,
            unmet,
        )
    asked = "effective_on=2026-06-01"
    assert figure(client, asked, "needs_unmet", "II") == 1
    assert figure(client, asked, "needs_unmet", "III") == 0
    found = rows(client, f"/v1/aggregates/assistance?{asked}", "assistance-needs")
    (cell,) = [row for row in found if row["metric"] == "needs_unmet" and row["restricted"]][1:]
    assert (cell["regional_group"], cell["restricted"], cell["positions"]) == (
        "asia_pacific",
        1,
        [5],
    )


def test_a_match_told_late_at_all_four_corners(told: Told, client: InProcess) -> None:
    """In December it turns out that KAZ was helped from the first of June on."""
    known_first = told.registry.size
    told.now = on("2026-12-20")
    match = makers.assistance_matched("KAZ", effective_on=date(2026, 6, 1))
    told.tell(match, at=on("2026-12-10"))
    corners = [
        figure(client, f"as_of={as_of}&effective_on={day}", "needs_unmet", "II")
        for as_of in (known_first, known_first + 1)
        for day in ("2026-05-31", "2026-06-02")
    ]
    assert corners == [1, 1, 1, 0]


def test_voices_stay_apart_and_what_is_sealed_is_not_told(client: InProcess) -> None:
    sealed, need, _ = rows(client, "/v1/assistance?effective_on=2026-06-01", "assistance")
    assert (sealed["text"], sealed["restricted"], sealed["visibility"]) == (
        None,
        True,
        "auditors",
    )
    assert (need["asserted_by"], need["matches"][0]["asserted_by"]) == (
        "participant",
        "secretariat",
    )
    assert [(one["rel"], one["allowed"]) for one in need["actions"]] == [
        ("match-assistance", True),
        ("conclude-assistance", False),
    ]


def test_lists_are_narrowed_by_what_they_are_about(client: InProcess) -> None:
    def ids(asked: str) -> list[str]:
        found = rows(client, f"/v1/assistance?effective_on=2026-06-01&{asked}", "assistance")
        return [row["assistance_id"] for row in found]

    assert ids("kind=offer") == ["ZZB-OFFER-1"]
    assert ids("pillar=II") == ["KAZ-NEED-1"]
    assert ids("participant=ZZA&state=matched") == ["ZZA-NEED-1"]
    assert ids("type=equipment") == []
    assert ids("unit=P6") == ["KAZ-NEED-1", "ZZA-NEED-1", "ZZB-OFFER-1"]


def test_lines_in_csv_name_what_was_matched(client: InProcess) -> None:
    text = client.get("/v1/assistance?effective_on=2026-06-01&format=csv").text
    matched = {
        line["assistance_id"]: line["matched_with"] for line in csv.DictReader(StringIO(text))
    }
    assert matched == {
        "KAZ-NEED-1": "",
        "ZZA-NEED-1": "ZZB-OFFER-1",
        "ZZB-OFFER-1": "ZZA-NEED-1",
    }
