"""Registry: requests in the audit of a report: what auditors say, and what is responded."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.sealing import seal
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.finding import (
    CloseFinding,
    IssueFinding,
    RecordObservation,
    RespondToFinding,
)
from services.registry.domain.recommendation import (
    FollowUp,
    IssueRecommendation,
    RespondToRecommendation,
)
from services.registry.intents.intent import Document, Intent, Salts, event_in, malformed
from services.registry.intents.reviews import report_named

AUDIT_ACTS: Mapping[str, Callable[[Any, Circumstances], Command]] = {
    "observation-recorded": lambda one, around: RecordObservation(
        observation=one, circumstances=around
    ),
    "finding-issued": lambda one, around: IssueFinding(finding=one, circumstances=around),
    "finding-closed": lambda one, around: CloseFinding(closing=one, circumstances=around),
    "recommendation-issued": lambda one, around: IssueRecommendation(
        recommendation=one, circumstances=around
    ),
    "recommendation-followed-up": lambda one, around: FollowUp(follow_up=one, circumstances=around),
}
"""Every act of an auditor, by the type of its event."""

RESPONSES: Mapping[str, Callable[[Any], Command]] = {
    "finding-responded": lambda one: RespondToFinding(response=one),
    "recommendation-responded": lambda one: RespondToRecommendation(response=one),
}
"""What participants answer, by the type of its event."""


def record_audit_act(report_id: str, document: Document, mandate_id: str, salts: Salts) -> Intent:
    """Ask to record what an auditor says; what is not public is sealed before anybody sees it.

    Args:
        report_id: as the path names it.
        document: the body.
        mandate_id: of whoever asks: the actor of an auditor is the mandate.
        salts: gives fresh random bytes.
    """
    if isinstance(document, Mapping) and "mandate_id" in document:
        raise malformed("unknown-member", "/mandate_id", "expected the registry to put it in")
    said_by = {**report_named(report_id), "mandate_id": mandate_id}
    kind, body = event_in(document, AUDIT_ACTS.keys(), **said_by)
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    act: Any = parse_event(kind, sealed)
    return Intent(
        kind=kind,
        command=lambda around, _: AUDIT_ACTS[kind](act, around),
        participant=act.participant,
        cycle_id=act.cycle_id,
        disclosures=disclosures,
    )


def record_response(report_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to record what a participant responds; what is not public is sealed before."""
    kind, body = event_in(document, RESPONSES.keys(), **report_named(report_id))
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    response: Any = parse_event(kind, sealed)
    return Intent(
        kind=kind,
        command=lambda _, __: RESPONSES[kind](response),
        participant=response.participant,
        cycle_id=response.cycle_id,
        disclosures=disclosures,
    )
