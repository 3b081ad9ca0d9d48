"""Registry web: what a report cites is looked up in the register before it is recorded."""

from typing import Any

import orjson
import pytest

from tests import makers, recording, writes
from tests.registry.web.drafting import SECOND, begin, complete, put, submitted
from tests.running_registry import RunningRegistry, token_of


@pytest.fixture
def ready(registry: RunningRegistry) -> RunningRegistry:
    """ZZA needs something and is helped by ZZB; ZZC offers something to nobody yet."""
    for code in ("ZZA", "ZZB", "ZZC"):
        registry.sign(code)
    registry.designate("ZZA", SECOND)
    registry.open_cycle()
    recording.append(
        registry,
        makers.assistance_requested(),
        makers.assistance_offered(),
        makers.assistance_offered("ZZC", assistance_id="ZZC-OFFER-1"),
        makers.assistance_matched(),
        makers.assistance_concluded(),
    )
    return registry


def citing(*names: str, visibility: str = "public") -> dict[str, Any]:
    body = writes.submission()
    cited = [{"assistance_id": name} for name in names]
    body["document"]["statements"]["P6"] = makers.statement(
        "Forty officers were trained.", assistance_cited=cited, visibility=visibility
    )
    return body


def found(registry: RunningRegistry, body: dict[str, Any]) -> list[tuple[str, str]]:
    headers = {"content-type": "application/json", "authorization": f"Bearer {token_of('ZZA')}"}
    answer = registry.client.post("/v1/validations", content=orjson.dumps(body), headers=headers)
    assert answer.status_code == 200, answer.text
    return [
        (one["code"], one["pointer"].removeprefix("/statements/P6/assistance_cited/"))
        for one in answer.json()["findings"]
        if one["code"] in {"G-R25", "G-R26"}
    ]


def test_ones_own_need_and_the_offer_it_was_matched_with_are_cited(ready: RunningRegistry) -> None:
    body = citing("ZZA-NEED-1", "ZZB-OFFER-1")
    assert found(ready, body) == []
    filed = ready.post("/v1/reports", body, by="ZZA")
    assert filed.status_code == 201, filed.text
    said = ready.events()[-1]["data"]["document"]["statements"]["P6"]
    assert said["assistance_cited"] == [
        {"assistance_id": "ZZA-NEED-1"},
        {"assistance_id": "ZZB-OFFER-1"},
    ]


@pytest.mark.parametrize("faulty", [{}, {"assistance_id": 7}, {"id": "ZZA-NEED-1"}, 7, None])
def test_a_faulty_citation_is_a_finding_of_the_contract(
    ready: RunningRegistry, faulty: Any
) -> None:
    body = citing("ZZA-NEED-9")
    body["document"]["statements"]["P6"]["assistance_cited"].append(faulty)
    found(ready, body)
    refused = ready.post("/v1/reports", body, by="ZZA")
    assert refused.status_code == 422
    at = "/document/statements/P6/assistance_cited/1"
    assert at in {one["pointer"][: len(at)] for one in refused.json()["errors"]}


def test_what_is_not_there_or_not_ones_own_is_mended_or_explained(ready: RunningRegistry) -> None:
    body = citing("ZZA-NEED-1", "ZZA-NEED-9", "ZZC-OFFER-1")
    assert found(ready, body) == [("G-R25", "1"), ("G-R26", "2")]
    refused = ready.post("/v1/reports", body, by="ZZA")
    assert (refused.status_code, refused.json()["code"]) == (422, "report-not-submittable")
    words = [
        {
            "code": code,
            "pointer": f"/statements/P6/assistance_cited/{number}",
            "text": {"en": "It is being recorded."},
        }
        for code, number in (("G-R25", 1), ("G-R26", 2))
    ]
    filed = ready.post("/v1/reports", {**body, "explanations": words}, by="ZZA")
    assert filed.status_code == 201, filed.text


def test_of_a_sealed_section_nothing_that_it_cites_is_recorded(ready: RunningRegistry) -> None:
    filed = ready.post("/v1/reports", citing("ZZA-NEED-1", visibility="secretariat"), by="ZZA")
    assert filed.status_code == 201, filed.text
    recorded = ready.events()[-1]["data"]
    assert recorded["document"]["statements"]["P6"].keys() == {"sealed", "visibility"}
    assert "ZZA-NEED-1" not in str(recorded)


def test_a_draft_may_cite_and_is_told_at_once_what_is_not_there(ready: RunningRegistry) -> None:
    begin(ready)
    complete(ready)
    cited = [{"assistance_id": "ZZA-NEED-1"}, {"assistance_id": "ZZA-NEED-9"}]
    written = put(ready, "P6", makers.statement("Trained.", assistance_cited=cited))
    assert written.status_code == 200, written.text
    assert {
        (one["code"], one["pointer"])
        for one in written.json()["findings"]
        if one["code"] in {"G-R25", "G-R26"}
    } == {("G-R25", "/assistance_cited/1")}
    mended = makers.statement("Trained.", assistance_cited=cited[:1])
    again = put(ready, "P6", mended, etag=written.json()["etag"])
    assert again.status_code == 200, again.text
    submitted(ready)
    said = ready.events()[-1]["data"]["document"]["statements"]["P6"]
    assert said["assistance_cited"] == cited[:1]
