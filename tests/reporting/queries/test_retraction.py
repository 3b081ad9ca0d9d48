"""Queries on withdrawn reports: not received from then on, received before, and always there."""

from datetime import date
from typing import Any

import pytest

from services.reporting.queries.obligations import list_obligations
from services.reporting.queries.rates import explain_rate, list_rates
from services.reporting.queries.reports import get_report
from services.reporting.queries.submitted import get_version
from services.reporting.queries.tally import Scope
from tests import makers
from tests.reporting.answering import ALL, Told, on

APRIL, JUNE = date(2026, 4, 30), date(2026, 6, 30)


@pytest.fixture
def withdrawn(told: Told) -> Told:
    """ZZA reported on 1 April and withdrew its report on 1 June."""
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        at=on("2026-02-01"),
    )
    told.tell(makers.report_submitted(), at=on("2026-04-01"))
    told.tell(makers.report_withdrawn(), at=on("2026-06-01"))
    return told


def received(told: Told, **asked: Any) -> int:
    rows = told.ask(list_rates, page=ALL, cycle_id="2026", dimension="total", **asked).rows
    (row,) = (row for row in rows if row["metric"] == "actual_reports")
    count: int = row["numerator"]
    return count


def timeliness(told: Told, **asked: Any) -> str:
    (row,) = told.ask(list_obligations, page=ALL, cycle_id="2026", **asked).rows
    return str(row["timeliness"])


def test_a_withdrawal_is_read_at_all_four_corners(withdrawn: Told) -> None:
    corners = {(4, APRIL): 1, (4, JUNE): 1, (5, APRIL): 1, (5, JUNE): 0}
    for (as_of, day), count in corners.items():
        assert received(withdrawn, as_of=as_of, effective_on=day) == count, (as_of, day)
        owed = timeliness(withdrawn, as_of=as_of, effective_on=day)
        assert owed == ("on_time" if count else "due"), (as_of, day)


def test_a_withdrawn_report_is_shown_as_such_and_its_versions_stay(withdrawn: Told) -> None:
    report = withdrawn.ask(get_report, code="ZZA", cycle_id="2026")
    assert (report["is_withdrawn"], report["submission_state"]) == (True, None)
    assert report["withdrawal"]["reason"] == {"en": "It was sent by mistake."}
    assert report["withdrawal"]["positions"] == [5]
    assert {row["status"] for row in report["statements"]} == {"not_reported"}
    assert [row["is_withdrawn"] for row in report["versions"]] == [True]
    assert report["obligation"]["positions"] == [1, 3, 5]
    version = withdrawn.ask(get_version, code="ZZA", cycle_id="2026", number=1)
    assert version["statements"]["P1"] == makers.statement()


def test_a_figure_names_the_withdrawn_report_that_it_does_not_count(withdrawn: Told) -> None:
    explained = withdrawn.ask(
        explain_rate, cycle_id="2026", metric="reporting_rate", scope=Scope("total", None)
    )
    assert explained["numerator"] == []
    (outside,) = explained["outside"]
    assert (outside["why"], outside["positions"]) == ("withdrawn", [4, 5])


def test_what_is_filed_after_a_withdrawal_is_received_on_its_own_day(withdrawn: Told) -> None:
    again = makers.report_submitted(report_version=2, supersedes=1)
    withdrawn.tell(again, at=on("2026-09-01"))
    report = withdrawn.ask(get_report, code="ZZA", cycle_id="2026")
    assert report["obligation"]["timeliness"] == "late"
    assert (report["report_version"], report["is_withdrawn"]) == (2, False)
    assert [row["is_withdrawn"] for row in report["versions"]] == [True, False]
    assert received(withdrawn) == 1
    assert timeliness(withdrawn, effective_on=date(2026, 8, 31)) == "overdue"


def test_a_withdrawal_takes_every_version_along(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.cycle_opened("2026"))
    told.tell(makers.report_submitted(), makers.corrigendum_filed(), at=on("2026-04-01"))
    told.tell(makers.report_withdrawn(report_version=2), at=on("2026-06-01"))
    update = makers.national_report(cover={"form": "update"}, statements={"P2": makers.statement()})
    told.tell(
        makers.report_submitted(document=update, report_version=3, supersedes=2),
        at=on("2026-06-02"),
    )
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    assert [row["is_withdrawn"] for row in report["versions"]] == [True, True, False]
    assert [row["unit"] for row in report["statements"] if row["stated"]] == ["P2"]


def test_a_renewal_of_what_was_withdrawn_later_stands_and_says_so(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"), makers.cycle_opened("2025"), makers.cycle_opened("2026")
    )
    told.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-02-10"))
    told.tell(makers.nothing_new_declared(), at=on("2026-03-10"))
    told.tell(makers.report_withdrawn("ZZA", "2025"), at=on("2026-04-10"))
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    assert report["obligation"]["timeliness"] == "on_time"
    assert (report["substance"]["report_id"], report["substance"]["is_withdrawn"]) == (
        "ZZA-2025",
        True,
    )
    stated = {row["unit"]: row for row in report["statements"] if row["stated"]}
    assert stated["P1"]["narrative"] == {"en": "Laws were amended."}
    earlier = told.ask(get_report, code="ZZA", cycle_id="2025")
    assert earlier["is_withdrawn"]


def test_a_renewal_shows_the_age_of_the_substance_beside_the_age_of_the_act(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"), makers.cycle_opened("2025"), makers.cycle_opened("2026")
    )
    told.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-02-10"))
    told.tell(makers.nothing_new_declared(), at=on("2026-05-11"))
    asked: dict[str, Any] = {"effective_on": date(2026, 5, 21), "code": "ZZA", "cycle_id": "2026"}
    (row,) = told.ask(get_report, **asked)["versions"]
    assert (row["age_days"], row["substance"]["age_days"]) == (10, 100)
    version = told.ask(get_version, number=1, **asked)
    assert (version["age_days"], version["substance"]["report_id"]) == (10, "ZZA-2025")
