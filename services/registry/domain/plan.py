"""Pure rules of plans: registered once, revised, and at last concluded.

A description holds from its day until another one takes its place; the one a plan was registered
with holds from the beginning. A conclusion ends the plan after its last day, and what was said too
late of an earlier day may still be recorded: dates decide, not the order of the stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias, assert_never

from contracts.events import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
    RegistryEvent,
)
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.circumstances import (
    Circumstances,
    OnlyInDemonstrations,
    check_period,
)
from services.registry.domain.participant import Newcomer, Participation
from services.registry.domain.participation import check_participant
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import participation_stream, plan_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPlan:
    """Register a plan as the participant describes it."""

    plan: PlanRegistered
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePlan:
    """Describe a plan anew, from a day on."""

    revision: PlanRevised
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludePlan:
    """Say which day was a plan's last, and how it ended."""

    conclusion: PlanConcluded
    circumstances: Circumstances


PlanCommand: TypeAlias = RegisterPlan | RevisePlan | ConcludePlan

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What is promised in a plan, and all that was said of it since."""

    declared: CommitmentDeclared
    progress: tuple[CommitmentProgressReported, ...] = ()
    """In the order of the stream."""
    withdrawn: CommitmentWithdrawn | None = None


Description: TypeAlias = PlanRegistered | PlanRevised


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A registered plan with everything that followed."""

    registered: PlanRegistered
    revisions: tuple[PlanRevised, ...] = ()
    """In the order of the stream."""
    concluded: PlanConcluded | None = None
    commitments: Mapping[str, Commitment] = field(default_factory=dict)

    def revision(self, effective_on: date) -> PlanRevised | None:
        """Give the last revision recorded for exactly this day."""
        found = (one for one in reversed(self.revisions) if one.effective_on == effective_on)
        return next(found, None)

    def description(self, day: date) -> Description:
        """Give what describes the plan on a day: of equal days the one recorded last."""
        found: Description = self.registered
        since = date.min
        for one in self.revisions:
            if since <= one.effective_on <= day:
                found, since = one, one.effective_on
        return found

    def descriptions_from(self, day: date) -> tuple[Description, ...]:
        """Give what describes the plan on a day and, as far as it is known, afterwards."""
        later = (one for one in self.revisions if one.effective_on > day)
        return (self.description(day), *later)

    def is_over(self, day: date) -> bool:
        """Say whether its last day lies before a day."""
        return self.concluded is not None and self.concluded.effective_on < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The plans that were read, by id, and the participation of whose plan it is to be."""

    plans: Mapping[str, Plan]
    participation: Participation


def evolve(state: Plans, event: RegistryEvent) -> Plans:
    """Give the state after an event of a plan or of the participant."""
    match event:
        case PlanRegistered():
            return _with(state, Plan(registered=event))
        case (
            PlanRevised()
            | PlanConcluded()
            | CommitmentDeclared()
            | CommitmentProgressReported()
            | CommitmentWithdrawn()
        ):
            plan = state.plans.get(event.plan_id)
            return state if plan is None else _with(state, _followed(plan, event))
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


Following: TypeAlias = (
    PlanRevised
    | PlanConcluded
    | CommitmentDeclared
    | CommitmentProgressReported
    | CommitmentWithdrawn
)


def _followed(plan: Plan, event: Following) -> Plan:
    match event:
        case PlanRevised():
            return replace(plan, revisions=(*plan.revisions, event))
        case PlanConcluded():
            return replace(plan, concluded=event)
        case CommitmentDeclared():
            return _with_commitment(plan, Commitment(declared=event))
        case CommitmentProgressReported() | CommitmentWithdrawn():
            commitment = plan.commitments.get(event.commitment_id)
            if commitment is None:
                return plan
            if isinstance(event, CommitmentWithdrawn):
                return _with_commitment(plan, replace(commitment, withdrawn=event))
            progress = (*commitment.progress, event)
            return _with_commitment(plan, replace(commitment, progress=progress))
        case _:
            assert_never(event)


def _with(state: Plans, plan: Plan) -> Plans:
    return replace(state, plans={**state.plans, plan.registered.plan_id: plan})


def _with_commitment(plan: Plan, commitment: Commitment) -> Plan:
    commitment_id = commitment.declared.commitment_id
    return replace(plan, commitments={**plan.commitments, commitment_id: commitment})


# --- refusals


class PlanIdTaken(Refused):
    """A plan is registered once under its id."""

    code = "plan-id-taken"
    title = "Another plan is registered under this id."


class ScopeDoesNotFitKind(Refused):
    """States have national plans, organisations have regional ones."""

    code = "scope-does-not-fit-kind"
    title = "A national plan is registered by a State, a regional plan by an organisation."


class NoSuchPlan(Refused):
    """Everything about a plan follows its registration."""

    code = "no-such-plan"
    title = "No plan is registered under this id."


class NotTheirPlan(Refused):
    """A participant speaks of its own plans."""

    code = "not-their-plan"
    title = "The plan is another participant's."


class PlanIsConcluded(Refused):
    """After its last day a plan is neither revised nor added to; earlier days may be told late."""

    code = "plan-is-concluded"
    title = "The plan was concluded before this day."


class AlreadyConcluded(Refused):
    """A plan is concluded once."""

    code = "already-concluded"
    title = "The plan was concluded already, in another way or on another day."


class ConcludedBeforeItBegan(Refused):
    """The last day of a plan does not lie before its first."""

    code = "concluded-before-it-began"
    title = "The last day of the plan lies before the first day of its period."


class ReplacedByItself(Refused):
    """What takes the place of a plan is another plan."""

    code = "replaced-by-itself"
    title = "A plan does not take its own place."


class NoSuchReplacement(Refused):
    """The plan that takes the place of another one is registered first."""

    code = "no-such-replacement"
    title = "The plan that is to take its place is not registered."


class ReplacementNotTheirs(Refused):
    """The plan that takes the place of another one is the same participant's."""

    code = "replacement-not-theirs"
    title = "The plan that is to take its place is another participant's."


