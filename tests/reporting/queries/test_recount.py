"""Queries on two methods: what another published version counts, and whose part changes."""

from datetime import date
from typing import Any

import pytest

from services.reporting.queries.methodology import METRICS
from services.reporting.queries.rates import explain_rate, list_rates
from services.reporting.queries.recount import list_changes_of_method
from services.reporting.queries.tally import Scope
from tests import makers
from tests.makers import statement
from tests.reporting.answering import ALL, Told, on


@pytest.fixture
def cycle(told: Told) -> Told:
    """One filed, one declared nothing new, one signed after the cycle of 2026 opened."""
    late = date(2026, 3, 1)
    told.tell_in_order(
        (on("2025-01-02"), makers.signature_recorded("KAZ")),
        (on("2025-01-02"), makers.signature_recorded("MAR")),
        (on("2025-01-03"), makers.cycle_opened("2025")),
        (on("2025-01-03"), makers.cycle_opened("2026")),
        (on("2025-02-01"), makers.report_submitted("MAR", "2025")),
        (
            on("2026-03-01"),
            makers.signature_recorded("ZZA", effective_on=late, received_on=late),
        ),
        (on("2026-04-01"), makers.report_submitted("KAZ")),
        (on("2026-04-02"), makers.nothing_new_declared("MAR")),
    )
    return told


def values(told: Told, methodology: str | None, dimension: str = "total") -> dict[Any, list[str]]:
    rows = told.ask(
        list_rates, page=ALL, cycle_id="2026", dimension=dimension, methodology=methodology
    ).rows
    keys = dict.fromkeys(row["key"] for row in rows)
    return {key: [row["value"] for row in rows if row["key"] == key] for key in keys}


def changes(told: Told, methodology: str = "2.0.0", **asked: Any) -> dict[str, Any]:
    listed = told.ask(
        list_changes_of_method, page=ALL, cycle_id="2026", methodology=methodology, **asked
    )
    return {row["participant"]: row for row in listed.rows}


def test_another_method_counts_the_same_entries_otherwise(cycle: Told) -> None:
    assert values(cycle, None)[None] == ["3", "2", "2", "66.7", "66.7"]
    assert values(cycle, "1.0.0") == values(cycle, None)
    assert values(cycle, "2.0.0")[None] == ["2", "1", "1", "50.0", "50.0"]


def test_a_unit_that_a_renewal_lets_stand_counts_by_the_first_method_alone(cycle: Told) -> None:
    assert values(cycle, "1.0.0", "reporting_unit")["P1"][1] == "2"
    assert values(cycle, "2.0.0", "reporting_unit")["P1"][1] == "1"


def test_a_document_filed_after_a_renewal_counts_from_its_own_day(cycle: Told) -> None:
    late = makers.national_report("MAR", statements={"P2": statement("On P2.")})
    cycle.tell(
        makers.corrigendum_filed("MAR", document=late, report_version=2), at=on("2026-09-01")
    )
    assert values(cycle, "1.0.0")[None] == ["3", "2", "2", "66.7", "66.7"]
    assert values(cycle, "2.0.0")[None] == ["2", "2", "1", "100.0", "50.0"]
    assert values(cycle, "2.0.0", "reporting_unit")["P2"][1:3] == ["1", "0"]


def test_those_whose_figure_changes_are_named_with_what_was_and_is_counted(cycle: Told) -> None:
    found = changes(cycle)
    assert list(found) == ["MAR", "ZZA"]
    assert found["MAR"]["counted"] == {
        "expectation": "certain",
        "is_expected": True,
        "is_actual": True,
        "is_on_time": True,
    }
    assert found["MAR"]["recounted"]["is_actual"] is False
    assert found["ZZA"]["counted"]["is_expected"] is True
    assert found["ZZA"]["recounted"]["expectation"] is None
    assert all(row["positions"] for row in found.values())


def test_the_changes_are_exactly_the_difference_of_the_figures(cycle: Told) -> None:
    rows = changes(cycle).values()
    before, after = values(cycle, "1.0.0")[None], values(cycle, "2.0.0")[None]
    for number, flag in enumerate(("is_expected", "is_actual", "is_on_time")):
        moved = sum(row["recounted"][flag] - row["counted"][flag] for row in rows)
        assert int(after[number]) - int(before[number]) == moved


def test_a_method_against_itself_changes_nobody(cycle: Told) -> None:
    assert changes(cycle, "2.0.0", against="2.0.0") == {}


def test_a_cycle_can_name_the_other_method(told: Told) -> None:
    told.tell(
        makers.signature_recorded("KAZ"), makers.cycle_opened("2026", methodology_version="2.0.0")
    )
    rows = told.ask(list_rates, page=ALL, cycle_id="2026", dimension="total").rows
    assert {(row["methodology_version"], str(row["reference_day"])) for row in rows} == {
        ("2.0.0", "2026-01-15")
    }


