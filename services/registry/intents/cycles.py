"""Registry: requests about reporting cycles."""

from typing import Any

from contracts.events import parse_event
from services.registry.domain.cycle import OpenCycle
from services.registry.intents.intent import Document, Intent, check


def open_cycle(document: Document) -> Intent:
    """Ask to open a reporting cycle."""
    check(document, "events/cycle-opened")
    cycle: Any = parse_event("cycle-opened", document)
    return Intent(
        command=lambda around, _: OpenCycle(cycle=cycle, circumstances=around), participant=None
    )
