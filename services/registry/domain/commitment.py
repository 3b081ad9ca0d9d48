"""Pure rules of commitments: what is promised in a plan, how far it is, and what is taken back.

Open, due, late and done follow from days and are for queries to say. The participant may speak late
of an earlier day; of equal days what was recorded last holds, and a step that was reached has the
day that was named last.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from contracts.events import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    RegistryEvent,
)
from services.kit.decider import Decider
from services.kit.errors import Finding, Refused
from services.registry.domain.circumstances import Circumstances, check_period
from services.registry.domain.course import (
    INITIAL,
    Commitment,
    Description,
    Plan,
    Plans,
    check_not_over,
    evolve,
    plan_of,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import plan_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareCommitment:
    """Promise a measure in a plan."""

    commitment: CommitmentDeclared
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress:
    """Say how far a commitment is, of a day."""

    progress: CommitmentProgressReported
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCommitment:
    """Take a commitment back, from a day on."""

    withdrawal: CommitmentWithdrawn
    circumstances: Circumstances


CommitmentCommand: TypeAlias = DeclareCommitment | ReportProgress | WithdrawCommitment

# --- refusals


class CommitmentIdTaken(Refused):
    """A commitment is declared once under its id in the plan; one taken back keeps its id."""

    code = "commitment-id-taken"
    title = "Another commitment carries this id in the plan."


class NoSuchCommitment(Refused):
    """Progress and withdrawals name a commitment of the plan."""

    code = "no-such-commitment"
    title = "No commitment by this id is declared in the plan."


class TargetOutsideThePeriod(Refused):
    """A target lies in the plan's period as it is described on the commitment's day or later."""

    code = "target-outside-the-period"
    title = "The target day lies outside the period of the plan."


class MilestoneNamedTwice(Refused):
    """Steps have ids of their own in a commitment, and one report names each of them once."""

    code = "milestone-named-twice"
    title = "The same milestone is named twice."


class MilestoneOutsideTheCommitment(Refused):
    """Steps lie between the day from which a commitment stands and its target."""

    code = "milestone-outside-the-commitment"
    title = "The day of a milestone lies before the commitment stands or after its target."


class CommitmentIsWithdrawn(Refused):
    """What no longer stands makes no progress and is not taken back again."""

    code = "commitment-is-withdrawn"
    title = "The commitment was taken back, and no longer stands on this day."


class ProgressInTheFuture(Refused):
    """Progress is what has happened."""

    code = "progress-in-the-future"
    title = "Progress is reported of a day that has come."


class ProgressBeforeTheCommitment(Refused):
    """Progress is made on what stands."""

    code = "progress-before-the-commitment"
    title = "The commitment does not stand yet on this day."


class NoSuchMilestone(Refused):
    """A step that was reached was declared with the commitment."""

    code = "no-such-milestone"
    title = "The commitment has no milestone by this id."


class MilestoneReachedLater(Refused):
    """Who speaks of a day names steps reached by that day."""

    code = "milestone-reached-later"
    title = "A milestone cannot have been reached after the day of which the report speaks."


class WithdrawnBeforeTheCommitment(Refused):
    """A commitment stands at least until the day it begins."""

    code = "withdrawn-before-the-commitment"
    title = "A commitment cannot be taken back from a day on which it did not stand yet."


class ProgressAfterTheWithdrawal(Refused):
    """Whoever reported progress of a day said that the commitment stood on it."""

    code = "progress-after-the-withdrawal"
    title = "Progress is on record of a day on which the commitment would no longer stand."


REFUSALS = (
    CommitmentIdTaken,
    NoSuchCommitment,
    TargetOutsideThePeriod,
    MilestoneNamedTwice,
    MilestoneOutsideTheCommitment,
    CommitmentIsWithdrawn,
    ProgressInTheFuture,
    ProgressBeforeTheCommitment,
    NoSuchMilestone,
    MilestoneReachedLater,
    WithdrawnBeforeTheCommitment,
    ProgressAfterTheWithdrawal,
)

# --- rules


def decide(command: CommitmentCommand, state: Plans) -> tuple[RegistryEvent, ...]:
    """Record what is said of a commitment; the very same a second time changes nothing."""
    match command:
        case DeclareCommitment():
            return _declare(command, state)
        case ReportProgress():
            return _report(command, state)
        case WithdrawCommitment():
            return _withdraw(command, state)
        case _:
            assert_never(command)


def _declare(command: DeclareCommitment, state: Plans) -> tuple[RegistryEvent, ...]:
    commitment = command.commitment
    plan = plan_of(state, commitment, command.circumstances)
    known = plan.commitments.get(commitment.commitment_id)
    if known is not None and known.declared == commitment:
        return ()
    if known is not None:
        raise CommitmentIdTaken
    check_not_over(plan, commitment.effective_on)
    check_period(commitment.effective_on, commitment.target_on)
    _check_target(commitment, plan)
    _check_named_once([one.milestone_id for one in commitment.milestones], "milestones")
    _check_milestones(commitment)
    return (commitment,)


def _check_target(commitment: CommitmentDeclared, plan: Plan) -> None:
    """Refuse a target that is outside whatever describes the plan from the commitment's day on."""
    described = plan.descriptions_from(commitment.effective_on)
    if not any(_has_day(one, commitment.target_on) for one in described):
        period = described[0]
        raise TargetOutsideThePeriod(
            f"the period is {period.period_from} to {period.period_to or 'open'}"
        )


