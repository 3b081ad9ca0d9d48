"""Audits: what auditors saw, found and recommend on claims, and what participants answer."""

from datetime import date
from typing import Any, Literal, TypeAlias

from contracts.events.reports import Clearance
from contracts.events.shared import Digest, ParticipantCode, Passage, Sealed, Value

Answer: TypeAlias = Literal["accepted", "noted"]
Assessment: TypeAlias = Literal[
    "substantiated", "partly_substantiated", "not_substantiated", "not_assessed"
]


class AssessedPassage(Passage):
    """What was found, where everybody may read it."""

    assessment: Assessment


class AuditAct(Value):
    """What every act in the audit of a report is about."""

    report_id: str
    participant: ParticipantCode
    cycle_id: str


class AuditorsAct(AuditAct):
    """What an auditor says, and by which mandate; another one may go on where one has ended."""

    mandate_id: str


class ClaimNamed(AuditorsAct):
    """What is said on a claim: on the statement or measure of exactly this version."""

    report_version: int
    digest: Digest
    unit: str
    measure_id: str | None = None
    """`None`: the statement as a whole."""

    @property
    def claim(self) -> tuple[Any, ...]:
        """Name the claim."""
        return self.report_version, self.digest, self.unit, self.measure_id


class ObservationRecorded(ClaimNamed):
    """An auditor looked at a claim, and recorded what was seen."""

    observation_id: str
    """Stable within the report."""
    method: Literal["examine", "interview", "test"]
    observed_on: date
    observation: Passage | Sealed


class FindingIssued(ClaimNamed):
    """An auditor issued a finding on a claim; the participant is asked to respond."""

    finding_id: str
    """Stable within the report."""
    observations: tuple[str, ...]
    respond_by: date
    finding: AssessedPassage | Sealed


class FindingResponded(AuditAct):
    """A participant responded to a finding."""

    finding_id: str
    answer: Answer
    response: Passage | Sealed
    clearance: Clearance


class FindingClosed(AuditorsAct):
    """An auditor closed a finding."""

    finding_id: str
    outcome: Literal["addressed", "explained", "carried_forward", "withdrawn"]
    closing: Passage | Sealed


class RecommendationIssued(AuditorsAct):
    """An auditor made a recommendation on a finding; the participant is asked to respond."""

    finding_id: str
    recommendation_id: str
    """Stable within the report."""
    respond_by: date
    recommendation: Passage | Sealed


class RecommendationResponded(AuditAct):
    """A participant responded to a recommendation."""

    finding_id: str
    recommendation_id: str
    answer: Answer
    response: Passage | Sealed
    clearance: Clearance


class RecommendationFollowedUp(AuditorsAct):
    """An auditor looked at how far a recommendation is carried out, of a day."""

    finding_id: str
    recommendation_id: str
    effective_on: date
    """The day of which it speaks."""
    status: Literal["not_started", "in_progress", "implemented", "overtaken"]
    note: Passage | Sealed
