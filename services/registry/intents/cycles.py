"""Registry: requests about reporting cycles."""

from typing import Any

from contracts.events import parse_event
from services.registry.domain.cycle import CloseCycle, OpenCycle
from services.registry.intents.intent import Document, Intent, check, event_in

CYCLE_ACTS = frozenset({"cycle-closed"})


def open_cycle(document: Document) -> Intent:
    """Ask to open a reporting cycle."""
    check(document, "events/cycle-opened")
    cycle: Any = parse_event("cycle-opened", document)
    return Intent(
        kind="cycle-opened",
        command=lambda around, _: OpenCycle(cycle=cycle, circumstances=around),
        participant=None,
    )


def act_on_cycle(cycle_id: str, document: Document) -> Intent:
    """Ask to close a reporting cycle."""
    kind, body = event_in(document, CYCLE_ACTS, cycle_id=cycle_id)
    closing: Any = parse_event(kind, body)
    return Intent(
        kind=kind,
        command=lambda around, _: CloseCycle(closing=closing, circumstances=around),
        participant=None,
    )
