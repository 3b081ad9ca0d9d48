"""Pure memory of plans: what describes them, what is promised in them, how far that is.

A description holds from its day until another one takes its place; the one a plan was registered
with holds from the beginning. A conclusion ends the plan after its last day. Dates decide, not the
order of the stream: what was said late of an earlier day counts from that day.
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
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.circumstances import Circumstances, OnlyInDemonstrations
from services.registry.domain.participant import Newcomer, Participation


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What is promised in a plan, and all that was said of it since."""

    declared: CommitmentDeclared
    progress: tuple[CommitmentProgressReported, ...] = ()
    """In the order of the stream."""
    withdrawn: CommitmentWithdrawn | None = None

    def progress_on(self, day: date) -> CommitmentProgressReported | None:
        """Give what was said of the latest day by then: of equal days what was recorded last."""
        said = enumerate(one for one in self.progress if one.effective_on <= day)
        _, latest = max(said, key=lambda one: (one[1].effective_on, one[0]), default=(0, None))
        return latest


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


INITIAL = Plans(plans={}, participation=Newcomer())


# --- refusals


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


REFUSALS = (NoSuchPlan, NotTheirPlan, PlanIsConcluded)

# --- checks that all acts on a plan share


def plan_of(state: Plans, event: Following, circumstances: Circumstances) -> Plan:
    """Give the plan that an event speaks of, or refuse one that is not there or not theirs."""
    plan = state.plans.get(event.plan_id)
    if plan is None:
        raise NoSuchPlan
    if plan.registered.participant != event.participant:
        raise NotTheirPlan
    check_origin(plan.registered, circumstances)
    return plan


def check_not_over(plan: Plan, day: date) -> None:
    """Refuse what begins after the plan's last day."""
    if plan.is_over(day):
        raise PlanIsConcluded(f"not after its last day, and this is of {day}")


def check_origin(plan: PlanRegistered, circumstances: Circumstances) -> None:
    """Refuse a compilation, and with it all that is said below it, outside demonstrations."""
    if plan.origin != "submission" and not circumstances.is_demonstration:
        raise OnlyInDemonstrations