def _has_day(description: Description, day: date) -> bool:
    last = description.period_to
    return description.period_from <= day and (last is None or day <= last)


def _check_named_once(named: list[str], member: str) -> None:
    counted = Counter(named)
    findings = [
        _finding(MilestoneNamedTwice, f"/{member}/{place}/milestone_id")
        for place, milestone_id in enumerate(named)
        if counted[milestone_id] > 1
    ]
    if findings:
        raise MilestoneNamedTwice(findings=findings)


def _check_milestones(commitment: CommitmentDeclared) -> None:
    findings = [
        _finding(MilestoneOutsideTheCommitment, f"/milestones/{place}/target_on")
        for place, milestone in enumerate(commitment.milestones)
        if not commitment.effective_on <= milestone.target_on <= commitment.target_on
    ]
    if findings:
        raise MilestoneOutsideTheCommitment(findings=findings)


def _report(command: ReportProgress, state: Plans) -> tuple[RegistryEvent, ...]:
    progress = command.progress
    plan = plan_of(state, progress, command.circumstances)
    commitment = _commitment(plan, progress.commitment_id)
    same_day = [one for one in commitment.progress if one.effective_on == progress.effective_on]
    if same_day and same_day[-1] == progress:
        return ()
    day, declared, withdrawn = progress.effective_on, commitment.declared, commitment.withdrawn
    if day > command.circumstances.today:
        raise ProgressInTheFuture(f"today is {command.circumstances.today}")
    if day < declared.effective_on:
        raise ProgressBeforeTheCommitment(f"it stands from {declared.effective_on}")
    if withdrawn is not None and day >= withdrawn.effective_on:
        raise CommitmentIsWithdrawn(f"from {withdrawn.effective_on} on")
    _check_reached(progress, declared)
    return (progress,)


def _check_reached(progress: CommitmentProgressReported, declared: CommitmentDeclared) -> None:
    """Check the steps named; one named again, with another day, is put right by that."""
    steps = {one.milestone_id for one in declared.milestones}
    reached = list(enumerate(progress.milestones_reached))
    _check_named_once([one.milestone_id for _, one in reached], "milestones_reached")
    unknown = [
        _finding(NoSuchMilestone, f"/milestones_reached/{place}/milestone_id")
        for place, one in reached
        if one.milestone_id not in steps
    ]
    if unknown:
        raise NoSuchMilestone(findings=unknown)
    later = [
        _finding(MilestoneReachedLater, f"/milestones_reached/{place}/reached_on")
        for place, one in reached
        if one.reached_on > progress.effective_on
    ]
    if later:
        raise MilestoneReachedLater(findings=later)


def _withdraw(command: WithdrawCommitment, state: Plans) -> tuple[RegistryEvent, ...]:
    withdrawal = command.withdrawal
    plan = plan_of(state, withdrawal, command.circumstances)
    commitment = _commitment(plan, withdrawal.commitment_id)
    if commitment.withdrawn == withdrawal:
        return ()
    if commitment.withdrawn is not None:
        raise CommitmentIsWithdrawn(f"from {commitment.withdrawn.effective_on} on")
    if withdrawal.effective_on < commitment.declared.effective_on:
        raise WithdrawnBeforeTheCommitment(f"it stands from {commitment.declared.effective_on}")
    last = max((one.effective_on for one in commitment.progress), default=date.min)
    if last >= withdrawal.effective_on:
        raise ProgressAfterTheWithdrawal(f"of {last}")
    return (withdrawal,)


def _commitment(plan: Plan, commitment_id: str) -> Commitment:
    if commitment_id not in plan.commitments:
        raise NoSuchCommitment
    return plan.commitments[commitment_id]


def _finding(refusal: type[Refused], pointer: str) -> Finding:
    return Finding(code=refusal.code, pointer=pointer, message=refusal.title)


DECIDER: Decider[CommitmentCommand, Plans, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=INITIAL
)


def ruling(command: CommitmentCommand) -> Ruling:
    """Say what a command reads: the plan's stream alone, which a registered participant began."""
    match command:
        case DeclareCommitment():
            plan_id = command.commitment.plan_id
        case ReportProgress():
            plan_id = command.progress.plan_id
        case WithdrawCommitment():
            plan_id = command.withdrawal.plan_id
        case _:
            assert_never(command)
    return ruling_by(DECIDER, command, target=plan_stream(plan_id))
