"""Queries on plans and cycles: what is registered, and how it lies seen from a day."""

from datetime import date

import pytest

from services.kit.errors import NotFound, Unavailable
from services.reporting.projections.head import parked_participant
from services.reporting.queries.cycles import list_cycles
from services.reporting.queries.plans import get_plan, list_plans
from tests import makers
from tests.reporting.answering import ALL, Told

PLAN = "ZZA-PLAN-1"


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


def test_a_plan_is_described_as_of_the_day_by_the_last_revision_for_it(told: Told) -> None:
    registered = told.tell(makers.plan_registered(period_to=date(2024, 12, 31)))
    revised = told.tell(makers.plan_revised(effective_on=date(2025, 7, 1)))
    told.tell(makers.plan_revised(effective_on=date(2025, 7, 1), title={"en": "Put right"}))
    told.tell(makers.plan_revised(effective_on=date(2025, 1, 1), title={"en": "Told late"}))

    def described(day: date, as_of: int | None = None) -> tuple[str, str, int | None]:
        (row,) = told.ask(list_plans, page=ALL, effective_on=day, as_of=as_of).rows
        return row["title"]["en"], row["status"], row["revision"]

    first = "Plan of action against terrorism"
    assert described(date(2023, 1, 1)) == (first, "ahead", None)
    assert described(date(2024, 12, 31)) == (first, "in_force", None)
    assert described(date(2025, 1, 1)) == ("Told late", "in_force", 4)
    assert described(date(2025, 7, 1)) == ("Put right", "in_force", 3)
    assert described(date(2025, 7, 1), revised) == (f"{first}, revised", "in_force", 2)
    assert described(date(2025, 7, 1), registered) == (first, "ended", None)
    assert described(date(2031, 1, 1)) == ("Put right", "ended", 3)
    whole = told.ask(get_plan, plan_id=PLAN, effective_on=date(2025, 2, 1))
    shown = [(one["version"], one["holds"]) for one in whole["descriptions"]]
    assert shown == [(1, False), (2, False), (3, False), (4, True)]
    assert whole["positions"] == [1, 4]


def test_a_plan_is_concluded_after_its_last_day_and_described_as_it_was_on_it(told: Told) -> None:
    told.tell(
        makers.plan_registered(),
        makers.plan_registered(plan_id="ZZA-PLAN-2"),
        makers.commitment_declared(),
        makers.plan_revised(effective_on=date(2027, 1, 1)),
        makers.plan_concluded(
            outcome="replaced", replaced_by="ZZA-PLAN-2", summary={"en": "Carried on elsewhere."}
        ),
    )
    before = told.ask(get_plan, plan_id=PLAN, effective_on=date(2026, 6, 30))
    after = told.ask(get_plan, plan_id=PLAN, effective_on=date(2027, 2, 1))
    assert (before["status"], before["concluded_on"], before["outcome"]) == ("in_force", None, None)
    assert before["conclusion"]["effective_on"] == date(2026, 6, 30)
    assert before["conclusion"]["summary"] == {"en": "Carried on elsewhere."}
    assert (after["status"], after["outcome"]) == ("concluded", "replaced")
    assert (after["replaced_by"], after["revision"]) == ("ZZA-PLAN-2", None)
    assert [one["state"] for one in after["commitments"]] == ["late"], "what is promised stands"
    open_plan = told.ask(get_plan, plan_id="ZZA-PLAN-2", effective_on=date(2027, 2, 1))
    assert (open_plan["conclusion"], open_plan["commitments"]) == (None, [])


def test_a_plan_shows_all_that_was_said_of_its_commitments(told: Told) -> None:
    told.tell(
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.commitment_progress_reported(note={"en": "Adopted."}),
        makers.commitment_progress_reported(
            implementation_status="planned", effective_on=date(2025, 3, 1), milestones_reached=[]
        ),
        makers.commitment_progress_reported(
            implementation_status="in_place", effective_on=date(2026, 9, 1), milestones_reached=[]
        ),
    )
    (one,) = told.ask(get_plan, plan_id=PLAN, effective_on=date(2026, 1, 1))["commitments"]
    said = [(row["effective_on"], row["holds"], row["is_ahead"]) for row in one["progress"]]
    assert said == [
        (date(2025, 8, 1), True, False),
        (date(2025, 3, 1), False, False),
        (date(2026, 9, 1), False, True),
    ]
    assert one["progress"][0]["note"] == {"en": "Adopted."}
    assert one["progress"][0]["milestones_reached"] == [
        {"milestone_id": "M1", "reached_on": "2025-07-15"}
    ]


