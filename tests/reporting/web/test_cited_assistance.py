"""Assistance that reports cite, over HTTP: both sides show it, as of any position and day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from contracts.sealing import Disclosure
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults

P6 = "/v1/reports/ZZA/2026/postulates/P6"


def citing(*names: str, **changes: Any) -> dict[str, Any]:
    cited = [{"assistance_id": name} for name in names]
    return makers.statement("Officers were trained.", assistance_cited=cited, **changes)


HIDDEN = Disclosure(
    "/document/statements/P5",
    "c2FsdCBvZiBzaXh0ZWVuIQ",
    citing("ZZB-OFFER-1", visibility="auditors"),
)


@pytest.fixture
def known(told: Told) -> Told:
    """ZZA needs something and is helped by ZZB; P6 cites the need openly, P5 the offer sealed."""
    marker = {"sealed": HIDDEN.digest(), "visibility": "auditors"}
    statements = {"P5": marker, "P6": citing("ZZA-NEED-1", "ZZA-NEED-9")}
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA")),
        (on("2026-01-02"), makers.signature_recorded("ZZB")),
        (on("2026-01-02"), makers.cycle_opened("2026")),
        (on("2026-02-01"), makers.assistance_requested()),
        (on("2026-02-02"), makers.assistance_offered()),
        (on("2026-03-01"), makers.assistance_matched()),
        (
            on("2026-04-01"),
            makers.report_submitted(document=makers.national_report("ZZA", statements=statements)),
        ),
        (on("2026-11-01"), makers.assistance_concluded()),
    )
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def data(client: InProcess, target: str, contract: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    assert faults(contract, answer.json()) == []
    return answer.json()["data"]


def cited(client: InProcess, day: str) -> list[dict[str, Any]]:
    found = data(client, f"{P6}?effective_on={day}", "report-statement")
    rows: list[dict[str, Any]] = found["statement"]["assistance_cited"]
    return rows


def cited_in(client: InProcess, day: str, **asked: int) -> dict[str, list[Any]]:
    more = "".join(f"&{name}={value}" for name, value in asked.items())
    rows = data(client, f"/v1/assistance?effective_on={day}{more}", "assistance")
    return {
        row["assistance_id"]: [
            (one["report_id"], one["report_version"], one["unit"], one["positions"])
            for one in row["cited_in"]
        ]
        for row in rows
    }


def test_a_statement_shows_how_what_it_cites_stands_on_the_day(client: InProcess) -> None:
    (need, unknown) = cited(client, "2026-05-01")
    assert need == {
        "assistance_id": "ZZA-NEED-1",
        "kind": "need",
        "participant": "ZZA",
        "state": "matched",
        "concluded_on": None,
        "outcome": None,
        "matched_with": ["ZZB-OFFER-1"],
        "positions": [4, 6],
    }
    assert (unknown["assistance_id"], unknown["state"], unknown["positions"]) == (
        "ZZA-NEED-9",
        None,
        [],
    )
    (need, _) = cited(client, "2026-11-02")
    assert (need["state"], need["concluded_on"], need["outcome"], need["positions"]) == (
        "concluded",
        "2026-10-31",
        "delivered",
        [4, 8],
    )


def test_a_need_shows_which_statements_cite_it(client: InProcess) -> None:
    assert cited_in(client, "2026-05-01") == {
        "ZZA-NEED-1": [("ZZA-2026", 1, "P6", [7])],
        "ZZB-OFFER-1": [],
    }
    assert cited_in(client, "2026-03-31")["ZZA-NEED-1"] == []
    lines = client.get("/v1/assistance?effective_on=2026-05-01&format=csv").text
    assert "ZZA-2026" in lines


def test_a_sealed_section_makes_no_link_until_it_is_shown(known: Told, client: InProcess) -> None:
    opening = {"unit": "P5", "disclosure": HIDDEN.encoded()}
    known.now = on("2026-12-20")
    known.tell_in_order(
        (on("2026-12-01"), makers.publication_authorised(revealed=[opening])),
        (on("2026-12-10"), makers.publication_restricted(units=["P5"])),
    )
    assert cited_in(client, "2026-11-30")["ZZB-OFFER-1"] == []
    assert cited_in(client, "2026-12-01")["ZZB-OFFER-1"] == [("ZZA-2026", 1, "P5", [7, 9])]
    assert cited_in(client, "2026-12-01", as_of=8)["ZZB-OFFER-1"] == []
    assert cited_in(client, "2026-12-10")["ZZB-OFFER-1"] == []
    assert "ZZB-OFFER-1" not in client.get("/v1/reports/ZZA/2026?effective_on=2026-11-30").text


def test_a_citation_goes_when_a_corrigendum_takes_it_away(known: Told, client: InProcess) -> None:
    corrected = makers.national_report("ZZA", statements={"P6": makers.statement()})
    known.tell(makers.corrigendum_filed(document=corrected), at=on("2026-11-10"))
    assert cited_in(client, "2026-11-10")["ZZA-NEED-1"] == []
    assert cited_in(client, "2026-11-09")["ZZA-NEED-1"] == [("ZZA-2026", 1, "P6", [7])]
    assert cited_in(client, "2026-11-10", as_of=8)["ZZA-NEED-1"] != []


def test_a_citation_that_stands_by_a_renewal_alone_names_it(told: Told) -> None:
    document = makers.national_report("ZZA", "2025", statements={"P6": citing("ZZA-NEED-1")})
    digest = makers.digest_of(document)
    told.tell(makers.signature_recorded("ZZA"), makers.assistance_requested())
    told.tell(makers.cycle_opened("2025"), makers.cycle_opened("2026"))
    told.tell_in_order(
        (on("2026-03-01"), makers.report_submitted("ZZA", "2025", document=document)),
        (on("2026-03-11"), makers.nothing_new_declared(renews_digest=digest)),
        (on("2026-03-21"), makers.report_withdrawn("ZZA", "2025", digest=digest)),
    )
    with told.client() as client:
        (before,) = data(client, "/v1/assistance?as_of=6", "assistance")[0]["cited_in"]
        assert (before["report_id"], before["positions"]) == ("ZZA-2025", [5])
        assert before["renewed_by"] is None
        (now,) = data(client, "/v1/assistance?effective_on=2026-04-01", "assistance")[0]["cited_in"]
    assert (now["report_id"], now["report_version"], now["positions"]) == ("ZZA-2025", 1, [5, 6])
    assert now["renewed_by"] == {
        "report_id": "ZZA-2026",
        "report_version": 1,
        "received_on": "2026-03-11",
        "age_days": 21,
        "is_withdrawn": False,
        "positions": [6],
    }


def test_what_is_cited_before_it_stands_says_so(known: Told, client: InProcess) -> None:
    later = makers.assistance_requested(assistance_id="ZZA-NEED-9", effective_on=date(2027, 1, 1))
    known.tell(later, at=on("2026-11-12"))
    assert [one["state"] for one in cited(client, "2026-11-12")] == ["concluded", "ahead"]
