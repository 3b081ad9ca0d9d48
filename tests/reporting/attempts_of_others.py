"""Tests: the requests that actions on findings, assistance and evidence stand for.

Whether a mandate covers an auditor is no matter of the finding, and which offer fits none of the
need: the attempts are made under a mandate for everything, and with an offer stated for them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from contracts.events import (
    AssistanceRequested,
    EvidenceDeposited,
    EvidenceRevised,
    MandateGranted,
)
from services.registry.domain.assistance import ConcludeAssistance, MatchAssistance
from services.registry.domain.commands import Command
from services.registry.domain.evidence import (
    Held,
    RedactEvidence,
    ReviseEvidence,
    WithdrawEvidence,
)
from services.registry.domain.finding import CloseFinding, RespondToFinding
from services.registry.domain.recommendation import (
    FollowUp,
    IssueRecommendation,
    RespondToRecommendation,
)
from services.reporting.queries import assistance, evidence
from services.reporting.queries.findings import list_findings, list_recommendations
from services.reporting.queries.rows import Listed
from tests import makers
from tests.reporting import answering
from tests.reporting.attempts import LATER, TODAY, Told

MANDATE: MandateGranted = makers.mandate_granted("auditor-anew", participants=None, cycles=None)
OFFER = makers.assistance_offered(
    "ZZZ", assistance_id="OFFER-ANEW", effective_on=date(2018, 9, 28), stands_to=None
)
BESIDE = (MANDATE, OFFER)
"""What the attempts find in the log besides."""


def on_finding(told: Told, row: Mapping[str, Any], rel: str) -> Iterator[Command]:
    """Give the requests on a finding that an action stands for."""
    on = {name: row[name] for name in ("participant", "cycle_id", "finding_id")}
    by = {**on, "mandate_id": MANDATE.mandate_id}
    match rel:
        case "respond-to-finding":
            for answer in ("accepted", "noted"):
                yield RespondToFinding(response=makers.finding_responded(**on, answer=answer))
        case "issue-recommendation":
            recommended = makers.recommendation_issued(
                **by, recommendation_id="R-ANEW", respond_by=LATER
            )
            yield IssueRecommendation(recommendation=recommended, circumstances=told.around)
        case "close-finding":
            for outcome in ("withdrawn", "explained", "carried_forward", "addressed"):
                closing = makers.finding_closed(**by, outcome=outcome)
                yield CloseFinding(closing=closing, circumstances=told.around)


def on_recommendation(told: Told, row: Mapping[str, Any], rel: str) -> Iterator[Command]:
    """Give the requests on a recommendation that an action stands for."""
    named = ("participant", "cycle_id", "finding_id", "recommendation_id")
    on = {name: row[name] for name in named}
    match rel:
        case "respond-to-recommendation":
            for answer in ("accepted", "noted"):
                said = makers.recommendation_responded(**on, answer=answer)
                yield RespondToRecommendation(response=said)
        case "follow-up-recommendation":
            by = {**on, "mandate_id": MANDATE.mandate_id}
            follow_up = makers.recommendation_followed_up(**by, effective_on=TODAY)
            yield FollowUp(follow_up=follow_up, circumstances=told.around)


def on_assistance(told: Told, row: Mapping[str, Any], rel: str) -> Iterator[Command]:
    """Give the requests on a need or an offer that an action stands for."""
    assistance_id, code = row["assistance_id"], row["participant"]
    first: date = row["stands_from"]
    match rel:
        case "match-assistance":
            assert told.of(AssistanceRequested, assistance_id=assistance_id)
            match = makers.assistance_matched(
                code,
                OFFER.participant,
                assistance_id=assistance_id,
                offer_id=OFFER.assistance_id,
                effective_on=first,
            )
            yield MatchAssistance(match=match)
        case "conclude-assistance":
            for day in (first, TODAY, LATER):
                yield ConcludeAssistance(
                    conclusion=makers.assistance_concluded(
                        code, assistance_id=assistance_id, effective_on=day, outcome="withdrawn"
                    )
                )


def on_evidence(told: Told, row: Mapping[str, Any], rel: str) -> Iterator[Command]:
    """Give the requests on a file that an action stands for."""
    code, named = row["participant"], {"evidence_id": row["evidence_id"]}
    of_it = {**named, "digest": row["digest"]}
    assert told.of(EvidenceDeposited | EvidenceRevised, participant=code, **of_it)
    match rel:
        case "revise-evidence":
            revised = makers.evidence_revised(
                code, **named, replaces=row["digest"], digest=makers.bytes_digest("anew")
            )
            held = Held(media_type=revised.media_type, size_bytes=revised.size_bytes)
            yield ReviseEvidence(revised=revised, held=held, circumstances=told.around)
        case "withdraw-evidence":
            anew = makers.evidence_withdrawn(code, **of_it, reason={"en": "Anew."})
            yield WithdrawEvidence(withdrawal=anew)
        case "redact-evidence":
            redaction = makers.evidence_redacted(code, **of_it, reference="Anew")
            yield RedactEvidence(redaction=redaction)


class _Kind(NamedTuple):
    """What rows of a list have actions for, and what these stand for."""

    rels: set[str]
    attempts: Callable[[Told, Mapping[str, Any], str], Iterator[Command]]


list_assistance = partial(assistance.list_assistance, chosen=assistance.Chosen())
list_evidence = partial(evidence.list_evidence, chosen=evidence.Chosen())
_LISTS: Mapping[Callable[..., Listed], _Kind] = {
    list_findings: _Kind(
        {"respond-to-finding", "issue-recommendation", "close-finding"},
        on_finding,
    ),
    list_recommendations: _Kind(
        {"respond-to-recommendation", "follow-up-recommendation"},
        on_recommendation,
    ),
    list_assistance: _Kind({"match-assistance", "conclude-assistance"}, on_assistance),
    list_evidence: _Kind(
        {"revise-evidence", "withdraw-evidence", "redact-evidence"},
        on_evidence,
    ),
}


def each(
    told: answering.Told, asked: Told
) -> Iterator[tuple[Mapping[str, Any], Iterator[Command]]]:
    """Give every action on these things in the answers, and the requests that it stands for."""
    for query, kind in _LISTS.items():
        for row in told.ask(query, page=answering.ALL).rows:
            rels = {action["rel"] for action in row["actions"]}
            assert rels in (kind.rels, kind.rels - {"match-assistance"})
            for action in row["actions"]:
                yield action, kind.attempts(asked, row, action["rel"])
