"""Rules of commitments, by example."""

from datetime import date
from typing import Any

from contracts.events import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
)
from services.registry.domain import commitment, course
from services.registry.domain.circumstances import OnlyInDemonstrations, PeriodReversed
from services.registry.domain.commitment import (
    DeclareCommitment,
    ReportProgress,
    WithdrawCommitment,
)
from tests.makers import (
    commitment_declared,
    commitment_progress_reported,
    commitment_withdrawn,
    plan_concluded,
    plan_registered,
    plan_revised,
    signature_recorded,
    source,
)
from tests.registry.domain.asking import REAL, circumstances
from tests.spec import given

SIGNED = signature_recorded()
PLAN = plan_registered()
PROMISED = commitment_declared()
PROGRESS = commitment_progress_reported()
WITHDRAWN = commitment_withdrawn()


def declare(one: CommitmentDeclared, **around: Any) -> DeclareCommitment:
    return DeclareCommitment(commitment=one, circumstances=circumstances(**around))


def tell(one: CommitmentProgressReported, **around: Any) -> ReportProgress:
    return ReportProgress(progress=one, circumstances=circumstances(**around))


def withdraw(one: CommitmentWithdrawn, **around: Any) -> WithdrawCommitment:
    return WithdrawCommitment(withdrawal=one, circumstances=circumstances(**around))


def milestone(milestone_id: str, target_on: date) -> dict[str, Any]:
    return {"milestone_id": milestone_id, "title": {"en": "A step"}, "target_on": target_on}


def reached(*named: tuple[str, date]) -> list[dict[str, Any]]:
    return [{"milestone_id": one, "reached_on": day} for one, day in named]


# --- declared


def test_a_participant_promises_a_measure_in_its_plan() -> None:
    given(SIGNED, PLAN).when(declare(PROMISED)).then(PROMISED)


def test_the_same_commitment_sent_twice_is_declared_once() -> None:
    given(PLAN, PROMISED).when(declare(PROMISED)).then_nothing_happens()


def test_an_id_names_one_commitment_of_a_plan_even_after_it_was_taken_back() -> None:
    other = commitment_declared(title={"en": "Another measure"})
    given(PLAN, PROMISED).when(declare(other)).then_refused(commitment.CommitmentIdTaken)
    given(PLAN, PROMISED, WITHDRAWN).when(declare(other)).then_refused(commitment.CommitmentIdTaken)


def test_another_plan_has_ids_of_its_own() -> None:
    second = commitment_declared(plan_id="ZZA-PLAN-2")
    given(PLAN, PROMISED, plan_registered(plan_id="ZZA-PLAN-2")).when(declare(second)).then(second)


def test_nothing_is_promised_in_a_plan_that_is_not_registered() -> None:
    given(SIGNED).when(declare(PROMISED)).then_refused(course.NoSuchPlan)


def test_nobody_promises_in_the_plan_of_another() -> None:
    foreign = commitment_declared("ZZB", plan_id="ZZA-PLAN-1")
    given(PLAN).when(declare(foreign)).then_refused(course.NotTheirPlan)


def test_nothing_is_promised_after_the_last_day_of_a_plan() -> None:
    concluded = plan_concluded(effective_on=date(2026, 2, 28))
    history = given(PLAN, concluded)
    late = commitment_declared(effective_on=date(2026, 3, 1), milestones=[])
    history.when(declare(late)).then_refused(course.PlanIsConcluded)
    on_its_last_day = commitment_declared(effective_on=date(2026, 2, 28), milestones=[])
    history.when(declare(on_its_last_day)).then(on_its_last_day)


def test_a_target_lies_in_the_period_of_the_plan() -> None:
    after = commitment_declared(target_on=date(2029, 1, 1))
    given(PLAN).when(declare(after)).then_refused(commitment.TargetOutsideThePeriod)
    before = commitment_declared(
        effective_on=date(2023, 6, 1), target_on=date(2023, 12, 31), milestones=[]
    )
    given(PLAN).when(declare(before)).then_refused(commitment.TargetOutsideThePeriod)
    on_its_last_day = commitment_declared(target_on=date(2028, 12, 31))
    given(PLAN).when(declare(on_its_last_day)).then(on_its_last_day)


