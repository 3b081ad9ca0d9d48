"""Queries on plans and cycles: what is registered, and how it lies seen from a day."""

from datetime import date

import pytest

from services.reporting.queries.cycles import list_cycles
from services.reporting.queries.plans import list_plans
from tests import makers
from tests.reporting.answering import ALL, Told


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2023, 12, 31), "ahead"),
        (date(2024, 1, 1), "running"),
        (date(2028, 12, 31), "running"),
        (date(2029, 1, 1), "past"),
    ],
)
def test_a_plans_period_is_seen_from_the_day(told: Told, day: date, period: str) -> None:
    told.tell(makers.plan_registered("ZZA"))
    (row,) = told.ask(list_plans, effective_on=day, page=ALL).rows
    assert row["period"] == period


def test_a_plan_without_an_end_runs_on(told: Told) -> None:
    told.tell(makers.plan_registered("ZZA", period_to=None))
    (row,) = told.ask(list_plans, effective_on=date(2090, 1, 1), page=ALL).rows
    assert row["period"] == "running"


def test_plans_can_be_narrowed_by_whose_they_are_and_how_far_they_reach(told: Told) -> None:
    told.tell(
        makers.plan_registered("ZZA"),
        makers.plan_registered("ZZB", origin="illustrative_compilation", sources=[makers.source()]),
        makers.plan_registered("ORG-ZZO"),
    )
    everything = told.ask(list_plans, page=ALL).rows
    assert [(row["participant"], row["asserted_by"]) for row in everything] == [
        ("ORG-ZZO", "participant"),
        ("ZZA", "participant"),
        ("ZZB", "system"),
    ]
    own = told.ask(list_plans, page=ALL, participant="ZZA").rows
    regional = told.ask(list_plans, page=ALL, scope="regional").rows
    assert [row["plan_id"] for row in own] == ["ZZA-PLAN-1"]
    assert [row["plan_id"] for row in regional] == ["ORG-ZZO-PLAN-1"]
    assert told.ask(list_plans, page=ALL, as_of=1).rows == own


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2026, 1, 14), "not_open"),
        (date(2026, 1, 15), "open"),
        (date(2026, 6, 30), "open"),
        (date(2026, 7, 1), "grace"),
        (date(2026, 7, 30), "grace"),
        (date(2026, 7, 31), "after_due"),
    ],
)
def test_a_cycles_phase_is_seen_from_the_day(told: Told, day: date, phase: str) -> None:
    told.tell(makers.cycle_opened("2026"))
    (row,) = told.ask(list_cycles, effective_on=day, page=ALL).rows
    assert (row["phase"], row["stream"], row["version"]) == (phase, "cycle-2026", 1)
