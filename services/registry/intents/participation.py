"""Registry: requests about participation, an act as it was notified."""

from typing import Any

from contracts.events import parse_event
from services.registry.domain.participation import RecordAct
from services.registry.intents.intent import Document, Intent, event_in

ACTS = frozenset(
    {
        "signature-recorded",
        "declaration-lodged",
        "declaration-withdrawn",
        "withdrawal-notified",
        "withdrawal-rescinded",
        "succession-notified",
        "participant-renamed",
        "membership-recorded",
        "act-rectified",
        "act-contested",
    }
)


def record_act(participant: str, document: Document) -> Intent:
    """Ask to record an act of participation."""
    kind, body = event_in(document, ACTS, participant=participant)
    act: Any = parse_event(kind, body)
    return Intent(
        command=lambda around, _: RecordAct(act=act, circumstances=around), participant=participant
    )
