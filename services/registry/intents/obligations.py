"""Registry: requests of the secretariat about what a participant owes for a cycle."""

from typing import Any

from contracts.events import parse_event
from services.registry.domain.obligation import GrantExtension, RecordReminder
from services.registry.intents.intent import Document, Intent, event_in

EXTENSIONS = frozenset({"extension-granted"})
REMINDERS = frozenset({"reminder-sent"})


def grant_extension(cycle_id: str, document: Document) -> Intent:
    """Ask to give one participant more time."""
    kind, body = event_in(document, EXTENSIONS, cycle_id=cycle_id)
    extension: Any = parse_event(kind, body)
    return Intent(
        kind=kind,
        command=lambda around, _: GrantExtension(extension=extension, circumstances=around),
        participant=None,
    )


def record_reminder(cycle_id: str, document: Document) -> Intent:
    """Ask to record that a participant was reminded."""
    kind, body = event_in(document, REMINDERS, cycle_id=cycle_id)
    reminder: Any = parse_event(kind, body)
    return Intent(
        kind=kind,
        command=lambda around, _: RecordReminder(reminder=reminder, circumstances=around),
        participant=None,
    )
