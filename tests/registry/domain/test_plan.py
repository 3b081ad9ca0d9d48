"""Rules of plans, by example."""

from datetime import date

from services.registry.domain import plan
from services.registry.domain.circumstances import OnlyInDemonstrations, PeriodReversed
from services.registry.domain.participation import NotAParticipant
from tests.makers import plan_registered, signature_recorded, source, withdrawal_notified
from tests.registry.domain.asking import REAL, register
from tests.spec import given

SIGNED = signature_recorded()
PLAN = plan_registered()
COMPILED = plan_registered(origin="illustrative_compilation", sources=[source("Press summary")])


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
