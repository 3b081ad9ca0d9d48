"""Registry: requests about plans."""

from typing import Any

from contracts.events import parse_event
from services.registry.domain.plan import RegisterPlan
from services.registry.intents.intent import Document, Intent, check


def register_plan(document: Document) -> Intent:
    """Ask to register a plan."""
    check(document, "events/plan-registered")
    plan: Any = parse_event("plan-registered", document)
    return Intent(
        command=lambda around, _: RegisterPlan(plan=plan, circumstances=around),
        participant=plan.participant,
    )
