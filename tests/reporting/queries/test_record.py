"""Queries: a report compiled over its versions, without any database."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.reporting.queries.record import Record, compile_record
from services.reporting.queries.versions import Version


def version(
    number: int, form: str = "full", report_id: str = "ZZA-2026", **changes: Any
) -> Version:
    fields: dict[str, Any] = {
        "report_id": report_id,
        "number": number,
        "participant": "ZZA",
        "cycle_id": report_id[4:],
        "position": number + (100 if report_id.endswith("2026") else 0),
        "received_on": date(2026, 3, number),
        "on_time_until": date(2026, 7, 30),
        "extended_at": None,
        "origin": "submission",
        "form": form,
        "renews": None,
        "row": {},
    }
    return Version(**{**fields, **changes})


def parts(**units: str | None) -> Mapping[str, Mapping[str, Any]]:
    """Give what a version says: unit to status, `None` where it is sealed."""
    return {
        unit: {"restricted": status is None, "implementation_status": status, "changed": True}
        for unit, status in units.items()
    }


def statuses(record: Record | None) -> dict[str, Any]:
    assert record is not None
    return {unit: stated.part["implementation_status"] for unit, stated in record.stated.items()}


def test_nothing_received_is_no_record() -> None:
    assert compile_record("ZZA-2026", {}, {}) is None


def test_a_full_document_replaces_what_stood() -> None:
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [version(1), version(2)]},
        {
            ("ZZA-2026", 1): parts(P1="planned", P2="planned"),
            ("ZZA-2026", 2): parts(P1="in_place"),
        },
    )
    assert statuses(record) == {"P1": "in_place"}
    assert record is not None
    assert [one.number for one in record.documents] == [2]


def test_an_update_adds_to_what_stood() -> None:
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [version(1), version(2, "update")]},
        {
            ("ZZA-2026", 1): parts(P1="planned", P2="planned"),
            ("ZZA-2026", 2): parts(P1="in_place"),
        },
    )
    assert statuses(record) == {"P1": "in_place", "P2": "planned"}


def test_an_update_that_says_unchanged_lets_the_earlier_statement_stand() -> None:
    unchanged = {"P1": {"restricted": False, "implementation_status": None, "changed": False}}
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [version(1), version(2, "update")]},
        {("ZZA-2026", 1): parts(P1="planned"), ("ZZA-2026", 2): unchanged},
    )
    assert statuses(record) == {"P1": "planned"}


def test_a_renewal_stands_for_an_older_report_and_keeps_both_in_view() -> None:
    renewal = version(1, "nothing_new", renews=("ZZA-2025", 1))
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [renewal], "ZZA-2025": [version(1, report_id="ZZA-2025")]},
        {("ZZA-2025", 1): parts(P1="planned")},
    )
    assert record is not None
    stated = record.stated["P1"]
    assert (stated.substance.report_id, stated.act.report_id) == ("ZZA-2025", "ZZA-2026")
    assert record.first_open["P1"] is renewal


def test_a_renewal_stands_for_the_version_it_names_and_none_after_it() -> None:
    renewal = version(1, "nothing_new", renews=("ZZA-2025", 1))
    earlier = [version(1, report_id="ZZA-2025"), version(2, report_id="ZZA-2025")]
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [renewal], "ZZA-2025": earlier},
        {("ZZA-2025", 1): parts(P1="planned"), ("ZZA-2025", 2): parts(P1="in_place")},
    )
    assert statuses(record) == {"P1": "planned"}


def test_a_renewal_of_what_is_not_known_says_nothing() -> None:
    record = compile_record(
        "ZZA-2026", {"ZZA-2026": [version(1, "nothing_new", renews=("ZZA-2025", 1))]}, {}
    )
    assert statuses(record) == {}


def test_renewals_in_a_circle_come_to_an_end() -> None:
    record = compile_record(
        "ZZA-2026",
        {
            "ZZA-2026": [version(1, "nothing_new", renews=("ZZA-2025", 1))],
            "ZZA-2025": [version(1, "nothing_new", report_id="ZZA-2025", renews=("ZZA-2026", 1))],
        },
        {},
    )
    assert statuses(record) == {}


def test_a_compilation_is_not_heard_where_the_participant_has_spoken() -> None:
    compiled = version(1, origin="illustrative_compilation")
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [compiled, version(2, "update")]},
        {("ZZA-2026", 1): parts(P1="in_place"), ("ZZA-2026", 2): parts(P2="planned")},
    )
    assert statuses(record) == {"P2": "planned"}
    assert record is not None
    assert record.is_submission


def test_a_unit_counts_since_the_first_version_that_could_be_read() -> None:
    record = compile_record(
        "ZZA-2026",
        {"ZZA-2026": [version(1), version(2)]},
        {("ZZA-2026", 1): parts(P1=None), ("ZZA-2026", 2): parts(P1="planned")},
    )
    assert record is not None
    assert record.first.number == 1
    assert record.first_open["P1"].number == 2
