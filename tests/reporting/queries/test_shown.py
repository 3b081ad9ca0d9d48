"""Queries on what is shown: revealed from an act on, restricted from another, on both clocks."""

from datetime import date
from typing import Any

import pytest

from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.rates import list_rates
from services.reporting.queries.reports import get_report, get_statement
from services.reporting.queries.submitted import get_version
from tests import makers
from tests.makers import hidden, sealed, statement
from tests.reporting.answering import ALL, Told, on

P5 = "What P5 says."


@pytest.fixture
def filed(told: Told) -> Told:
    """ZZA reported on 1 April: P1 for everybody, P5 sealed."""
    told.tell(makers.signature_recorded("ZZA"), makers.cycle_opened("2026"), at=on("2026-02-01"))
    told.tell(makers.report_submitted(), at=on("2026-04-01"))
    return told


def under(told: Told, unit: str, **asked: Any) -> dict[str, Any]:
    row: dict[str, Any] = told.ask(get_statement, code="ZZA", cycle_id="2026", unit=unit, **asked)[
        "statement"
    ]
    return row


def figure(told: Told, unit: str, **asked: Any) -> tuple[int, int]:
    """Give how many are counted on a unit, and how many are restricted."""
    rows = told.ask(list_rates, page=ALL, cycle_id="2026", dimension="reporting_unit", **asked)
    (row,) = (row for row in rows.rows if (row["key"], row["metric"]) == (unit, "actual_reports"))
    return row["numerator"], row["restricted"]


def test_a_revealed_section_is_shown_as_public_with_the_act_that_reveals_it(filed: Told) -> None:
    sealed_row = under(filed, "P5")
    assert sealed_row["publication"]["state"] == "sealed"
    shown = filed.tell(makers.publication_authorised(), at=on("2026-05-01"))
    row = under(filed, "P5")
    assert (row["status"], row["visibility"], row["restricted"]) == ("planned", "public", False)
    assert row["narrative"] == {"en": P5}
    assert (row["measures"], row["measure_count"]) == ([], 0)
    assert row["positions"] == [3, shown]
    assert (row["publication"]["state"], row["publication"]["position"]) == ("revealed", shown)
    assert row["publication"]["asserted_by"] == "participant"


def test_a_section_that_is_no_longer_shown_says_so_and_nothing_else(filed: Told) -> None:
    restricted = filed.tell(makers.publication_restricted(), at=on("2026-05-01"))
    row = under(filed, "P1")
    assert (row["status"], row["restricted"], row["visibility"]) == ("restricted", True, None)
    assert [row[name] for name in ("narrative", "measures", "measure_count")] == [None] * 3
    assert row["publication"] == {
        "state": "restricted",
        "position": restricted,
        "recorded_at": "2026-05-01T12:00:00.000000Z",
        "reason": {"en": "An investigation is under way."},
        "asserted_by": "participant",
    }
    report = filed.ask(get_report, code="ZZA", cycle_id="2026")
    assert "stays in the log" in report["notices"][0]["en"]
    cells = filed.ask(list_matrix, page=ALL, cycle_id="2026").rows[0]["cells"]
    assert (cells["P1"]["status"], cells["P1"]["measure_count"]) == ("restricted", None)


def test_what_was_restricted_is_shown_again(filed: Told) -> None:
    filed.tell(makers.publication_restricted(), at=on("2026-05-01"))
    again = makers.publication_authorised(units=["P1"], revealed=[])
    position = filed.tell(again, at=on("2026-06-01"))
    row = under(filed, "P1")
    assert (row["narrative"], row["visibility"]) == ({"en": "Laws were amended."}, "public")
    assert (row["publication"]["state"], row["publication"]["position"]) == ("open", position)
    assert filed.ask(get_report, code="ZZA", cycle_id="2026")["notices"] == []


