"""Registry: requests about the review of a version: the secretariat's, and what answers it."""

from typing import Any

from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.events.shared import Sealed
from contracts.sealing import seal
from services.registry.domain.clarification import ProvideClarification, RequestClarification
from services.registry.domain.review import (
    AcceptReport,
    OpenReview,
    ReturnReport,
    RevokeAcceptance,
    Subject,
)
from services.registry.domain.streams import split_report_id
from services.registry.intents.intent import Document, Intent, Salts, check, event_in

REVIEW_EVENTS = frozenset({"review-opened"})
QUESTION_EVENTS = frozenset({"clarification-requested"})
ANSWER_EVENTS = frozenset({"clarification-provided"})


def open_review(report_id: str, document: Document) -> Intent:
    """Ask to take a version up."""
    kind, body = event_in(document, REVIEW_EVENTS, **report_named(report_id))
    opening = OpenReview(subject=_subject(report_id, body))
    return Intent(kind=kind, command=lambda _, __: opening, participant=None)


def request_clarification(report_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to record a question; it is sealed before anything else sees it."""
    kind, body = event_in(document, QUESTION_EVENTS, **report_named(report_id))
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    request: Any = parse_event(kind, sealed)
    return Intent(
        kind=kind,
        command=lambda _, __: RequestClarification(request=request),
        participant=None,
        disclosures=disclosures,
    )


def provide_clarification(
    report_id: str, clarification_id: str, document: Document, salts: Salts
) -> Intent:
    """Ask to record an answer; it is sealed before anything else sees it."""
    in_path = {**report_named(report_id), "clarification_id": clarification_id}
    kind, body = event_in(document, ANSWER_EVENTS, **in_path)
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    answer: Any = parse_event(kind, sealed)
    return Intent(
        kind=kind,
        command=lambda _, __: ProvideClarification(answer=answer),
        participant=answer.participant,
        disclosures=disclosures,
    )


def decide_on_report(report_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to return or to accept a version of a report, or to take its acceptance back."""
    check(document, "requests/review-decision")
    subject = _subject(report_id, document)
    decision = document["decision"]
    if decision == "accepted":
        accepting = AcceptReport(subject=subject)
        return Intent(kind="report-accepted", command=lambda _, __: accepting, participant=None)
    event = "report-returned" if decision == "returned" else "acceptance-revoked"
    sealed, disclosures = seal(document, contract(f"events/{event}").sections, salts)
    decide = ReturnReport if decision == "returned" else RevokeAcceptance
    decided = decide(
        subject=subject,
        units=tuple(document["units"]),
        reasons=Sealed.model_validate(sealed["reasons"]),
    )
    return Intent(
        kind=event, command=lambda _, __: decided, participant=None, disclosures=disclosures
    )


def report_named(report_id: str) -> dict[str, str]:
    """Give the members of an event that a report's id says."""
    participant, cycle_id = split_report_id(report_id) or ("", "")
    return {"report_id": report_id, "participant": participant, "cycle_id": cycle_id}


def _subject(report_id: str, document: Document) -> Subject:
    named = report_named(report_id)
    return Subject(
        participant=named["participant"],
        cycle_id=named["cycle_id"],
        report_version=document["report_version"],
        digest=document["digest"],
        ruleset_version=document["ruleset_version"],
    )
