"""Reporting over HTTP: answers on reviews, withdrawals and publication obey their contracts."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.validation import validate
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults

ADDRESSES = {
    "reviews": "/v1/reviews",
    "report": "/v1/reports/ZZA/2026",
    "report-statement": "/v1/reports/ZZA/2026/postulates/P1",
    "report-version": "/v1/reports/ZZA/2026/versions/1",
    "rate-explanation": "/v1/rates/explain?cycle=2026&metric=reporting_rate",
    "matrix": "/v1/aggregates/matrix?cycle=2026",
    "obligations": "/v1/obligations",
}


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    """Everything that can be said on a version was said on those of ZZA; ZZB withdrew its own."""
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA")),
        (on("2026-01-02"), makers.signature_recorded("ZZB")),
        (on("2026-01-04"), makers.cycle_opened("2026")),
        (on("2026-03-01"), makers.report_submitted("ZZA")),
        (on("2026-03-02"), makers.review_opened("ZZA")),
        (on("2026-03-03"), makers.clarification_requested("ZZA")),
        (on("2026-03-04"), makers.clarification_provided("ZZA")),
        (on("2026-03-05"), makers.clarification_requested("ZZA", clarification_id="Q2")),
        (on("2026-03-06"), makers.clarification_provided("ZZA", clarification_id="Q2")),
        (on("2026-03-07"), makers.report_accepted("ZZA")),
        (on("2026-03-08"), makers.acceptance_revoked("ZZA")),
        (on("2026-03-09"), makers.publication_authorised("ZZA")),
        (on("2026-03-10"), makers.publication_restricted("ZZA")),
        (on("2026-03-11"), makers.report_submitted("ZZB")),
        (on("2026-03-12"), makers.report_withdrawn("ZZB")),
    )
    with told.client() as client:
        yield client


def get(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_answer_obeys_its_contract_at_every_position(client: InProcess, name: str) -> None:
    for position in range(4, 16):
        target = ADDRESSES[name].replace("ZZA", "ZZB" if position > 13 else "ZZA")
        mark = "&" if "?" in target else "?"
        for language in ("", "&lang=fr"):
            answer = get(client, f"{target}{mark}as_of={position}{language}")
            assert validate(answer, f"answers/{name}") == []
            assert faults(name, answer) == []


def test_the_queue_comes_as_csv(client: InProcess) -> None:
    answer = client.get("/v1/reviews?format=csv")
    header, row, *rest = answer.text.splitlines()
    assert header.startswith("report_id,participant,cycle_id,report_version,digest")
    assert row.startswith("ZZA-2026,ZZA,2026,1,sha256:")
    assert rest == []
    assert get(client, "/v1/reviews?state=returned")["data"] == []
    assert client.get("/v1/reviews?cycle=2031").status_code == 404


def test_a_notice_comes_in_the_language_asked_for(client: InProcess) -> None:
    (notice,) = get(client, "/v1/reports/ZZA/2026?lang=fr")["data"]["notices"]
    assert set(notice) == {"fr"}


def test_nothing_sealed_comes_back_before_it_is_revealed(client: InProcess) -> None:
    target = "/v1/reports/ZZA/2026/versions/1"
    assert "What P5 says." not in client.get(f"{target}?as_of=11").text
    assert "What P5 says." in client.get(f"{target}?as_of=12").text
    assert "Laws were amended." in client.get(f"{target}?as_of=12").text
    assert "Laws were amended." not in client.get(f"{target}?as_of=13").text
    assert client.get(f"{target}?as_of=11").headers["cache-control"] == "public, max-age=3600"
