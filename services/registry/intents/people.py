"""Registry: requests about people: who may act for a participant, or examine its claims."""

from collections.abc import Mapping
from typing import Any

from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.sealing import Disclosure, seal
from services.registry.domain.delegation import GrantDelegation, RevokeDelegation
from services.registry.domain.erasure import ErasePersonalData
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.mandate import GrantMandate, RevokeMandate
from services.registry.intents.intent import Document, Intent, Salts, event_in, malformed

FOCAL_POINT_EVENTS = frozenset({"focal-point-designated", "focal-point-designation-ended"})
DELEGATION_EVENTS = frozenset({"delegation-granted", "delegation-revoked"})
MANDATE_EVENTS = frozenset({"mandate-granted", "mandate-revoked"})
ERASURES = frozenset({"personal-data-erased"})


def record_focal_point(participant: str, document: Document, salts: Salts) -> Intent:
    """Ask to record that a focal point was designated, or that its designation ended."""
    kind, body = event_in(document, FOCAL_POINT_EVENTS, participant=participant)
    if kind == "focal-point-designation-ended":
        ending: Any = parse_event(kind, body)
        return Intent(
            kind=kind,
            command=lambda around, _: EndDesignation(ending=ending, circumstances=around),
            participant=participant,
        )
    named, disclosures = _sealed(kind, body, salts)
    return Intent(
        kind=kind,
        command=lambda around, _: DesignateFocalPoint(designation=named, circumstances=around),
        participant=participant,
        disclosures=disclosures,
    )


def record_delegation(participant: str, document: Document, salts: Salts) -> Intent:
    """Ask to record that a focal point delegated, or that a delegation was revoked."""
    kind, body = event_in(document, DELEGATION_EVENTS, participant=participant)
    if kind == "delegation-revoked":
        revocation: Any = parse_event(kind, body)
        return Intent(
            kind=kind,
            command=lambda around, _: RevokeDelegation(revocation=revocation, circumstances=around),
            participant=participant,
        )
    granted, disclosures = _sealed(kind, body, salts)
    return Intent(
        kind=kind,
        command=lambda around, _: GrantDelegation(delegation=granted, circumstances=around),
        participant=participant,
        disclosures=disclosures,
    )


def record_mandate(document: Document, salts: Salts) -> Intent:
    """Ask to record that an auditor was given a mandate, or that it was revoked."""
    kind, body = event_in(document, MANDATE_EVENTS)
    if kind == "mandate-revoked":
        revocation: Any = parse_event(kind, body)
        return Intent(
            kind=kind,
            command=lambda around, _: RevokeMandate(revocation=revocation, circumstances=around),
            participant=None,
        )
    granted, disclosures = _sealed(kind, body, salts)
    return Intent(
        kind=kind,
        command=lambda around, _: GrantMandate(mandate=granted, circumstances=around),
        participant=None,
        disclosures=disclosures,
    )


def erase_personal_data(participant: str, document: Document) -> Intent:
    """Ask to destroy what identifies a person who acted for a participant."""
    return _erasure(*event_in(document, ERASURES, participant=participant))


def erase_auditor(mandate_id: str, document: Document) -> Intent:
    """Ask to destroy what identifies an auditor."""
    if isinstance(document, Mapping) and "participant" in document:
        raise malformed("unknown-member", "/participant", "an auditor acts for no participant")
    return _erasure(*event_in(document, ERASURES, person_id=mandate_id))


def _erasure(kind: str, body: Document) -> Intent:
    erasure: Any = parse_event(kind, body)
    return Intent(
        kind=kind,
        command=lambda around, _: ErasePersonalData(erasure=erasure, circumstances=around),
        participant=None,
    )


def _sealed(kind: str, body: Document, salts: Salts) -> tuple[Any, tuple[Disclosure, ...]]:
    """Seal the person block of an event; give the event, and what opens it."""
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    return parse_event(kind, sealed), disclosures
