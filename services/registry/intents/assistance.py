"""Registry: requests about assistance: needs, offers, matches, conclusions."""

from typing import Any

from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.sealing import seal
from services.registry.domain.assistance import (
    ConcludeAssistance,
    MatchAssistance,
    StateAssistance,
)
from services.registry.intents.intent import Document, Intent, Salts, event_in

STATED = frozenset({"assistance-requested", "assistance-offered"})
ASSISTANCE_ACTS = frozenset({"assistance-matched", "assistance-concluded"})


def state_assistance(document: Document, salts: Salts) -> Intent:
    """Ask to record a need or an offer; what is not public is sealed before anybody sees it."""
    kind, body = event_in(document, STATED)
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    stated: Any = parse_event(kind, sealed)
    return Intent(
        kind=kind,
        command=lambda around, _: StateAssistance(stated=stated, circumstances=around),
        participant=stated.participant,
        disclosures=disclosures,
    )


def record_assistance_act(assistance_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to match a need with an offer, which the secretariat does; or to conclude either."""
    kind, body = event_in(document, ASSISTANCE_ACTS, assistance_id=assistance_id)
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    act: Any = parse_event(kind, sealed)
    if kind == "assistance-matched":
        matching = MatchAssistance(match=act)
        return Intent(kind=kind, command=lambda _, __: matching, participant=None)
    return Intent(
        kind=kind,
        command=lambda _, __: ConcludeAssistance(conclusion=act),
        participant=act.participant,
        disclosures=disclosures,
    )
