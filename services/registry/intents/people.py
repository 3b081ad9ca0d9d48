"""Registry: requests about people: who may act for a participant."""

from typing import Any

from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.sealing import seal
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.intents.intent import Document, Intent, Salts, event_in

FOCAL_POINT_EVENTS = frozenset({"focal-point-designated", "focal-point-designation-ended"})


def record_focal_point(participant: str, document: Document, salts: Salts) -> Intent:
    """Ask to record that a focal point was designated, or that its designation ended."""
    kind, body = event_in(document, FOCAL_POINT_EVENTS, participant=participant)
    if kind == "focal-point-designation-ended":
        ending: Any = parse_event(kind, body)
        return Intent(
            command=lambda around, _: EndDesignation(ending=ending, circumstances=around),
            participant=participant,
        )
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    named: Any = parse_event(kind, sealed)
    return Intent(
        command=lambda around, _: DesignateFocalPoint(designation=named, circumstances=around),
        participant=participant,
        disclosures=disclosures,
    )