def test_a_plan_without_a_last_day_has_room_for_any_target() -> None:
    far = commitment_declared(target_on=date(2045, 1, 1))
    given(plan_registered(period_to=None)).when(declare(far)).then(far)


def test_a_target_is_refused_only_where_no_description_from_that_day_on_has_room_for_it() -> None:
    longer = plan_revised(effective_on=date(2025, 7, 1), period_to=date(2030, 12, 31))
    ahead = commitment_declared(target_on=date(2030, 6, 30))
    given(PLAN, longer).when(declare(ahead)).then(ahead)
    shorter = plan_revised(effective_on=date(2024, 2, 1), period_to=date(2026, 6, 29))
    given(PLAN, shorter).when(declare(PROMISED)).then_refused(commitment.TargetOutsideThePeriod)


def test_a_target_does_not_lie_before_the_day_of_the_promise() -> None:
    backwards = commitment_declared(effective_on=date(2026, 7, 1))
    given(PLAN).when(declare(backwards)).then_refused(PeriodReversed)


def test_the_steps_of_a_commitment_have_ids_of_their_own() -> None:
    day = date(2025, 1, 1)
    twice = [milestone("M1", day), milestone("M2", day), milestone("M1", date(2025, 2, 1))]
    refusal = (
        given(PLAN)
        .when(declare(commitment_declared(milestones=twice)))
        .then_refused(commitment.MilestoneNamedTwice)
    )
    assert [one.pointer for one in refusal.findings] == [
        "/milestones/0/milestone_id",
        "/milestones/2/milestone_id",
    ]


def test_steps_lie_between_the_promise_and_its_target() -> None:
    steps = [
        milestone("M1", date(2024, 3, 1)),
        milestone("M2", date(2026, 6, 30)),
        milestone("M3", date(2024, 2, 29)),
        milestone("M4", date(2026, 7, 1)),
    ]
    given(PLAN).when(declare(good := commitment_declared(milestones=steps[:2]))).then(good)
    refusal = (
        given(PLAN)
        .when(declare(commitment_declared(milestones=steps)))
        .then_refused(commitment.MilestoneOutsideTheCommitment)
    )
    assert [one.pointer for one in refusal.findings] == [
        "/milestones/2/target_on",
        "/milestones/3/target_on",
    ]


def test_what_is_promised_in_a_compiled_plan_stays_in_demonstrations() -> None:
    compiled = plan_registered(origin="illustrative_compilation", sources=[source("Press")])
    given(compiled).when(declare(PROMISED)).then(PROMISED)
    given(compiled).when(declare(PROMISED, log_origin=REAL)).then_refused(OnlyInDemonstrations)


# --- progress


def test_a_participant_says_how_far_a_commitment_is() -> None:
    given(PLAN, PROMISED).when(tell(PROGRESS)).then(PROGRESS)


def test_the_same_progress_sent_twice_is_reported_once() -> None:
    given(PLAN, PROMISED, PROGRESS).when(tell(PROGRESS)).then_nothing_happens()


def test_progress_of_an_earlier_day_may_be_told_late() -> None:
    later = commitment_progress_reported(effective_on=date(2026, 1, 1), milestones_reached=[])
    given(PLAN, PROMISED, later).when(tell(PROGRESS)).then(PROGRESS)


def test_what_was_put_right_for_a_day_can_be_put_back() -> None:
    other = commitment_progress_reported(implementation_status="planned")
    given(PLAN, PROMISED, PROGRESS, other).when(tell(PROGRESS)).then(PROGRESS)


def test_progress_is_on_a_commitment_that_was_declared() -> None:
    given(PLAN).when(tell(PROGRESS)).then_refused(commitment.NoSuchCommitment)
    given(SIGNED).when(tell(PROGRESS)).then_refused(course.NoSuchPlan)


def test_nobody_reports_progress_on_the_plan_of_another() -> None:
    foreign = commitment_progress_reported("ZZB", plan_id="ZZA-PLAN-1")
    given(PLAN, PROMISED).when(tell(foreign)).then_refused(course.NotTheirPlan)


def test_progress_is_not_of_a_day_to_come() -> None:
    tomorrow = commitment_progress_reported(effective_on=date(2026, 11, 22))
    history = given(PLAN, PROMISED)
    history.when(tell(tomorrow)).then_refused(commitment.ProgressInTheFuture)


