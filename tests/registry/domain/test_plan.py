"""Rules of plans, by example."""

from datetime import date
from typing import Any

from contracts.events import PlanConcluded, PlanRevised
from services.registry.domain import course, plan
from services.registry.domain.circumstances import OnlyInDemonstrations, PeriodReversed
from services.registry.domain.participation import NotAParticipant
from services.registry.domain.plan import ConcludePlan, RevisePlan
from tests.makers import (
    plan_concluded,
    plan_registered,
    plan_revised,
    signature_recorded,
    source,
    withdrawal_notified,
)
from tests.registry.domain.asking import REAL, circumstances, register
from tests.spec import given

SIGNED = signature_recorded()
PLAN = plan_registered()
COMPILED = plan_registered(origin="illustrative_compilation", sources=[source("Press summary")])
REVISED = plan_revised()
CONCLUDED = plan_concluded()


def revise(one: PlanRevised, **around: Any) -> RevisePlan:
    return RevisePlan(revision=one, circumstances=circumstances(**around))


def conclude(one: PlanConcluded, **around: Any) -> ConcludePlan:
    return ConcludePlan(conclusion=one, circumstances=circumstances(**around))


def test_a_state_registers_a_national_plan() -> None:
    given(SIGNED).when(register(PLAN)).then(PLAN)


def test_an_organisation_registers_a_regional_plan() -> None:
    regional = plan_registered("ORG-ZZO")
    given(signature_recorded("ORG-ZZO")).when(register(regional)).then(regional)


def test_a_participant_that_has_withdrawn_may_still_register_what_it_planned() -> None:
    given(SIGNED, withdrawal_notified()).when(register(PLAN)).then(PLAN)


def test_a_plan_without_a_last_day_is_registered() -> None:
    open_ended = plan_registered(period_to=None)
    given(SIGNED).when(register(open_ended)).then(open_ended)


def test_who_never_signed_registers_no_plan() -> None:
    given().when(register(PLAN)).then_refused(NotAParticipant)


def test_the_same_plan_sent_twice_is_registered_once() -> None:
    given(SIGNED, PLAN).when(register(PLAN)).then_nothing_happens()


def test_a_plan_is_registered_once_under_its_id() -> None:
    other = plan_registered(title={"en": "Another plan"})
    given(SIGNED, PLAN).when(register(other)).then_refused(plan.PlanIdTaken)


def test_a_state_registers_no_regional_plan() -> None:
    regional = plan_registered(scope="regional")
    given(SIGNED).when(register(regional)).then_refused(plan.ScopeDoesNotFitKind)


def test_an_organisation_registers_no_national_plan() -> None:
    national = plan_registered("ORG-ZZO", scope="national")
    given(signature_recorded("ORG-ZZO")).when(register(national)).then_refused(
        plan.ScopeDoesNotFitKind
    )


def test_a_plan_does_not_end_before_it_begins() -> None:
    reversed_period = plan_registered(period_to=date(2023, 12, 31))
    given(SIGNED).when(register(reversed_period)).then_refused(PeriodReversed)


def test_a_plan_compiled_from_public_sources_is_for_demonstrations() -> None:
    given(SIGNED).when(register(COMPILED)).then(COMPILED)
    given(SIGNED).when(register(COMPILED, log_origin=REAL)).then_refused(OnlyInDemonstrations)


# --- revised


def test_a_plan_is_revised_from_a_day_on() -> None:
    given(PLAN).when(revise(REVISED)).then(REVISED)


def test_the_same_revision_sent_twice_is_recorded_once() -> None:
    given(PLAN, REVISED).when(revise(REVISED)).then_nothing_happens()


def test_what_was_put_right_for_a_day_can_be_put_back() -> None:
    other = plan_revised(title={"en": "Another title"})
    given(PLAN, REVISED, other).when(revise(REVISED)).then(REVISED)


def test_a_revision_of_an_earlier_day_may_be_told_late() -> None:
    earlier = plan_revised(effective_on=date(2024, 7, 1))
    given(PLAN, REVISED).when(revise(earlier)).then(earlier)


def test_only_what_is_registered_is_revised_and_by_whose_it_is() -> None:
    given(SIGNED).when(revise(REVISED)).then_refused(course.NoSuchPlan)
    foreign = plan_revised("ZZB", plan_id="ZZA-PLAN-1")
    given(PLAN).when(revise(foreign)).then_refused(course.NotTheirPlan)


