"""Scripts: random commands on plans and their commitments, mostly on those that there are."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from contracts.events import CommitmentDeclared, PlanRegistered, RegistryEvent
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.commitment import (
    DeclareCommitment,
    ReportProgress,
    WithdrawCommitment,
)
from services.registry.domain.plan import ConcludePlan, RegisterPlan, RevisePlan
from tests import makers

History = tuple[RegistryEvent, ...]

CODES = ("ZZA", "ORG-ZZO", "KAZ")
DAYS = st.sampled_from(
    (
        date(2024, 3, 1),
        date(2025, 6, 30),
        date(2025, 8, 1),
        date(2025, 8, 1),
        date(2026, 2, 1),
        date(2026, 6, 30),
        date(2027, 1, 1),
    )
)
TARGETS = st.sampled_from((*(date(2026, 6, 30),) * 6, date(2023, 1, 1), date(2029, 5, 5)))


def _plans(history: History) -> st.SearchStrategy[tuple[str, str]]:
    """Participant and id of one of the plans on record, or of one that may not be."""
    found = [
        (event.participant, event.plan_id) for event in history if isinstance(event, PlanRegistered)
    ]
    return st.sampled_from((*(4 * found), ("ZZA", "ZZA-PLAN-1"), ("ZZB", "ZZA-PLAN-1")))


def _commitments(history: History) -> st.SearchStrategy[tuple[str, str, str]]:
    """Participant, plan and id of a commitment on record, or of one that may not be."""
    found = [
        (event.participant, event.plan_id, event.commitment_id)
        for event in history
        if isinstance(event, CommitmentDeclared)
    ]
    return st.sampled_from((*(4 * found), ("ZZA", "ZZA-PLAN-1", "C-01")))


@st.composite
def registrations(draw: st.DrawFn, around: Circumstances, history: History) -> RegisterPlan:
    code = draw(st.sampled_from(CODES))
    number = draw(st.sampled_from((1, 1, 2)))
    plan = makers.plan_registered(code, plan_id=f"{code}-PLAN-{number}")
    return RegisterPlan(plan=plan, circumstances=around)


@st.composite
def revisions(draw: st.DrawFn, around: Circumstances, history: History) -> RevisePlan:
    code, plan_id = draw(_plans(history))
    period_to = draw(st.sampled_from((date(2030, 12, 31), None, date(2020, 1, 1))))
    revision = makers.plan_revised(
        code, plan_id=plan_id, effective_on=draw(DAYS), period_to=period_to
    )
    return RevisePlan(revision=revision, circumstances=around)


@st.composite
def conclusions(draw: st.DrawFn, around: Circumstances, history: History) -> ConcludePlan:
    code, plan_id = draw(_plans(history))
    _, other = draw(_plans(history))
    replaced_by = draw(st.sampled_from((None, None, other)))
    conclusion = makers.plan_concluded(
        code,
        plan_id=plan_id,
        effective_on=draw(DAYS),
        outcome="replaced" if replaced_by else "completed",
        replaced_by=replaced_by,
    )
    return ConcludePlan(conclusion=conclusion, circumstances=around)


@st.composite
def promises(draw: st.DrawFn, around: Circumstances, history: History) -> DeclareCommitment:
    code, plan_id = draw(_plans(history))
    commitment = makers.commitment_declared(
        code,
        plan_id=plan_id,
        commitment_id=draw(st.sampled_from(("C-01", "C-02"))),
        effective_on=draw(st.sampled_from((date(2024, 3, 1), date(2024, 3, 1), date(2026, 1, 1)))),
        target_on=draw(TARGETS),
    )
    return DeclareCommitment(commitment=commitment, circumstances=around)


@st.composite
def reports_of_progress(draw: st.DrawFn, around: Circumstances, history: History) -> ReportProgress:
    code, plan_id, commitment_id = draw(_commitments(history))
    reached = draw(st.sampled_from(("M1", "M1", "M2", None)))
    progress = makers.commitment_progress_reported(
        code,
        plan_id=plan_id,
        commitment_id=commitment_id,
        effective_on=draw(DAYS),
        implementation_status=draw(st.sampled_from(("in_progress", "in_place"))),
        milestones_reached=[{"milestone_id": reached, "reached_on": draw(DAYS)}] if reached else [],
    )
    return ReportProgress(progress=progress, circumstances=around)


@st.composite
def withdrawals(draw: st.DrawFn, around: Circumstances, history: History) -> WithdrawCommitment:
    code, plan_id, commitment_id = draw(_commitments(history))
    withdrawal = makers.commitment_withdrawn(
        code, plan_id=plan_id, commitment_id=commitment_id, effective_on=draw(DAYS)
    )
    return WithdrawCommitment(withdrawal=withdrawal, circumstances=around)


@st.composite
def next_on_plans(draw: st.DrawFn, around: Circumstances, history: History) -> Command:
    """What may well come next: most commands need a plan, and some a commitment in it."""
    if not any(isinstance(event, PlanRegistered) for event in history):
        chosen: tuple[Strategy, ...] = (registrations, registrations, registrations, revisions)
    elif not any(isinstance(event, CommitmentDeclared) for event in history):
        chosen = (promises, promises, promises, promises, revisions, conclusions, registrations)
    else:
        chosen = (
            reports_of_progress,
            reports_of_progress,
            reports_of_progress,
            withdrawals,
            revisions,
            conclusions,
            promises,
        )
    command: Command = draw(draw(st.sampled_from(chosen))(around, history))
    return command


Strategy = Callable[[Circumstances, History], st.SearchStrategy[Any]]
COMMANDS: tuple[Strategy, ...] = (next_on_plans, next_on_plans)


def opening(around: Circumstances) -> tuple[Command, ...]:
    """What most of these commands need: plans, and commitments in them."""
    plans = [makers.plan_registered(code) for code in CODES]
    promised = [makers.commitment_declared(code) for code in CODES]
    return (
        *(RegisterPlan(plan=one, circumstances=around) for one in plans),
        *(DeclareCommitment(commitment=one, circumstances=around) for one in promised),
    )


@st.composite
def events(draw: st.DrawFn, code: str) -> RegistryEvent:
    """Any event of a plan, whether or not the rules would ever have let it happen."""
    others: tuple[RegistryEvent, ...] = (
        makers.plan_registered(code),
        makers.plan_revised(code),
        makers.plan_revised(code, effective_on=date(2024, 1, 1)),
        makers.plan_concluded(code),
        makers.commitment_declared(code),
        makers.commitment_progress_reported(code),
        makers.commitment_withdrawn(code),
    )
    return draw(st.sampled_from(others))
