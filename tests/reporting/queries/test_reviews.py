"""Queries on reviews: where a version stands, what waits, since when, for whom to act."""

from datetime import date
from typing import Any

import pytest

from contracts.events import RegistryEvent
from services.kit.errors import NotFound
from services.reporting.queries.reports import get_report
from services.reporting.queries.reviews import list_reviews
from services.reporting.queries.submitted import get_version
from tests import makers
from tests.reporting.answering import ALL, Told, on


@pytest.fixture
def cycle(told: Told) -> Told:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        at=on("2026-02-01"),
    )
    return told


def versions(told: Told, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told.ask(get_report, code="ZZA", cycle_id="2026", **asked)[
        "versions"
    ]
    return found


def queue(told: Told, **asked: Any) -> list[dict[str, Any]]:
    return list(told.ask(list_reviews, page=ALL, **asked).rows)


def test_a_version_goes_from_state_to_state(cycle: Told) -> None:
    steps: tuple[tuple[RegistryEvent, str, str | None], ...] = (
        (makers.report_submitted(), "submitted", "secretariat"),
        (makers.review_opened(), "under_review", "secretariat"),
        (makers.clarification_requested(), "under_review", "participant"),
        (makers.clarification_provided(), "under_review", "secretariat"),
        (makers.report_accepted(), "accepted", None),
        (makers.acceptance_revoked(), "under_review", "secretariat"),
        (makers.report_returned(), "returned", "participant"),
    )
    for day, (event, state, waits_for) in enumerate(steps, start=1):
        position = cycle.tell(event, at=on(f"2026-04-0{day}"))
        assert versions(cycle)[0]["state"] == state
        (row,) = queue(cycle, state=state)
        assert (row["waits_for"], row["waiting_since"][:10]) == (waits_for, f"2026-04-0{day}")
        assert position in row["positions"]


def test_where_a_version_stood_is_told_for_every_position_and_day(cycle: Told) -> None:
    filed = cycle.tell(makers.report_submitted(), at=on("2026-04-01"))
    cycle.tell(makers.review_opened(), at=on("2026-05-01"))
    cycle.tell(makers.report_accepted(), at=on("2026-06-01"))
    revoked = cycle.tell(makers.acceptance_revoked(), at=on("2026-07-01"))
    days = [date(2026, month, 15) for month in (4, 5, 6, 7)]
    states = [versions(cycle, as_of=revoked, effective_on=day)[0]["state"] for day in days]
    assert states == ["submitted", "under_review", "accepted", "under_review"]
    known = [versions(cycle, as_of=filed + n, effective_on=days[3])[0]["state"] for n in range(4)]
    assert known == ["submitted", "under_review", "accepted", "under_review"]


def test_acceptance_stays_on_the_version_it_was_given_to_at_all_four_corners(cycle: Told) -> None:
    cycle.tell(makers.report_submitted(), at=on("2026-04-01"))
    accepted = cycle.tell(makers.report_accepted(), at=on("2026-04-10"))
    corrected = cycle.tell(makers.corrigendum_filed(), at=on("2026-05-01"))
    before, after = date(2026, 4, 30), date(2026, 5, 1)

    def at(as_of: int, day: date) -> list[tuple[str, bool]]:
        found = versions(cycle, as_of=as_of, effective_on=day)
        return [(row["state"], row["is_superseded"]) for row in found]

    assert at(accepted, before) == at(accepted, after) == [("accepted", False)]
    assert at(corrected, before) == [("accepted", False)]
    assert at(corrected, after) == [("accepted", True), ("submitted", False)]
    report = cycle.ask(get_report, as_of=corrected, effective_on=after, code="ZZA", cycle_id="2026")
    assert (report["submission_state"], report["report_version"]) == ("submitted", 2)
    first = cycle.ask(get_version, code="ZZA", cycle_id="2026", number=1)
    (decision,) = first["decisions"]
    assert (decision["report_version"], decision["digest"], decision["ruleset_version"]) == (
        1,
        first["digest"],
        "1.0.0",
    )


def test_questions_and_answers_are_shown_by_time_and_parts_alone(cycle: Told) -> None:
    cycle.tell(makers.report_submitted(), makers.review_opened(), at=on("2026-04-01"))
    due = date(2026, 4, 30)
    asked = cycle.tell(makers.clarification_requested(due_on=due), at=on("2026-04-02"))
    answered = cycle.tell(makers.clarification_provided(units=["P1", "P2"]), at=on("2026-04-20"))
    (row,) = versions(cycle)[0]["clarifications"]
    assert (row["state"], row["units"], row["due_on"]) == ("answered", ["P1"], due)
    assert (row["positions"], row["asserted_by"]) == ([asked], "secretariat")
    assert row["answer"] == {
        "recorded_at": "2026-04-20T12:00:00.000000Z",
        "units": ["P1", "P2"],
        "positions": [answered],
        "asserted_by": "participant",
    }
    assert not {"questions", "answers"} & row.keys()
    for corner in ({"as_of": asked}, {"effective_on": date(2026, 4, 19)}):
        (row,) = versions(cycle, **corner)[0]["clarifications"]
        assert (row["state"], row["answer"]) == ("open", None)


def test_a_question_lapses_with_its_version(cycle: Told) -> None:
    cycle.tell(makers.report_submitted(), makers.review_opened(), makers.clarification_requested())
    cycle.tell(makers.corrigendum_filed(), at=on("2026-04-03"))
    assert versions(cycle)[0]["clarifications"][0]["state"] == "lapsed"


def test_who_waits_longest_comes_first_and_the_decided_do_not_wait(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZB"), at=on("2026-04-01"))
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-02"))
    cycle.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-04-03"))
    cycle.tell(makers.report_accepted("ZZA", "2025"), at=on("2026-04-04"))
    assert [row["report_id"] for row in queue(cycle)] == ["ZZB-2026", "ZZA-2026"]
    assert [row["report_id"] for row in queue(cycle, state="accepted")] == ["ZZA-2025"]
    assert queue(cycle, cycle_id="2025") == []
    listed = cycle.ask(list_reviews, page=ALL)
    assert listed.beside["states"] == [
        {"state": "submitted", "reports": 2, "wait_for_participant": 0}
    ]
    with pytest.raises(NotFound):
        queue(cycle, cycle_id="2031")


def test_the_queue_names_what_a_decision_must_be_bound_to(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-02-10"))
    cycle.tell(makers.nothing_new_declared(), at=on("2026-03-10"))
    rows = {row["report_id"]: row for row in queue(cycle)}
    renewed = makers.nothing_new_declared().renews_digest
    assert rows["ZZA-2026"]["digest"] == rows["ZZA-2025"]["digest"] == renewed
    assert rows["ZZA-2026"]["substance"]["report_id"] == "ZZA-2025"
    assert rows["ZZA-2026"]["age_days"] < rows["ZZA-2026"]["substance"]["age_days"]


def test_compilations_and_withdrawn_reports_do_not_wait(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZB", document=makers.compilation("ZZB")))
    cycle.tell(makers.report_submitted(), makers.report_withdrawn(), at=on("2026-04-01"))
    assert queue(cycle) == []
    cycle.tell(makers.report_submitted(report_version=2, supersedes=1), at=on("2026-04-02"))
    assert [row["report_version"] for row in queue(cycle)] == [2]


def test_the_first_day_an_answer_is_hoped_for_stands_in_the_queue(cycle: Told) -> None:
    cycle.tell(
        makers.report_submitted(),
        makers.review_opened(),
        makers.clarification_requested(due_on=date(2026, 5, 2)),
        makers.clarification_requested(clarification_id="Q2", due_on=date(2026, 5, 1)),
        at=on("2026-04-01"),
    )
    (row,) = queue(cycle)
    assert row["open_clarifications"] == ["Q1", "Q2"]
    assert row["answer_due_on"] == date(2026, 5, 1)
    cycle.tell(makers.clarification_provided(clarification_id="Q2"), at=on("2026-04-02"))
    (row,) = queue(cycle)
    assert (row["open_clarifications"], row["waits_for"]) == (["Q1"], "participant")
