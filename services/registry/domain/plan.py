"""Pure rules of plans: national and regional plans under the instrument, registered once."""

from dataclasses import dataclass, replace

from contracts.events import PlanRegistered, RegistryEvent
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


# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan (`None`: not registered) and the participation of whose plan it is to be."""

    registered: PlanRegistered | None
    participation: Participation


def evolve(state: Plan, event: RegistryEvent) -> Plan:
    """Give the state after an event of the plan or of the participant."""
    match event:
        case PlanRegistered():
            return replace(state, registered=event)
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


# --- refusals


class PlanIdTaken(Refused):
    """A plan is registered once under its id."""

    code = "plan-id-taken"
    title = "Another plan is registered under this id."


class ScopeDoesNotFitKind(Refused):
    """States have national plans, organisations have regional ones."""

    code = "scope-does-not-fit-kind"
    title = "A national plan is registered by a State, a regional plan by an organisation."


REFUSALS = (PlanIdTaken, ScopeDoesNotFitKind)

# --- rules


def decide(command: RegisterPlan, state: Plan) -> tuple[RegistryEvent, ...]:
    """Register the plan; the very same a second time changes nothing."""
    plan = command.plan
    if state.registered == plan:
        return ()
    if state.registered is not None:
        raise PlanIdTaken
    signed = check_participant(state.participation)
    if (plan.scope == "regional") != (signed.kind == "organisation"):
        raise ScopeDoesNotFitKind(f"kind is {signed.kind}, scope is {plan.scope}")
    check_period(plan.period_from, plan.period_to)
    if plan.origin != "submission" and not command.circumstances.is_demonstration:
        raise OnlyInDemonstrations
    return (plan,)


DECIDER: Decider[RegisterPlan, Plan, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=Plan(registered=None, participation=Newcomer())
)


def ruling(command: RegisterPlan) -> Ruling:
    """Say what registering reads: the plan's stream, and the participant's."""
    return ruling_by(
        DECIDER,
        command,
        target=plan_stream(command.plan.plan_id),
        also=(participation_stream(command.plan.participant),),
    )