class ReplacementIsConcluded(Refused):
    """The plan that takes the place of another one outlives it and was not replaced by it."""

    code = "replacement-is-concluded"
    title = "The plan that is to take its place does not outlive it, or was replaced by it."


REFUSALS = (
    PlanIdTaken,
    ScopeDoesNotFitKind,
    NoSuchPlan,
    NotTheirPlan,
    PlanIsConcluded,
    AlreadyConcluded,
    ConcludedBeforeItBegan,
    ReplacedByItself,
    NoSuchReplacement,
    ReplacementNotTheirs,
    ReplacementIsConcluded,
)

# --- rules


def decide(command: PlanCommand, state: Plans) -> tuple[RegistryEvent, ...]:
    """Register, revise or conclude; the very same a second time changes nothing."""
    match command:
        case RegisterPlan():
            return _register(command, state)
        case RevisePlan():
            return _revise(command, state)
        case ConcludePlan():
            return _conclude(command, state)
        case _:
            assert_never(command)


def plan_of(state: Plans, event: Following, circumstances: Circumstances) -> Plan:
    """Give the plan that an event speaks of, or refuse one that is not there or not theirs."""
    plan = state.plans.get(event.plan_id)
    if plan is None:
        raise NoSuchPlan
    if plan.registered.participant != event.participant:
        raise NotTheirPlan
    _check_origin(plan.registered, circumstances)
    return plan


def check_not_over(plan: Plan, day: date) -> None:
    """Refuse what begins after the plan's last day."""
    if plan.is_over(day):
        raise PlanIsConcluded(f"not after its last day, and this is of {day}")


def _register(command: RegisterPlan, state: Plans) -> tuple[RegistryEvent, ...]:
    plan = command.plan
    known = state.plans.get(plan.plan_id)
    if known is not None and known.registered == plan:
        return ()
    if known is not None:
        raise PlanIdTaken
    signed = check_participant(state.participation)
    if (plan.scope == "regional") != (signed.kind == "organisation"):
        raise ScopeDoesNotFitKind(f"kind is {signed.kind}, scope is {plan.scope}")
    check_period(plan.period_from, plan.period_to)
    _check_origin(plan, command.circumstances)
    return (plan,)


def _check_origin(plan: PlanRegistered, circumstances: Circumstances) -> None:
    if plan.origin != "submission" and not circumstances.is_demonstration:
        raise OnlyInDemonstrations


def _revise(command: RevisePlan, state: Plans) -> tuple[RegistryEvent, ...]:
    revision = command.revision
    plan = plan_of(state, revision, command.circumstances)
    if plan.revision(revision.effective_on) == revision:
        return ()
    check_not_over(plan, revision.effective_on)
    check_period(revision.period_from, revision.period_to)
    return (revision,)


def _conclude(command: ConcludePlan, state: Plans) -> tuple[RegistryEvent, ...]:
    conclusion = command.conclusion
    plan = plan_of(state, conclusion, command.circumstances)
    if plan.concluded == conclusion:
        return ()
    if plan.concluded is not None:
        raise AlreadyConcluded(f"its last day is {plan.concluded.effective_on}")
    first = plan.description(conclusion.effective_on).period_from
    if conclusion.effective_on < first:
        raise ConcludedBeforeItBegan(f"its first day is {first}")
    if conclusion.replaced_by is not None:
        _check_replacement(conclusion, conclusion.replaced_by, state)
    return (conclusion,)


def _check_replacement(conclusion: PlanConcluded, replaced_by: str, state: Plans) -> None:
    if replaced_by == conclusion.plan_id:
        raise ReplacedByItself
    replacement = state.plans.get(replaced_by)
    if replacement is None:
        raise NoSuchReplacement
    if replacement.registered.participant != conclusion.participant:
        raise ReplacementNotTheirs
    last = replacement.concluded
    if last is None:
        return
    if last.effective_on <= conclusion.effective_on or last.replaced_by == conclusion.plan_id:
        raise ReplacementIsConcluded(f"its last day is {last.effective_on}")


INITIAL = Plans(plans={}, participation=Newcomer())

DECIDER: Decider[PlanCommand, Plans, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=INITIAL
)


def ruling(command: PlanCommand) -> Ruling:
    """Say what a command reads: the plan; the participant, or the plan that takes its place."""
    match command:
        case RegisterPlan():
            target = plan_stream(command.plan.plan_id)
            also: tuple[str, ...] = (participation_stream(command.plan.participant),)
        case RevisePlan():
            target, also = plan_stream(command.revision.plan_id), ()
        case ConcludePlan():
            target = plan_stream(command.conclusion.plan_id)
            replaced_by = command.conclusion.replaced_by
            also = () if replaced_by is None else (plan_stream(replaced_by),)
        case _:
            assert_never(command)
    return ruling_by(DECIDER, command, target=target, also=also)
