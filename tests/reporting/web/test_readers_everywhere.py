"""Reporting over HTTP: every marker in every answer is opened for who may read it, for nobody else.

`SHOWN` is the table; that no contract with a marker is missing from it is tested, too.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import httpx
import pytest

from contracts.pointer import find, split
from contracts.sealing import Disclosure
from services.reporting.web.opening import MOST_ENTRIES
from tests import makers
from tests.disclosing import Discloser, answered
from tests.in_process import InProcess
from tests.issuing import bearer
from tests.reporting.answering import Told, on
from tests.reporting.web import addresses
from tests.reporting.web.reading import AUDITOR, SECRETARIAT, get
from tests.reporting.web.sealing_everything import (
    FIGURES,
    OTHER,
    READERS,
    SAID,
    SHOWN,
    contracts_with_markers,
    markers,
    opening,
    seal_everything,
    text,
)
from tests.twins import faults

IN_REPORTS_ALONE = {"report-record"}
"""Answers that show documents whole; their contract is the report's own."""


@pytest.fixture
def registry(told: Told) -> Discloser:
    return seal_everything(told)


@pytest.fixture
def client(told: Told, registry: Discloser) -> Iterator[InProcess]:
    with told.reading(registry) as client:
        yield client


def test_no_contract_with_a_marker_is_missing_from_the_table() -> None:
    assert contracts_with_markers() | IN_REPORTS_ALONE == SHOWN.keys() | FIGURES.keys()


def test_the_secretariat_finds_a_text_where_everybody_finds_a_marker(client: InProcess) -> None:
    for name, targets in SHOWN.items():
        for target in targets:
            everybody, secretariat = get(client, target), get(client, target, *SECRETARIAT)
            found = dict(markers(everybody.json()["data"]))
            assert found, f"{target} has no marker"
            for path, marker in found.items():
                seen = find(secretariat.json()["data"], split(path))
                assert opened(marker, seen), (target, path, seen)
            assert faults(name, secretariat.json()) == []
            assert secretariat.headers["cache-control"] == "no-store"
            assert "Authorization" in secretariat.headers["vary"]
            assert secretariat.headers["concord-disclosed"]
            assert "etag" not in secretariat.headers
            assert get(client, target).content == everybody.content


def opened(marker: dict[str, Any], seen: dict[str, Any]) -> bool:
    """Say whether something that was not told is told now, and still marked where it was."""
    if "sealed" in marker:
        return "sealed" not in seen and bool(seen)
    unknown = {name for name, value in marker.items() if value in (None, "restricted")}
    return seen["restricted"] and any(seen[name] != marker[name] for name in unknown)


def test_each_reader_finds_what_is_for_them_and_nothing_else(client: InProcess) -> None:
    lists = [target for targets in SHOWN.values() for target in targets]
    for who in (*READERS, None):
        shown = "".join(get(client, target, *(who or ())).text for target in lists)
        found = {name for name in SAID if text(name) in shown}
        assert found == {name for name, (_, _, readers) in SAID.items() if who in readers}, who


def test_who_may_read_nothing_of_a_list_sees_what_everybody_sees_and_nobody_is_asked(
    client: InProcess, registry: Discloser
) -> None:
    for who in (OTHER, ("auditor", "fp-7Qm2"), ("operator", "op-1")):
        target = "/v1/observations"
        everybody, this_one = get(client, target), get(client, target, *who)
        assert this_one.content == everybody.content
        assert "concord-disclosed" not in this_one.headers
    assert registry.asked == []


def test_while_the_registry_is_away_no_row_is_said_to_be_restricted(
    client: InProcess, registry: Discloser
) -> None:
    registry.answer = lambda _: httpx.Response(503)
    for targets in SHOWN.values():
        for target in targets:
            answer = client.get(target, headers=bearer(*SECRETARIAT))
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), target
            assert get(client, target).status_code == 200


def test_a_text_that_the_log_has_not_sealed_is_shown_in_no_row(
    client: InProcess, registry: Discloser
) -> None:
    other = Disclosure("/observation", "c2FsdCBvZiBzaXh0ZWVuIQ", {"text": {"en": "Another."}})
    registry.answer = lambda position: answered(position, [other.encoded()])
    answer = client.get("/v1/observations", headers=bearer(*SECRETARIAT))
    assert (answer.status_code, answer.json()["code"]) == (502, "verification-failed")


