"""Registry: requests of participants on what they filed: withdrawing it, showing sections of it."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.events import parse_event
from services.registry.domain.retraction import WithdrawReport
from services.registry.domain.section import AuthorisePublication, RestrictPublication
from services.registry.intents.intent import Document, Intent, event_in, malformed
from services.registry.intents.reviews import report_named

WITHDRAWAL_EVENTS = frozenset({"report-withdrawn"})
PUBLICATION_EVENTS = frozenset({"publication-authorised", "publication-restricted"})


def withdraw_report(report_id: str, document: Document) -> Intent:
    """Ask to withdraw a report."""
    kind, body = event_in(document, WITHDRAWAL_EVENTS, **report_named(report_id))
    withdrawal: Any = parse_event(kind, body)
    return Intent(
        kind=kind,
        command=lambda _, __: WithdrawReport(withdrawal=withdrawal),
        participant=withdrawal.participant,
    )


def change_publication(
    report_id: str, document: Document, held: Callable[[int], Mapping[str, str]]
) -> Intent:
    """Ask to show sections of a version, or to show them no longer.

    Args:
        report_id: as the path names it.
        document: the body.
        held: gives the disclosures that the registry still holds of a version, by section.
    """
    kind, body = event_in(document, PUBLICATION_EVENTS, **report_named(report_id))
    if "revealed" in body:
        raise malformed("unknown-member", "/revealed", "expected the registry to put it in")
    act: Any = parse_event(kind, body)
    if kind == "publication-restricted":
        return Intent(
            kind=kind,
            command=lambda _, __: RestrictPublication(restriction=act),
            participant=act.participant,
        )
    return Intent(
        kind=kind,
        command=lambda _, __: AuthorisePublication(asked=act, held=held(act.report_version)),
        participant=act.participant,
    )
