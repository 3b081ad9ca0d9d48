"""Plans under random scripts of commands: what holds whatever is asked, in whatever order."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from services.registry.domain.commands import Command
from services.registry.domain.course import INITIAL, Description, Plans, evolve
from tests.registry.domain import asking, scripts_plans
from tests.spec import rule

AROUND = asking.circumstances()
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

History = tuple[RegistryEvent, ...]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """What happens when commands on plans come one after the other."""
    history: History = ()
    script: list[Command] = list(scripts_plans.opening(AROUND))
    for _ in range(draw(st.integers(6, 16))):
        for command in script:
            history += _happened(history, command)
        script = [draw(scripts_plans.COMMANDS[0](AROUND, history))]
    return history


def _happened(history: History, command: Command) -> History:
    try:
        return rule(history, command)
    except Refused:
        return ()


def folded(history: History) -> Plans:
    state = INITIAL
    for event in history:
        state = evolve(state, event)
    return state


@MANY
@given(histories())
def test_everything_said_of_a_plan_is_its_participant_s_and_follows_its_registration(
    history: History,
) -> None:
    owner: dict[str, str] = {}
    for event in history:
        match event:
            case PlanRegistered():
                assert event.plan_id not in owner
                owner[event.plan_id] = event.participant
            case (
                PlanRevised()
                | PlanConcluded()
                | CommitmentDeclared()
                | CommitmentProgressReported()
                | CommitmentWithdrawn()
            ):
                assert owner[event.plan_id] == event.participant
            case _:
                pass


@MANY
@given(histories())
def test_progress_is_of_days_on_which_the_commitment_stood(history: History) -> None:
    for plan in folded(history).plans.values():
        for commitment in plan.commitments.values():
            declared, withdrawn = commitment.declared, commitment.withdrawn
            steps = {one.milestone_id for one in declared.milestones}
            for said in commitment.progress:
                assert declared.effective_on <= said.effective_on <= AROUND.today
                assert withdrawn is None or said.effective_on < withdrawn.effective_on
                for reached in said.milestones_reached:
                    assert reached.milestone_id in steps
                    assert reached.reached_on <= said.effective_on


@MANY
@given(histories())
def test_no_two_plans_replace_each_other(history: History) -> None:
    plans = folded(history).plans
    replaced = {
        (plan_id, plan.concluded.replaced_by)
        for plan_id, plan in plans.items()
        if plan.concluded is not None and plan.concluded.replaced_by is not None
    }
    assert replaced.isdisjoint({(other, plan_id) for plan_id, other in replaced})
    assert {other for _, other in replaced} <= plans.keys()


@MANY
@given(histories())
def test_a_commitment_fits_a_description_of_its_plan(history: History) -> None:
    for plan in folded(history).plans.values():
        for commitment in plan.commitments.values():
            declared = commitment.declared
            assert declared.effective_on <= declared.target_on
            described: list[Description] = [plan.registered, *plan.revisions]
            assert any(
                one.period_from <= declared.target_on
                and (one.period_to is None or declared.target_on <= one.period_to)
                for one in described
            )