def test_a_plan_that_is_not_known_is_not_found_and_one_held_back_is_not_denied(told: Told) -> None:
    first = told.tell(makers.signature_recorded())
    with pytest.raises(NotFound):
        told.ask(get_plan, plan_id=PLAN)
    row = {"generation": 1, "participant": "ZZA", "since_position": first + 1, "reason": "a test"}
    with told.engine.begin() as connection:
        connection.execute(parked_participant.insert().values(row))
    told.restart()
    told.tell(makers.plan_registered())
    with pytest.raises(Unavailable):
        told.ask(get_plan, plan_id=PLAN)


def reasons(actions: list[dict[str, str | None]]) -> dict[str | None, str | None]:
    assert {one["href"] for one in actions} == {"/v1/plans/ZZA-PLAN-1/acts"}
    assert {(one["method"], one["by"]) for one in actions} == {("POST", "participant")}
    return {one["rel"]: one["reason"] for one in actions}


def test_what_may_be_done_with_a_plan_stands_beside_it(told: Told) -> None:
    told.tell(makers.plan_registered(), makers.commitment_declared())
    (row,) = told.ask(list_plans, page=ALL).rows
    nothing_against = dict.fromkeys(("revise", "conclude", "declare-commitment"))
    assert reasons(row["actions"]) == nothing_against
    told.tell(makers.plan_concluded())
    concluded = "The plan was concluded already; its last day is 2026-06-30."
    for day in (date(2026, 6, 1), date(2026, 7, 1)):  # a conclusion is known before its day
        plan = told.ask(get_plan, plan_id=PLAN, effective_on=day)
        assert reasons(plan["actions"]) == {**nothing_against, "conclude": concluded}
    before = told.ask(get_plan, plan_id=PLAN, as_of=2)
    assert reasons(before["actions"]) == nothing_against


def test_what_may_be_done_with_a_commitment_hangs_on_its_days(told: Told) -> None:
    told.tell(
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.commitment_withdrawn(),
        makers.commitment_declared(commitment_id="C-02"),
        makers.commitment_withdrawn(commitment_id="C-02", effective_on=date(2024, 3, 1)),
    )

    def asked(day: date, place: int = 0, as_of: int = 5) -> dict[str | None, str | None]:
        plan = told.ask(get_plan, plan_id=PLAN, effective_on=day, as_of=as_of)
        return reasons(plan["commitments"][place]["actions"])

    free = dict.fromkeys(("report-progress", "withdraw-commitment"))
    assert asked(date(2026, 1, 1), as_of=2) == free
    assert asked(date(2024, 2, 29), as_of=2) == {
        **free,
        "report-progress": "The commitment stands from 2024-03-01 on.",
    }
    taken_back = "The commitment was taken back already, from 2025-12-01 on."
    assert asked(date(2026, 1, 1)) == {**free, "withdraw-commitment": taken_back}
    never = "The commitment was taken back from the day on which it began to stand."
    assert asked(date(2026, 1, 1), 1)["report-progress"] == never


def test_a_cycle_is_closed_once(told: Told) -> None:
    told.tell(makers.cycle_opened(), makers.cycle_closed())
    (row,) = told.ask(list_cycles, page=ALL).rows
    assert row["actions"] == [
        {
            "rel": "close",
            "method": "POST",
            "href": "/v1/cycles/2026/acts",
            "by": "secretariat",
            "allowed": False,
            "reason": "The cycle was closed already; its last day is 2026-12-31.",
        }
    ]
    (before,) = told.ask(list_cycles, page=ALL, as_of=1).rows
    assert (before["actions"][0]["allowed"], before["actions"][0]["reason"]) == (True, None)