def test_a_publication_and_a_later_restriction_are_read_at_all_corners(filed: Told) -> None:
    shown = filed.tell(makers.publication_authorised(), at=on("2026-05-01"))
    hidden_again = filed.tell(makers.publication_restricted(units=["P5"]), at=on("2026-06-01"))
    april, may, june = date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)
    corners = {
        (shown - 1, april): "sealed",
        (shown - 1, may): "sealed",
        (shown, april): "sealed",
        (shown, may): "revealed",
        (shown, june): "revealed",
        (hidden_again, april): "sealed",
        (hidden_again, may): "revealed",
        (hidden_again, june): "restricted",
    }
    for (as_of, day), state in corners.items():
        row = under(filed, "P5", as_of=as_of, effective_on=day)
        assert row["publication"]["state"] == state, (as_of, day)
        assert row["narrative"] == ({"en": P5} if state == "revealed" else None), (as_of, day)
        counted = (1, 0) if state == "revealed" else (0, 1)
        assert figure(filed, "P5", as_of=as_of, effective_on=day) == counted, (as_of, day)


def test_a_statement_revealed_late_counts_by_the_day_its_version_was_received(
    filed: Told,
) -> None:
    filed.tell(makers.publication_authorised(), at=on("2026-10-01"))
    rows = filed.ask(list_rates, page=ALL, cycle_id="2026", dimension="reporting_unit").rows
    found = {row["metric"]: row["numerator"] for row in rows if row["key"] == "P5"}
    assert (found["actual_reports"], found["actual_reports_on_time"]) == (1, 1)


def test_a_version_shows_what_was_revealed_and_the_seal_it_opens(filed: Told) -> None:
    filed.tell(makers.publication_authorised(), makers.publication_restricted())
    version = filed.ask(get_version, code="ZZA", cycle_id="2026", number=1)
    assert version["statements"]["P5"] == hidden("P5").value
    assert version["statements"]["P1"] == {
        "restricted": {"position": 5, "reason": {"en": "An investigation is under way."}}
    }
    sections = {row["section"]: row for row in version["sections"]}
    assert sections["P5"]["seal"] == hidden("P5").digest()
    assert sections["P5"]["publication"]["state"] == "revealed"
    assert sections["P1"]["publication"]["state"] == "restricted"
    assert len(version["notices"]) == 1
    before = filed.ask(get_version, as_of=3, code="ZZA", cycle_id="2026", number=1)
    assert before["statements"]["P5"] == sealed("P5", visibility="secretariat")


def test_the_parts_beside_the_statements_are_revealed_too(told: Told) -> None:
    rights = sealed("human_rights", visibility="secretariat")
    document = makers.national_report(human_rights=rights)
    told.tell(makers.signature_recorded("ZZA"), makers.cycle_opened("2026"))
    told.tell(makers.report_submitted(document=document), at=on("2026-04-01"))
    opening = {"unit": "human_rights", "disclosure": hidden("human_rights").encoded()}
    told.tell(
        makers.publication_authorised(units=["human_rights"], revealed=[opening]),
        at=on("2026-05-01"),
    )
    section = told.ask(get_report, code="ZZA", cycle_id="2026")["human_rights"]
    assert section["content"] == hidden("human_rights").value
    assert (section["visibility"], section["publication"]["state"]) == ("public", "revealed")


def test_what_an_update_lets_stand_is_shown_by_naming_the_earlier_version(filed: Told) -> None:
    update = makers.national_report(
        cover={"form": "update"}, statements={"P2": statement("New on P2.")}
    )
    filed.tell(makers.corrigendum_filed(document=update), at=on("2026-05-01"))
    filed.tell(makers.publication_authorised(), at=on("2026-06-01"))
    assert under(filed, "P5")["narrative"] == {"en": P5}
    assert under(filed, "P2")["narrative"] == {"en": "New on P2."}


def test_a_renewal_shows_what_the_version_it_renews_shows(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"), makers.cycle_opened("2025"), makers.cycle_opened("2026")
    )
    told.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-02-10"))
    told.tell(makers.nothing_new_declared(), at=on("2026-03-10"))
    told.tell(makers.publication_authorised("ZZA", "2025"), at=on("2026-04-10"))
    assert under(told, "P5")["narrative"] == {"en": P5}
    assert under(told, "P5", effective_on=date(2026, 4, 9))["status"] == "restricted"