def test_a_text_that_was_erased_is_a_marker_for_everybody(told: Told, registry: Discloser) -> None:
    with told.reading(told.disclosing()) as client:
        answer = get(client, "/v1/observations", *SECRETARIAT)
        everybody = get(client, "/v1/observations")
    assert answer.content == everybody.content
    assert "concord-disclosed" not in answer.headers


@pytest.mark.parametrize("kind", ["findings", "recommendations", "observations", "evidence"])
def test_the_lines_of_a_list_are_opened_as_its_rows_are(client: InProcess, kind: str) -> None:
    target = f"/v1/{kind}?format=csv"
    lines = list(csv.DictReader(StringIO(get(client, target, *AUDITOR).text)))
    assert any(text(name) in line["text"] for line in lines for name in SAID)
    everybody = list(csv.DictReader(StringIO(get(client, target).text)))
    assert {line["text"] for line in everybody} == {""}
    assert {line["restricted"] for line in (*lines, *everybody)} == {"true"}


def test_a_finding_that_was_disclosed_says_how_the_claim_was_assessed(client: InProcess) -> None:
    (row,) = get(client, "/v1/findings", *AUDITOR).json()["data"]
    assert (row["assessment"], row["restricted"]) == ("substantiated", True)
    (row,) = get(client, "/v1/findings").json()["data"]
    assert row["assessment"] is None


FIGURE_ROUTES = [
    addresses.address(path, "path", "", "")
    for path, _ in addresses.OPERATIONS
    if path.startswith(("/v1/aggregates", "/v1/rates", "/v1/availability"))
]


def test_nothing_is_opened_for_a_figure_or_its_explanation(
    client: InProcess, registry: Discloser
) -> None:
    explained = {
        row["explained_at"]
        for target in FIGURE_ROUTES
        for row in rows(get(client, target))[:2]
        if row.get("explained_at")
    }
    for target in (*FIGURE_ROUTES, *explained):
        secretariat = get(client, target, *SECRETARIAT)
        assert "concord-disclosed" not in secretariat.headers, target
        assert secretariat.content == get(client, target).content, target
        assert registry.asked == [], target
    assert len(FIGURE_ROUTES) >= 15
    assert len(explained) >= 10


def rows(answer: httpx.Response) -> list[Any]:
    """Give the rows of a list; none of what is no list."""
    data = answer.json()["data"]
    return data if isinstance(data, list) else []


def test_a_page_ends_before_more_is_sealed_on_it_than_is_opened_at_once(
    told: Told, registry: Discloser
) -> None:
    sealed = {"sealed": opening("observation").digest(), "visibility": "auditors"}
    many = [
        makers.observation_recorded(observation_id=f"O-{number}", observation=sealed)
        for number in range(100, 170)
    ]
    told.tell(*many, at=on("2026-11-03"))
    asked = told.disclosing(opening("observation"))
    asked.standings.update(registry.standings)
    with told.reading(asked) as client:
        pages, target = [], "/v1/observations"
        while target:
            page = get(client, target, *AUDITOR)
            pages.append([row["observation_id"] for row in page.json()["data"]])
            assert all(row["text"] for row in page.json()["data"])
            target = page.links.get("next", {}).get("url", "")
        everybody = get(client, "/v1/observations").json()["data"]
    assert [len(page) for page in pages] == [MOST_ENTRIES, 71 - MOST_ENTRIES]
    assert [one for page in pages for one in page] == [row["observation_id"] for row in everybody]


def test_an_answer_that_has_no_pages_is_refused_with_a_way_out(
    told: Told, registry: Discloser
) -> None:
    sealed = {"sealed": opening("open-need").digest(), "visibility": "secretariat"}
    many = [
        makers.assistance_requested(assistance_id=f"ZZA-NEED-{number}", request=sealed)
        for number in range(100, 170)
    ]
    told.tell(*many, at=on("2026-11-03"))
    with told.reading(registry) as client:
        target = "/v1/participants/ZZA/overview?cycle=2026"
        refused = client.get(target, headers=bearer(*SECRETARIAT))
        assert (refused.status_code, refused.json()["code"]) == (422, "too-much-sealed")
        assert "by page of a list" in refused.json()["title"]
        assert get(client, target).status_code == 200
    assert registry.asked == []