def test_a_revised_plan_does_not_end_before_it_begins() -> None:
    reversed_period = plan_revised(period_to=date(2023, 12, 31))
    given(PLAN).when(revise(reversed_period)).then_refused(PeriodReversed)


def test_a_plan_is_not_revised_after_its_last_day_but_an_earlier_day_may_be_told() -> None:
    history = given(PLAN, CONCLUDED)
    after = plan_revised(effective_on=date(2026, 7, 1))
    history.when(revise(after)).then_refused(course.PlanIsConcluded)
    history.when(revise(REVISED)).then(REVISED)


def test_a_compiled_plan_is_revised_and_concluded_in_demonstrations_alone() -> None:
    history = given(COMPILED)
    history.when(revise(REVISED)).then(REVISED)
    history.when(revise(REVISED, log_origin=REAL)).then_refused(OnlyInDemonstrations)
    history.when(conclude(CONCLUDED, log_origin=REAL)).then_refused(OnlyInDemonstrations)


# --- concluded


def test_a_plan_is_concluded() -> None:
    given(PLAN).when(conclude(CONCLUDED)).then(CONCLUDED)


def test_the_same_conclusion_sent_twice_is_recorded_once() -> None:
    given(PLAN, CONCLUDED).when(conclude(CONCLUDED)).then_nothing_happens()


def test_a_plan_is_concluded_once() -> None:
    other = plan_concluded(outcome="discontinued")
    given(PLAN, CONCLUDED).when(conclude(other)).then_refused(plan.AlreadyConcluded)


def test_only_what_is_registered_is_concluded_and_by_whose_it_is() -> None:
    given(SIGNED).when(conclude(CONCLUDED)).then_refused(course.NoSuchPlan)
    foreign = plan_concluded("ZZB", plan_id="ZZA-PLAN-1")
    given(PLAN).when(conclude(foreign)).then_refused(course.NotTheirPlan)


def test_the_last_day_of_a_plan_does_not_lie_before_its_first() -> None:
    early = plan_concluded(effective_on=date(2023, 12, 31))
    given(PLAN).when(conclude(early)).then_refused(plan.ConcludedBeforeItBegan)
    moved = plan_revised(effective_on=date(2023, 6, 1), period_from=date(2023, 6, 1))
    given(PLAN, moved).when(conclude(early)).then(early)


SECOND = plan_registered(plan_id="ZZA-PLAN-2")
REPLACED = plan_concluded(outcome="replaced", replaced_by="ZZA-PLAN-2")


def test_another_plan_of_the_participant_takes_its_place() -> None:
    given(PLAN, SECOND).when(conclude(REPLACED)).then(REPLACED)


def test_a_plan_does_not_take_its_own_place() -> None:
    itself = plan_concluded(outcome="replaced", replaced_by="ZZA-PLAN-1")
    given(PLAN).when(conclude(itself)).then_refused(plan.ReplacedByItself)


def test_what_takes_the_place_of_a_plan_is_registered() -> None:
    given(PLAN).when(conclude(REPLACED)).then_refused(plan.NoSuchReplacement)


def test_the_plan_of_another_does_not_take_its_place() -> None:
    foreign = plan_registered("ZZB", plan_id="ZZA-PLAN-2")
    given(PLAN, foreign).when(conclude(REPLACED)).then_refused(plan.ReplacementNotTheirs)


def test_what_takes_the_place_of_a_plan_outlives_it() -> None:
    over = plan_concluded(plan_id="ZZA-PLAN-2", effective_on=date(2026, 6, 30))
    given(PLAN, SECOND, over).when(conclude(REPLACED)).then_refused(plan.ReplacementIsConcluded)
    later = plan_concluded(plan_id="ZZA-PLAN-2", effective_on=date(2026, 7, 1))
    given(PLAN, SECOND, later).when(conclude(REPLACED)).then(REPLACED)


def test_two_plans_do_not_take_the_place_of_each_other() -> None:
    back = plan_concluded(
        plan_id="ZZA-PLAN-2",
        effective_on=date(2025, 1, 1),
        outcome="replaced",
        replaced_by="ZZA-PLAN-1",
    )
    history = given(PLAN, SECOND, REPLACED)
    history.when(conclude(back)).then_refused(plan.ReplacementIsConcluded)
