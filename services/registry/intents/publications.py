"""Registry: requests of the secretariat about what governs reports and figures."""

from typing import Any

from contracts.events import parse_event
from services.registry.domain.publication import DeactivateRule, Publish
from services.registry.intents.intent import Document, Intent, event_in

PUBLICATIONS = frozenset(
    {
        "instrument-edition-published",
        "ruleset-published",
        "rule-deactivated",
        "methodology-published",
    }
)


def publish(document: Document) -> Intent:
    """Ask to publish a version, or to deactivate a rule of one."""
    kind, body = event_in(document, PUBLICATIONS)
    event: Any = parse_event(kind, body)
    if kind == "rule-deactivated":
        return Intent(
            kind=kind,
            command=lambda _, __: DeactivateRule(deactivation=event),
            participant=None,
        )
    return Intent(
        kind=kind,
        command=lambda around, _: Publish(publication=event, circumstances=around),
        participant=None,
    )
