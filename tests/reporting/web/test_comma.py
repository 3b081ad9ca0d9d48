"""Reporting over HTTP: lists as CSV, with codes, plain headers, and no cell that would run."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest

from services.reporting.web.comma import cell, to_csv
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.reporting.web.test_answers import LABEL

LISTS = {
    "/v1/participants": "participants",
    "/v1/rates?cycle=2026": "rates",
    "/v1/aggregates/matrix?cycle=2026": "matrix",
    "/v1/plans": "plans",
    "/v1/cycles": "cycles",
    "/v1/obligations": "obligations",
    "/v1/reviews": "reviews",
}

SAID = makers.statement()


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    told.tell(
        makers.signature_recorded("ZZA", name={"en": '=cmd()|"A"', "fr": "+33, rue"}),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2026"),
        makers.plan_registered("ZZA", title={"en": "@plan"}, lead_body="-1+1"),
        makers.report_submitted(document=makers.national_report(statements={"P1": SAID})),
        at=on("2026-02-01"),
    )
    told.tell(
        makers.report_submitted("ZZB", document=makers.compilation("ZZB")), at=on("2026-03-01")
    )
    with told.client() as client:
        yield client


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.parametrize("target", LISTS)
def test_every_list_comes_as_csv_that_says_where_it_stands(client: InProcess, target: str) -> None:
    by_header = client.get(target, headers={"Accept": "text/csv"})
    by_name = client.get(f"{target}{'&' if '?' in target else '?'}format=csv")
    assert by_header.content == by_name.content
    assert by_header.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    named = f'attachment; filename="{LISTS[target]}.csv"'
    assert by_header.headers["content-disposition"] == named
    assert by_header.headers["vary"] == "Accept, Authorization"
    found = rows(by_header.text)
    assert found
    for row in found:
        assert row["as_of_position"] == "6"
        assert row["as_of_recorded_at"] == "2026-03-01T12:00:00.000000Z"
        assert row["effective_on"] == "2026-11-21"
        assert row["methodology_version"] == "1.0.0"
        assert "not a measure of compliance" in row["disclaimer"]


def test_a_list_without_rows_still_says_where_it_stands(client: InProcess) -> None:
    answer = client.get("/v1/plans?format=csv&participant=ZZB")
    assert rows(answer.text) == []
    assert answer.headers["concord-position"] == "6"
    assert answer.headers["concord-recorded-at"] == "2026-03-01T12:00:00.000000Z"
    assert "not a measure of compliance" in answer.headers["concord-disclaimer"]
    assert "concord-incomplete" not in answer.headers
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"Concord-Position", "Concord-Recorded-At", "Concord-Incomplete"} <= set(exposed)


@pytest.mark.parametrize("target", LISTS)
def test_a_column_comes_once_and_a_figure_names_its_own_method(
    client: InProcess, target: str
) -> None:
    header = client.get(target, headers={"Accept": "text/csv"}).text.partition("\r\n")[0]
    names = header.split(",")
    assert len(names) == len(set(names))
    if "rates" in target:
        assert names.index("methodology_version") < names.index("as_of_position")


@pytest.mark.parametrize("target", LISTS)
def test_no_cell_of_a_list_begins_a_formula(client: InProcess, target: str) -> None:
    for language in ("en", "fr"):
        joined = "&" if "?" in target else "?"
        text = client.get(f"{target}{joined}format=csv&lang={language}").text
        for row in rows(text):
            for value in row.values():
                assert not value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_name_keeps_its_characters_behind_the_quote(client: InProcess) -> None:
    english = rows(client.get("/v1/participants?format=csv").text)
    french = rows(client.get("/v1/participants?format=csv&lang=fr").text)
    assert english[0]["name"] == '\'=cmd()|"A"'
    assert french[0]["name"] == "'+33, rue"
    assert [row["participant"] for row in english] == [row["participant"] for row in french]


def test_headers_and_codes_are_never_translated(client: InProcess) -> None:
    english = rows(client.get("/v1/participants?format=csv&lang=en").text)
    french = rows(client.get("/v1/participants?format=csv&lang=fr").text)
    words = {"name", "disclaimer"}
    for one, other in zip(english, french, strict=True):
        assert one.keys() == other.keys()
        assert {k: v for k, v in one.items() if k not in words} == {
            k: v for k, v in other.items() if k not in words
        }


def test_the_matrix_is_a_line_for_each_participant_and_unit_and_labels_compilations(
    client: InProcess,
) -> None:
    found = rows(client.get("/v1/aggregates/matrix?cycle=2026&format=csv").text)
    assert len(found) == 2 * 13
    compiled = [row for row in found if row["participant"] == "ZZB"]
    assert {row["origin_label"] for row in compiled} == {LABEL}
    assert {row["cell_status"] for row in found} == {"not_reported"}
    assert [row["cell_stated"] for row in compiled].count("true") == 1


def test_pages_of_csv_are_linked_like_any_other(client: InProcess) -> None:
    first = client.get("/v1/participants?limit=1", headers={"Accept": "text/csv"})
    assert client.get(first.headers["content-location"]).content == first.content
    assert [row["participant"] for row in rows(first.text)] == ["ZZA"]
    link = first.headers["link"].split(", ")[1].partition(">")[0].removeprefix("<")
    second = client.get(link)
    assert second.headers["content-type"].startswith("text/csv")
    assert [row["participant"] for row in rows(second.text)] == ["ZZB"]


def test_an_answer_that_is_no_list_comes_as_json_only(client: InProcess) -> None:
    answer = client.get("/v1/participants/ZZA", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"
    assert client.get("/v1/participants/ZZA?format=csv").status_code == 422


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (0, "0"),
        (date(2026, 1, 2), "2026-01-02"),
        ([1, 20], "1 20"),
        ({"en": "a", "fr": "b"}, "a / b"),
        ("=1", "'=1"),
        ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ({"en": "-1"}, "'-1"),
    ],
)
def test_a_cell_is_plain_text(value: Any, text: str) -> None:
    assert cell(value) == text


def test_lines_end_as_the_standard_says_and_quotes_are_doubled() -> None:
    written = to_csv([{"a": {"b": 'x"y'}, "c": "1,2\n3"}], ["a.b", "c", "d"], {"at": 7})
    assert written == b'a_b,c,d,at\r\n"x""y","1,2\n3",,7\r\n'