def test_every_figure_of_every_method_is_explained_by_as_many_as_it_counts(cycle: Told) -> None:
    cycle.tell(makers.membership_recorded("KAZ"))
    for methodology in ("1.0.0", "2.0.0"):
        rows = cycle.ask(
            list_rates, page=ALL, cycle_id="2026", dimension=None, methodology=methodology
        ).rows
        assert {row["dimension"] for row in rows} == {
            "total",
            "regional_group",
            "organisation",
            "pillar",
            "reporting_unit",
        }
        for row in rows:
            explained = cycle.ask(
                explain_rate,
                cycle_id="2026",
                metric=row["metric"],
                scope=Scope(row["dimension"], row["key"]),
                methodology=methodology,
            )
            assert explained["figure"] == row
            assert len(explained["numerator"]) == row["numerator"]
            named = {
                at
                for part in ("numerator", "denominator", "outside")
                for one in explained[part]
                for at in one["positions"]
            }
            assert named <= {entry["position"] for entry in explained["entries"]}
    assert len(METRICS) == 5


def test_an_organisation_has_its_members_of_the_reference_day(cycle: Told) -> None:
    joined, left = date(2026, 5, 1), date(2026, 6, 1)
    cycle.tell(
        makers.membership_recorded("KAZ", effective_on=joined, ended_on=left),
        makers.membership_recorded("MAR", effective_on=joined),
        makers.membership_recorded("ZZA", status="observer"),
    )
    assert values(cycle, None, "organisation")["ORG-ZZO"][:2] == ["1", "1"]
    rows = {
        day: cycle.ask(
            list_rates,
            page=ALL,
            cycle_id="2026",
            dimension="organisation",
            effective_on=date.fromisoformat(day),
        ).rows[0]["value"]
        for day in ("2026-04-30", "2026-05-31", "2026-06-01")
    }
    assert rows == {"2026-04-30": "0", "2026-05-31": "2", "2026-06-01": "1"}


def test_a_membership_that_is_not_certain_stands_beside(cycle: Told) -> None:
    cycle.tell(
        makers.membership_recorded("KAZ", claim_status="probable"),
        makers.membership_recorded("MAR"),
    )
    row = cycle.ask(list_rates, page=ALL, cycle_id="2026", dimension="organisation").rows[0]
    assert (row["numerator"], row["possible_numerator"]) == (1, 1)


def test_who_left_is_recorded_as_the_same_membership_with_its_end(cycle: Told) -> None:
    joined, left = date(2020, 1, 1), date(2026, 3, 1)
    cycle.tell(
        makers.membership_recorded("KAZ", effective_on=joined),
        makers.membership_recorded("MAR", effective_on=joined),
    )

    def counted() -> tuple[int, int]:
        row = cycle.ask(list_rates, page=ALL, cycle_id="2026", dimension="organisation").rows[0]
        return row["numerator"], row["possible_numerator"]

    assert counted() == (2, 0)
    may_have_left = {"ended_on": left, "claim_status": "probable"}
    at = cycle.tell(makers.membership_recorded("MAR", effective_on=joined, **may_have_left))
    assert counted() == (1, 1)
    explained = cycle.ask(
        explain_rate,
        cycle_id="2026",
        metric="expected_reports",
        scope=Scope("organisation", "ORG-ZZO"),
    )
    assert at in explained["possible_numerator"][0]["positions"]
    cycle.tell(makers.membership_recorded("KAZ", effective_on=joined, ended_on=left))
    assert counted() == (0, 1)
    cycle.tell(makers.membership_recorded("KAZ", effective_on=date(2026, 4, 1)))  # joined again
    assert counted() == (1, 1)


def test_an_end_recorded_late_ends_no_other_time_of_membership(cycle: Told) -> None:
    cycle.tell(
        makers.membership_recorded("KAZ", effective_on=date(2020, 1, 1)),
        makers.membership_recorded("KAZ", effective_on=date(2001, 1, 1), ended_on=date(2010, 1, 1)),
        makers.membership_recorded(
            "KAZ", effective_on=date(2021, 1, 1), ended_on=date(2022, 1, 1), status="suspended"
        ),
    )
    row = cycle.ask(list_rates, page=ALL, cycle_id="2026", dimension="organisation").rows[0]
    assert (row["numerator"], row["possible_numerator"]) == (1, 0)


def test_who_was_suspended_since_is_no_member(cycle: Told) -> None:
    cycle.tell(
        makers.membership_recorded("KAZ"),
        makers.membership_recorded("KAZ", status="suspended", effective_on=date(2026, 2, 1)),
    )
    assert values(cycle, None, "organisation")["ORG-ZZO"][0] == "0"
    before = cycle.ask(
        list_rates,
        page=ALL,
        cycle_id="2026",
        dimension="organisation",
        effective_on=date(2026, 1, 31),
    ).rows
    assert before[0]["value"] == "1"


def test_a_pillar_counts_who_answered_one_of_its_units(cycle: Told) -> None:
    found = values(cycle, None, "pillar")
    assert list(found) == ["I", "II", "III", "IV"]
    # P1 is open and serves II and III; P5 is sealed and serves II and IV.
    assert [found[pillar][1] for pillar in found] == ["0", "2", "2", "0"]
    rows = cycle.ask(list_rates, page=ALL, cycle_id="2026", dimension="pillar").rows
    assert {row["key"]: row["restricted"] for row in rows} == {"I": 0, "II": 0, "III": 0, "IV": 2}
