"""The events of the register, as frozen values; the JSON Schemas beside them are the law."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from contracts.events.assistance import (
    AssistanceConcluded,
    AssistanceMatched,
    AssistanceOffered,
    AssistanceRequested,
)
from contracts.events.audits import (
    FindingClosed,
    FindingIssued,
    FindingResponded,
    ObservationRecorded,
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
)
from contracts.events.cycles import CycleClosed, CycleOpened, ExtensionGranted, ReminderSent
from contracts.events.evidence import (
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
)
from contracts.events.participation import (
    ActContested,
    ActRectified,
    DeclarationLodged,
    DeclarationWithdrawn,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.people import (
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    PersonalDataErased,
)
from contracts.events.plans import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
)
from contracts.events.publications import (
    InstrumentEditionPublished,
    MethodologyPublished,
    RuleDeactivated,
    RulesetPublished,
)
from contracts.events.reports import (
    CorrigendumFiled,
    NothingNewDeclared,
    PublicationAuthorised,
    PublicationRestricted,
    ReportSubmitted,
    ReportWithdrawn,
)
from contracts.events.reviews import (
    AcceptanceRevoked,
    ClarificationProvided,
    ClarificationRequested,
    ReportAccepted,
    ReportReturned,
    ReviewOpened,
)

RegistryEvent: TypeAlias = (
    SignatureRecorded
    | DeclarationLodged
    | DeclarationWithdrawn
    | WithdrawalNotified
    | WithdrawalRescinded
    | SuccessionNotified
    | ParticipantRenamed
    | MembershipRecorded
    | ActRectified
    | ActContested
    | FocalPointDesignated
    | FocalPointDesignationEnded
    | DelegationGranted
    | DelegationRevoked
    | MandateGranted
    | MandateRevoked
    | PersonalDataErased
    | PlanRegistered
    | PlanRevised
    | PlanConcluded
    | CommitmentDeclared
    | CommitmentProgressReported
    | CommitmentWithdrawn
    | InstrumentEditionPublished
    | RulesetPublished
    | RuleDeactivated
    | MethodologyPublished
    | CycleOpened
    | CycleClosed
    | ExtensionGranted
    | ReminderSent
    | ReportSubmitted
    | NothingNewDeclared
    | CorrigendumFiled
    | ReportWithdrawn
    | PublicationAuthorised
    | PublicationRestricted
    | ReviewOpened
    | ClarificationRequested
    | ClarificationProvided
    | ReportReturned
    | ReportAccepted
    | AcceptanceRevoked
    | ObservationRecorded
    | FindingIssued
    | FindingResponded
    | FindingClosed
    | RecommendationIssued
    | RecommendationResponded
    | RecommendationFollowedUp
    | AssistanceRequested
    | AssistanceOffered
    | AssistanceMatched
    | AssistanceConcluded
    | EvidenceDeposited
    | EvidenceRevised
    | EvidenceWithdrawn
    | EvidenceRedacted
)


def wire_type(event_class: type[RegistryEvent]) -> str:
    """Give the type as it stands on the wire: `ReportSubmitted` is `report-submitted`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event_class.__name__).lower()


EVENT_CLASSES: Mapping[str, type[RegistryEvent]] = {
    wire_type(event_class): event_class for event_class in RegistryEvent.__args__
}
"""Class by wire type, newest version only; older shapes are brought up by upcasts."""


def parse_event(wire: str, data: Mapping[str, Any]) -> RegistryEvent:
    """Turn a validated body into its event.

    Args:
        wire: type on the wire, for instance `report-submitted`.
        data: the body, already valid against its contract.

    Raises:
        KeyError: no such event type in this edition of the code.
    """
    return EVENT_CLASSES[wire].model_validate(data)


def event_data(event: RegistryEvent) -> dict[str, Any]:
    """Give the event's body as JSON values; absent (`None`) members are left out."""
    return event.model_dump(mode="json", exclude_none=True)


__all__ = [
    "EVENT_CLASSES",
    "AcceptanceRevoked",
    "ActContested",
    "ActRectified",
    "AssistanceConcluded",
    "AssistanceMatched",
    "AssistanceOffered",
    "AssistanceRequested",
    "ClarificationProvided",
    "ClarificationRequested",
    "CommitmentDeclared",
    "CommitmentProgressReported",
    "CommitmentWithdrawn",
    "CorrigendumFiled",
    "CycleClosed",
    "CycleOpened",
    "DeclarationLodged",
    "DeclarationWithdrawn",
    "DelegationGranted",
    "DelegationRevoked",
    "EvidenceDeposited",
    "EvidenceRedacted",
    "EvidenceRevised",
    "EvidenceWithdrawn",
    "ExtensionGranted",
    "FindingClosed",
    "FindingIssued",
    "FindingResponded",
    "FocalPointDesignated",
    "FocalPointDesignationEnded",
    "InstrumentEditionPublished",
    "MandateGranted",
    "MandateRevoked",
    "MembershipRecorded",
    "MethodologyPublished",
    "NothingNewDeclared",
    "ObservationRecorded",
    "ParticipantRenamed",
    "PersonalDataErased",
    "PlanConcluded",
    "PlanRegistered",
    "PlanRevised",
    "PublicationAuthorised",
    "PublicationRestricted",
    "RecommendationFollowedUp",
    "RecommendationIssued",
    "RecommendationResponded",
    "RegistryEvent",
    "ReminderSent",
    "ReportAccepted",
    "ReportReturned",
    "ReportSubmitted",
    "ReportWithdrawn",
    "ReviewOpened",
    "RuleDeactivated",
    "RulesetPublished",
    "SignatureRecorded",
    "SuccessionNotified",
    "WithdrawalNotified",
    "WithdrawalRescinded",
    "event_data",
    "parse_event",
    "wire_type",
]
