"""Plans: national and regional plans under the Code."""

from datetime import date
from typing import Literal

from contracts.events.shared import (
    ImplementationStatus,
    LanguageMap,
    ParticipantCode,
    Source,
    Value,
)


class PlanRegistered(Value):
    """A participant registered a national or regional plan."""

    plan_id: str
    participant: ParticipantCode
    scope: Literal["national", "regional"]
    title: LanguageMap
    adopted_on: date | None = None
    period_from: date
    period_to: date | None = None
    pillars: tuple[str, ...]
    postulates: tuple[str, ...]
    lead_body: str | None = None
    monitoring_body: str | None = None
    reference: str | None = None
    origin: Literal["submission", "illustrative_compilation"] = "submission"
    sources: tuple[Source, ...] = ()


class PlanRevised(Value):
    """A participant revised a plan; this replaces the earlier description from `effective_on`."""

    plan_id: str
    participant: ParticipantCode
    effective_on: date
    title: LanguageMap
    adopted_on: date | None = None
    period_from: date
    period_to: date | None = None
    pillars: tuple[str, ...]
    postulates: tuple[str, ...]
    lead_body: str | None = None
    monitoring_body: str | None = None
    reference: str | None = None
    reason: LanguageMap
    sources: tuple[Source, ...] = ()


class PlanConcluded(Value):
    """A participant concluded a plan."""

    plan_id: str
    participant: ParticipantCode
    effective_on: date
    """Last day of the plan."""
    outcome: Literal["completed", "discontinued", "replaced"]
    replaced_by: str | None = None
    """The plan that takes its place, where it was replaced."""
    summary: LanguageMap | None = None
    sources: tuple[Source, ...] = ()


class Milestone(Value):
    """A step on the way to what is promised."""

    milestone_id: str
    title: LanguageMap
    target_on: date


class CommitmentDeclared(Value):
    """A participant promised a measure in a plan, with a day and steps on the way."""

    plan_id: str
    participant: ParticipantCode
    commitment_id: str
    """Stable within its plan."""
    effective_on: date
    """The day from which the commitment stands."""
    title: LanguageMap
    description: LanguageMap | None = None
    pillars: tuple[str, ...]
    postulates: tuple[str, ...]
    lead_body: str | None = None
    target_on: date
    milestones: tuple[Milestone, ...] = ()
    sources: tuple[Source, ...] = ()


class MilestoneReached(Value):
    """A step that was reached."""

    milestone_id: str
    reached_on: date


class CommitmentProgressReported(Value):
    """A participant said how far a commitment is, of a day."""

    plan_id: str
    participant: ParticipantCode
    commitment_id: str
    effective_on: date
    """The day of which it speaks."""
    implementation_status: ImplementationStatus
    milestones_reached: tuple[MilestoneReached, ...] = ()
    note: LanguageMap | None = None
    sources: tuple[Source, ...] = ()


class CommitmentWithdrawn(Value):
    """A participant took a commitment back."""

    plan_id: str
    participant: ParticipantCode
    commitment_id: str
    effective_on: date
    """The day from which it no longer stands."""
    reason: LanguageMap