def test_progress_is_not_of_a_day_before_the_promise() -> None:
    early = commitment_progress_reported(effective_on=date(2024, 2, 29))
    given(PLAN, PROMISED).when(tell(early)).then_refused(commitment.ProgressBeforeTheCommitment)


def test_what_no_longer_stands_makes_no_progress_but_an_earlier_day_may_be_told() -> None:
    history = given(PLAN, PROMISED, WITHDRAWN)
    on_the_day = commitment_progress_reported(effective_on=date(2025, 12, 1))
    history.when(tell(on_the_day)).then_refused(commitment.CommitmentIsWithdrawn)
    history.when(tell(PROGRESS)).then(PROGRESS)


def test_a_commitment_of_a_concluded_plan_can_still_be_reported_done() -> None:
    done = commitment_progress_reported(
        effective_on=date(2026, 9, 1), implementation_status="in_place"
    )
    given(PLAN, PROMISED, plan_concluded()).when(tell(done)).then(done)


def test_a_step_that_was_reached_was_declared() -> None:
    unknown = commitment_progress_reported(
        milestones_reached=reached(("M1", date(2025, 7, 1)), ("M9", date(2025, 7, 1)))
    )
    refusal = given(PLAN, PROMISED).when(tell(unknown)).then_refused(commitment.NoSuchMilestone)
    assert [one.pointer for one in refusal.findings] == ["/milestones_reached/1/milestone_id"]


def test_one_report_names_a_step_once() -> None:
    twice = commitment_progress_reported(
        milestones_reached=reached(("M1", date(2025, 7, 1)), ("M1", date(2025, 7, 2)))
    )
    given(PLAN, PROMISED).when(tell(twice)).then_refused(commitment.MilestoneNamedTwice)


def test_a_step_is_not_reached_after_the_day_of_which_the_report_speaks() -> None:
    ahead = commitment_progress_reported(milestones_reached=reached(("M1", date(2025, 8, 2))))
    refusal = given(PLAN, PROMISED).when(tell(ahead)).then_refused(commitment.MilestoneReachedLater)
    assert [one.pointer for one in refusal.findings] == ["/milestones_reached/0/reached_on"]


def test_a_later_report_puts_the_day_of_a_step_right() -> None:
    corrected = commitment_progress_reported(
        effective_on=date(2025, 9, 1), milestones_reached=reached(("M1", date(2025, 7, 20)))
    )
    given(PLAN, PROMISED, PROGRESS).when(tell(corrected)).then(corrected)


# --- withdrawn


def test_a_participant_takes_a_commitment_back() -> None:
    given(PLAN, PROMISED, PROGRESS).when(withdraw(WITHDRAWN)).then(WITHDRAWN)


def test_the_same_withdrawal_sent_twice_is_recorded_once() -> None:
    given(PLAN, PROMISED, WITHDRAWN).when(withdraw(WITHDRAWN)).then_nothing_happens()


def test_a_commitment_is_taken_back_once() -> None:
    other = commitment_withdrawn(reason={"en": "Another reason."})
    history = given(PLAN, PROMISED, WITHDRAWN)
    history.when(withdraw(other)).then_refused(commitment.CommitmentIsWithdrawn)


def test_only_what_was_promised_is_taken_back() -> None:
    given(PLAN).when(withdraw(WITHDRAWN)).then_refused(commitment.NoSuchCommitment)
    foreign = commitment_withdrawn("ZZB", plan_id="ZZA-PLAN-1")
    given(PLAN, PROMISED).when(withdraw(foreign)).then_refused(course.NotTheirPlan)


def test_a_commitment_is_not_taken_back_from_a_day_before_it_stood() -> None:
    early = commitment_withdrawn(effective_on=date(2024, 2, 29))
    refused = given(PLAN, PROMISED).when(withdraw(early))
    refused.then_refused(commitment.WithdrawnBeforeTheCommitment)


def test_a_commitment_is_not_taken_back_from_a_day_before_progress_was_made() -> None:
    before = commitment_withdrawn(effective_on=date(2025, 8, 1))
    refused = given(PLAN, PROMISED, PROGRESS).when(withdraw(before))
    refused.then_refused(commitment.ProgressAfterTheWithdrawal)
