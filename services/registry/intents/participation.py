"""Registry: requests about participation, an act as it was notified."""

from collections.abc import Callable
from typing import Any

from contracts.events import ActContested, parse_event
from services.registry.domain.circumstances import Circumstances
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


def record_act(participant: str, document: Document, is_own: Callable[[int], bool]) -> Intent:
    """Ask to record an act of participation.

    Args:
        participant: as the path names it.
        document: the body.
        is_own: says whether the participant itself recorded the act of this version.
    """
    kind, body = event_in(document, ACTS, participant=participant)
    act: Any = parse_event(kind, body)

    def command(around: Circumstances, _: int) -> RecordAct:
        contests_own = isinstance(act, ActContested) and is_own(act.contests)
        return RecordAct(act=act, is_own=contests_own, circumstances=around)

    return Intent(kind=kind, command=command, participant=participant)
