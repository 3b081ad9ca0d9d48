"""Queries on commitments: open, due, late, done and withdrawn follow from position and day."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import BASE, load
from contracts.events import CommitmentDeclared, RegistryEvent
from services.reporting.queries.commitment_state import (
    DUE_DAYS,
    METHODOLOGY_VERSION,
    STATES,
    counted,
    progress_by,
    state_of,
    step_state,
)
from services.reporting.queries.commitments import list_commitments
from services.reporting.queries.plans import get_plan, list_plans
from tests import makers
from tests.reporting.answering import ALL, Told, on
from tests.reporting.histories import histories

PLAN = "ZZA-PLAN-1"


def states(told: Told, **asked: Any) -> dict[str, str]:
    rows = told.ask(list_commitments, page=ALL, **asked).rows
    return {row["commitment_id"]: row["state"] for row in rows}


def only(told: Told, **asked: Any) -> dict[str, Any]:
    (row,) = told.ask(list_commitments, page=ALL, **asked).rows
    found: dict[str, Any] = row
    return found


def progress(status: str, day: date, **changes: Any) -> RegistryEvent:
    return makers.commitment_progress_reported(
        implementation_status=status, effective_on=day, milestones_reached=[], **changes
    )


# --- the published rules


def test_the_published_method_is_the_one_that_answers() -> None:
    published = load(f"{BASE}methodologies/commitment-states/{METHODOLOGY_VERSION}.json")
    assert tuple(published["timeliness"]) == STATES
    assert tuple(published["metrics"]) == ("total", *STATES)
    rules = {rule["rule"]: rule["text"] for rule in published["rules"]}
    assert f"{DUE_DAYS} days" in rules["due"]
    order = rules["one-state"].rpartition(": ")[2].rstrip(".").split(", ")
    assert sorted(order) == sorted(STATES)
    assert order == ["withdrawn", "not_yet", "done", "late", "due", "open"]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2024, 2, 29), "not_yet"),
        (date(2024, 3, 1), "open"),
        (date(2026, 3, 31), "open"),
        (date(2026, 4, 1), "due"),
        (date(2026, 6, 30), "due"),
        (date(2026, 7, 1), "late"),
    ],
)
def test_before_anything_is_said_the_day_decides(told: Told, day: date, state: str) -> None:
    told.tell(makers.plan_registered(), makers.commitment_declared())
    assert states(told, effective_on=day) == {"C-01": state}


def test_it_is_done_while_it_is_said_to_be_in_place(told: Told) -> None:
    told.tell(
        makers.plan_registered(),
        makers.commitment_declared(),
        progress("in_place", date(2026, 2, 1)),
        progress("in_progress", date(2026, 3, 1)),
        progress("in_place", date(2026, 7, 10)),
        progress("in_place", date(2026, 8, 10)),
    )
    expected = {
        date(2026, 1, 31): ("open", None),
        date(2026, 2, 1): ("done", date(2026, 2, 1)),
        date(2026, 3, 1): ("open", None),
        date(2026, 7, 9): ("late", None),
        date(2026, 9, 1): ("done", date(2026, 7, 10)),
    }
    for day, (state, done_on) in expected.items():
        row = only(told, effective_on=day)
        assert (row["state"], row["done_on"]) == (state, done_on), day


@pytest.mark.parametrize("status", ["largely_in_place", "not_applicable", "in_progress"])
def test_nothing_but_in_place_makes_it_done(told: Told, status: str) -> None:
    told.tell(
        makers.plan_registered(),
        makers.commitment_declared(),
        progress(status, date(2026, 6, 1)),
    )
    row = only(told, effective_on=date(2026, 8, 1))
    assert (row["state"], row["implementation_status"]) == ("late", status)


def test_of_several_reports_on_one_day_the_last_recorded_holds(told: Told) -> None:
    first = told.tell(
        makers.plan_registered(),
        makers.commitment_declared(),
        progress("in_place", date(2026, 2, 1)),
    )
    told.tell(progress("in_progress", date(2026, 2, 1)))
    assert states(told, effective_on=date(2026, 3, 1)) == {"C-01": "open"}
    assert states(told, effective_on=date(2026, 3, 1), as_of=first) == {"C-01": "done"}


def test_progress_of_an_earlier_day_reported_late_is_read_at_all_four_corners(told: Told) -> None:
    """In September a report arrives that says it was in place in May, before the target."""
    before = told.tell_in_order(
        (on("2026-01-09"), makers.plan_registered()),
        (on("2026-01-10"), makers.commitment_declared()),
    )
    after = told.tell_in_order((on("2026-09-15"), progress("in_place", date(2026, 5, 10))))
    earlier, later = date(2026, 5, 9), date(2026, 7, 1)
    assert states(told, as_of=before, effective_on=earlier) == {"C-01": "due"}
    assert states(told, as_of=before, effective_on=later) == {"C-01": "late"}  # nobody knew
    assert states(told, as_of=after, effective_on=earlier) == {"C-01": "due"}
    assert states(told, as_of=after, effective_on=later) == {"C-01": "done"}
    assert only(told, as_of=after, effective_on=later)["done_on"] == date(2026, 5, 10)


def test_a_commitment_taken_back_stands_until_its_day(told: Told) -> None:
    told.tell(makers.plan_registered(), makers.commitment_declared(), makers.commitment_withdrawn())
    before = only(told, effective_on=date(2025, 11, 30))
    after = only(told, effective_on=date(2025, 12, 1))
    assert (before["state"], before["withdrawn_on"], before["positions"]) == ("open", None, [2])
    assert (after["state"], after["withdrawn_on"]) == ("withdrawn", date(2025, 12, 1))
    assert after["withdrawal_reason"] == {"en": "Merged into another one."}
    assert after["positions"] == [2, 3]
    assert [step["state"] for step in after["milestones"]] == ["withdrawn"]


def test_steps_stand_as_their_days_say_and_a_later_report_puts_the_day_right(told: Told) -> None:
    declared = told.tell(makers.plan_registered(), makers.commitment_declared())
    reported = told.tell(makers.commitment_progress_reported())
    corrected = [{"milestone_id": "M1", "reached_on": date(2025, 7, 20)}]
    told.tell(
        makers.commitment_progress_reported(
            effective_on=date(2025, 9, 1), milestones_reached=corrected
        )
    )

    def step(day: date, **asked: Any) -> tuple[str, date | None]:
        (found,) = only(told, effective_on=day, **asked)["milestones"]
        return found["state"], found["reached_on"]

    assert step(date(2025, 3, 31)) == ("open", None)
    assert step(date(2025, 4, 1)) == ("due", None)
    assert step(date(2025, 7, 19)) == ("late", None)
    assert step(date(2025, 7, 20)) == ("reached", date(2025, 7, 20))
    assert step(date(2025, 7, 19), as_of=reported) == ("reached", date(2025, 7, 15))
    assert step(date(2025, 8, 1), as_of=declared) == ("late", None)


def test_a_step_of_what_is_done_is_not_called_late() -> None:
    step: dict[str, Any] = {"target_on": date(2025, 1, 1), "reached_on": None}
    day = date(2026, 1, 1)
    assert step_state(step, "done", day) == "not_reported"
    assert step_state(step, "not_yet", day) == "not_yet"
    assert step_state(step, "open", day) == "late"


@given(
    effective_on=st.dates(date(2024, 1, 1), date(2025, 1, 1)),
    length=st.integers(0, 400),
    withdrawn_on=st.none() | st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    said=st.lists(
        st.tuples(
            st.dates(date(2024, 1, 1), date(2026, 1, 1)),
            st.sampled_from(["in_place", "in_progress"]),
        ),
        max_size=6,
    ),
    day=st.dates(date(2023, 1, 1), date(2027, 1, 1)),
)
def test_a_commitment_is_in_one_state_and_what_is_of_later_days_changes_nothing(
    effective_on: date,
    length: int,
    withdrawn_on: date | None,
    said: list[tuple[date, str]],
    day: date,
) -> None:
    row = {
        "effective_on": effective_on,
        "target_on": date.fromordinal(effective_on.toordinal() + length),
        "withdrawn_on": withdrawn_on,
    }
    reports: list[dict[str, Any]] = [
        {"effective_on": on_day, "implementation_status": status} for on_day, status in said
    ]
    by_day = [report for report in reports if report["effective_on"] <= day]
    progress_then, progress_all = progress_by(by_day, day), progress_by(reports, day)
    assert progress_then == progress_all
    state = state_of(row, progress_all.done_on, day)
    assert counted([state])["total"] == sum(counted([state])[one] for one in STATES) == 1


# --- lists and plans


def test_counts_are_of_all_and_rows_of_what_is_asked_for(told: Told) -> None:
    told.tell(
        makers.plan_registered(),
        makers.plan_registered("ZZB"),
        makers.commitment_declared(),
        makers.commitment_declared(commitment_id="C-02", target_on=date(2028, 1, 1)),
        makers.commitment_declared("ZZB"),
        makers.commitment_withdrawn("ZZB"),
    )
    asked: dict[str, Any] = {"effective_on": date(2026, 8, 1), "page": ALL}
    late = told.ask(list_commitments, state="late", **asked)
    assert [(row["plan_id"], row["commitment_id"]) for row in late.rows] == [(PLAN, "C-01")]
    assert late.beside["counts"] == {
        "total": 3,
        "not_yet": 0,
        "open": 1,
        "due": 0,
        "late": 1,
        "done": 0,
        "withdrawn": 1,
    }
    own = told.ask(list_commitments, participant="ZZB", **asked)
    assert [row["state"] for row in own.rows] == ["withdrawn"]
    assert own.beside["counts"]["total"] == 1
    within = told.ask(list_commitments, plan_id=PLAN, **asked)
    assert [row["commitment_id"] for row in within.rows] == ["C-01", "C-02"]
    assert {(row["stream"], row["version"]) for row in within.rows} == {(f"plan-{PLAN}", 3)}
    by_plan = {
        row["plan_id"]: row["commitment_counts"]["total"]
        for row in told.ask(list_plans, **asked).rows
    }
    assert by_plan == {PLAN: 2, "ZZB-PLAN-1": 1}


def test_what_was_compiled_speaks_for_the_system_in_all_that_follows(told: Told) -> None:
    told.tell(
        makers.plan_registered(origin="illustrative_compilation", sources=[makers.source()]),
        makers.commitment_declared(),
        makers.commitment_progress_reported(),
    )
    row = only(told)
    assert (row["origin"], row["asserted_by"]) == ("illustrative_compilation", "system")
    whole = told.ask(get_plan, plan_id=PLAN)
    assert whole["commitments"][0]["progress"][0]["asserted_by"] == "system"


# --- conservation


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=histories(), data=st.data())
def test_the_states_add_up_to_what_was_declared_at_any_position_and_day(
    fresh: Callable[[], AbstractContextManager[Told]],
    events: list[RegistryEvent],
    data: st.DataObject,
) -> None:
    position = data.draw(st.integers(0, len(events)))
    day = data.draw(st.dates(date(2018, 1, 1), date(2030, 1, 1)))
    declared = sum(isinstance(event, CommitmentDeclared) for event in events[:position])
    with fresh() as told:
        told.tell(*events)
        listed = told.ask(list_commitments, page=ALL, as_of=position, effective_on=day)
    counts = listed.beside["counts"]
    assert counts["total"] == sum(counts[state] for state in STATES) == declared
    assert Counter(row["state"] for row in listed.rows) == Counter(
        {state: counts[state] for state in STATES if counts[state]}
    )
