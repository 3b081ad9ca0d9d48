"""Pure names: which stream an aggregate's events stand in, and what a report is called."""

import re
from typing import assert_never

from contracts.events import (
    AcceptanceRevoked,
    ActContested,
    ActRectified,
    AssistanceConcluded,
    AssistanceMatched,
    AssistanceOffered,
    AssistanceRequested,
    ClarificationProvided,
    ClarificationRequested,
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    CorrigendumFiled,
    CycleClosed,
    CycleOpened,
    DeclarationLodged,
    DeclarationWithdrawn,
    DelegationGranted,
    DelegationRevoked,
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
    ExtensionGranted,
    FindingClosed,
    FindingIssued,
    FindingResponded,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    InstrumentEditionPublished,
    MandateGranted,
    MandateRevoked,
    MembershipRecorded,
    MethodologyPublished,
    NothingNewDeclared,
    ObservationRecorded,
    ParticipantRenamed,
    PersonalDataErased,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
    PublicationAuthorised,
    PublicationRestricted,
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
    RegistryEvent,
    ReminderSent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
    ReviewOpened,
    RuleDeactivated,
    RulesetPublished,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)

_REPORT_ID = re.compile(r"(ORG-[A-Z0-9]{2,12}|[A-Z]{3})-([A-Z0-9][A-Z0-9-]{1,19})")


def participation_stream(participant: str) -> str:
    """Name the stream of a participant's acts."""
    return f"participation-{participant}"


def focal_point_stream(participant: str) -> str:
    """Name the stream of all focal points of a participant."""
    return f"focal-point-{participant}"


def plan_stream(plan_id: str) -> str:
    """Name the stream of a plan."""
    return f"plan-{plan_id}"


def cycle_stream(cycle_id: str) -> str:
    """Name the stream of a reporting cycle."""
    return f"cycle-{cycle_id}"


def mandate_stream(mandate_id: str) -> str:
    """Name the stream of an auditor's mandate."""
    return f"mandate-{mandate_id}"


def obligation_stream(report_id: str) -> str:
    """Name the stream of what a participant owes for a cycle: extensions and reminders."""
    return f"obligation-{report_id}"


def instrument_stream() -> str:
    """Name the stream of the instrument's editions."""
    return "instrument-code-of-conduct"


def ruleset_stream(ruleset_version: str) -> str:
    """Name the stream of a version of the rules on reports."""
    return f"ruleset-{ruleset_version}"


def methodology_stream(methodology: str) -> str:
    """Name the stream of a methodology's versions."""
    return f"methodology-{methodology}"


def report_stream(report_id: str) -> str:
    """Name the stream of a report, with all its versions and the decisions on them."""
    return f"report-{report_id}"


def report_id_of(participant: str, cycle_id: str) -> str:
    """Name the one report of a participant for a cycle."""
    return f"{participant}-{cycle_id}"


def audit_stream(report_id: str) -> str:
    """Name the stream of what auditors said on the claims of a report, and of the answers."""
    return f"audit-{report_id}"


def assistance_stream(assistance_id: str) -> str:
    """Name the stream of a need for assistance with its matches, or of an offer."""
    return f"assistance-{assistance_id}"


def evidence_stream(participant: str) -> str:
    """Name the stream of all evidence of a participant."""
    return f"evidence-{participant}"


def split_report_id(report_id: str) -> tuple[str, str] | None:
    """Give participant and cycle of a report id; `None` where it is no report id.

    There is one reading only: a participant of the kind `state` is never called `ORG`.
    """
    parts = _REPORT_ID.fullmatch(report_id)
    return (parts[1], parts[2]) if parts else None


def participant_of(report_id: str) -> str | None:
    """Name the participant of a report; `None` where it is no report id."""
    parts = split_report_id(report_id)
    return parts[0] if parts else None


def stream_of(  # noqa: C901, PLR0911, PLR0912  one line per kind of stream
    event: RegistryEvent,
) -> str:
    """Name the stream in which `event` stands."""
    match event:
        case (
            SignatureRecorded()
            | DeclarationLodged()
            | DeclarationWithdrawn()
            | WithdrawalNotified()
            | WithdrawalRescinded()
            | SuccessionNotified()
            | ParticipantRenamed()
            | MembershipRecorded()
            | ActRectified()
            | ActContested()
        ):
            return participation_stream(event.participant)
        case (
            FocalPointDesignated()
            | FocalPointDesignationEnded()
            | DelegationGranted()
            | DelegationRevoked()
        ):
            return focal_point_stream(event.participant)
        case MandateGranted() | MandateRevoked():
            return mandate_stream(event.mandate_id)
        case PersonalDataErased():
            whom = event.participant
            return focal_point_stream(whom) if whom else mandate_stream(event.person_id)
        case (
            PlanRegistered()
            | PlanRevised()
            | PlanConcluded()
            | CommitmentDeclared()
            | CommitmentProgressReported()
            | CommitmentWithdrawn()
        ):
            return plan_stream(event.plan_id)
        case InstrumentEditionPublished():
            return instrument_stream()
        case RulesetPublished() | RuleDeactivated():
            return ruleset_stream(event.ruleset_version)
        case MethodologyPublished():
            return methodology_stream(event.methodology)
        case CycleOpened() | CycleClosed():
            return cycle_stream(event.cycle_id)
        case ExtensionGranted() | ReminderSent():
            return obligation_stream(report_id_of(event.participant, event.cycle_id))
        case (
            ReportSubmitted()
            | CorrigendumFiled()
            | NothingNewDeclared()
            | ReportWithdrawn()
            | PublicationAuthorised()
            | PublicationRestricted()
            | ReviewOpened()
            | ClarificationRequested()
            | ClarificationProvided()
            | ReportReturned()
            | ReportAccepted()
            | AcceptanceRevoked()
        ):
            return report_stream(event.report_id)
        case (
            ObservationRecorded()
            | FindingIssued()
            | FindingResponded()
            | FindingClosed()
            | RecommendationIssued()
            | RecommendationResponded()
            | RecommendationFollowedUp()
        ):
            return audit_stream(event.report_id)
        case EvidenceDeposited() | EvidenceRevised() | EvidenceWithdrawn() | EvidenceRedacted():
            return evidence_stream(event.participant)
        case (
            AssistanceRequested()
            | AssistanceOffered()
            | AssistanceMatched()
            | AssistanceConcluded()
        ):
            return assistance_stream(event.assistance_id)
        case _:
            assert_never(event)
