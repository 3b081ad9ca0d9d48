"""Registry: requests about plans, and about the commitments in them."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.events import parse_event
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.commitment import (
    DeclareCommitment,
    ReportProgress,
    WithdrawCommitment,
)
from services.registry.domain.plan import ConcludePlan, RegisterPlan, RevisePlan
from services.registry.intents.intent import Document, Intent, check, event_in

PLAN_ACTS: Mapping[str, Callable[[Any, Circumstances], Command]] = {
    "plan-revised": lambda one, around: RevisePlan(revision=one, circumstances=around),
    "plan-concluded": lambda one, around: ConcludePlan(conclusion=one, circumstances=around),
    "commitment-declared": lambda one, around: DeclareCommitment(
        commitment=one, circumstances=around
    ),
    "commitment-progress-reported": lambda one, around: ReportProgress(
        progress=one, circumstances=around
    ),
    "commitment-withdrawn": lambda one, around: WithdrawCommitment(
        withdrawal=one, circumstances=around
    ),
}
"""Every act on a registered plan, by the type of its event."""


def register_plan(document: Document) -> Intent:
    """Ask to register a plan."""
    check(document, "events/plan-registered")
    plan: Any = parse_event("plan-registered", document)
    return Intent(
        kind="plan-registered",
        command=lambda around, _: RegisterPlan(plan=plan, circumstances=around),
        participant=plan.participant,
    )


def record_plan_act(plan_id: str, document: Document) -> Intent:
    """Ask to record what a participant says of its plan, or of a commitment in it."""
    kind, body = event_in(document, PLAN_ACTS.keys(), plan_id=plan_id)
    event: Any = parse_event(kind, body)
    command = PLAN_ACTS[kind]
    return Intent(
        kind=kind,
        command=lambda around, _: command(event, around),
        participant=event.participant,
    )
