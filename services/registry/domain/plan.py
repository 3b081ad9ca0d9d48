"""Pure rules of plans: registered once, revised, and at last concluded.

What was said too late of an earlier day may still be recorded, also after a conclusion.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import PlanConcluded, PlanRegistered, PlanRevised, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances, check_period
from services.registry.domain.course import (
    INITIAL,
    Plans,
    check_not_over,
    check_origin,
    evolve,
    plan_of,
)
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

# --- refusals


class PlanIdTaken(Refused):
    """A plan is registered once under its id."""

    code = "plan-id-taken"
    title = "Another plan is registered under this id."


class ScopeDoesNotFitKind(Refused):
    """States have national plans, organisations have regional ones."""

    code = "scope-does-not-fit-kind"
    title = "A national plan is registered by a State, a regional plan by an organisation."


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
    check_origin(plan, command.circumstances)
    return (plan,)


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
