"""Pure knowledge of causes: which earlier entry an event answers.

An event answers the entry that it speaks of and could not stand without. What merely had to be so
(a signature in force, an open cycle) is no cause.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

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
    DeclarationWithdrawn,
    DelegationGranted,
    DelegationRevoked,
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
    FindingClosed,
    FindingIssued,
    FindingResponded,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    NothingNewDeclared,
    ObservationRecorded,
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
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
    ReviewOpened,
    RuleDeactivated,
    RulesetPublished,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalRescinded,
)
from contracts.events.shared import Act

ANSWERED: Final[Mapping[type[RegistryEvent], str]] = {
    WithdrawalRescinded: "the withdrawal that it takes back",
    DeclarationWithdrawn: "the declaration that it withdraws",
    SuccessionNotified: "the signature that it continues: the predecessor's last",
    ActRectified: "the act that it puts right",
    ActContested: "the act that it is an objection to",
    FocalPointDesignationEnded: "the designation that it ends",
    ReportSubmitted: "the return or withdrawal of the version before; a first version has none",
    PlanRevised: "the registration of the plan",
    PlanConcluded: "the registration of the plan",
    CommitmentDeclared: "the registration of the plan that it is made in",
    CommitmentProgressReported: "the declaration of the commitment",
    CommitmentWithdrawn: "the declaration of the commitment",
    RuleDeactivated: "the publication of the ruleset that the rule is in",
    CycleClosed: "the opening of the cycle",
    DelegationGranted: "the designation of the focal point who grants it",
    DelegationRevoked: "the delegation that it ends",
    MandateRevoked: "the mandate that it ends",
    PersonalDataErased: "the entry that named the person, whose disclosures are destroyed",
    CorrigendumFiled: "the version that it puts right",
    NothingNewDeclared: "the version that it renews",
    ReportWithdrawn: "the version that it names, the latest",
    PublicationAuthorised: "the version whose sections it shows",
    PublicationRestricted: "the version whose sections it no longer shows",
    ReviewOpened: "the version that it takes up",
    ClarificationRequested: "the version that it asks about",
    ClarificationProvided: "the question that it answers",
    ReportReturned: "the version that it returns",
    ReportAccepted: "the version that it accepts",
    AcceptanceRevoked: "the acceptance that it takes back",
    ObservationRecorded: "the version that makes the claim it looks at",
    FindingIssued: "the last of the observations that it rests on",
    FindingResponded: "the finding",
    FindingClosed: "the finding",
    RecommendationIssued: "the finding that it is made on",
    RecommendationResponded: "the recommendation",
    RecommendationFollowedUp: "the recommendation",
    EvidenceRevised: "the entry that put the bytes forward which it replaces",
    EvidenceWithdrawn: "the entry that put its bytes forward",
    EvidenceRedacted: "the entry that put the bytes forward which are destroyed",
    AssistanceMatched: "the need",
    AssistanceConcluded: "the need, or the offer",
}
"""What each type of event answers; types that answer nothing are not in it."""

_Name: TypeAlias = tuple[str, str | None, str | int]


def cause_of(event: RegistryEvent, earlier: Iterable[tuple[int, int, RegistryEvent]]) -> int | None:
    """Give the position of the entry that an event answers; `None` where it answers none.

    Where several can be meant, a second acceptance for instance, it is the last.

    Args:
        event: what was decided.
        earlier: of each entry that the decision read: position, version in its stream, event.
    """
    answered = _answered_by(event)
    if answered is None:
        return None
    found = (position for position, version, one in earlier if answered in _names(one, version))
    return max(found, default=None)  # of several signatures the last one


def _answered_by(  # noqa: C901, PLR0911, PLR0912  one line per kind of answer
    event: RegistryEvent,
) -> _Name | None:
    """Name what an event speaks of."""
    match event:
        case WithdrawalRescinded():
            return "act", event.participant, event.withdrawal
        case ActRectified():
            return "act", event.participant, event.rectifies
        case ActContested():
            return "act", event.participant, event.contests
        case DeclarationWithdrawn():
            return "act", event.participant, event.declaration
        case SuccessionNotified():
            return "signature", event.predecessor, ""
        case FocalPointDesignationEnded():
            return "person", event.participant, event.focal_point_id
        case DelegationGranted():
            return "person", event.participant, event.granted_by
        case DelegationRevoked():
            return "person", event.participant, event.delegation_id
        case MandateRevoked():
            return "person", None, event.mandate_id
        case PersonalDataErased():
            return "person", event.participant, event.person_id
        case PlanRevised() | PlanConcluded() | CommitmentDeclared():
            return "plan", event.participant, event.plan_id
        case CommitmentProgressReported() | CommitmentWithdrawn():
            return "commitment", event.plan_id, event.commitment_id
        case RuleDeactivated():
            return "ruleset", "", event.ruleset_version
        case CycleClosed():
            return "cycle", "", event.cycle_id
        case ReportSubmitted() if event.supersedes is not None:
            return "end", event.report_id, event.supersedes
        case CorrigendumFiled() if event.supersedes is not None:
            return "version", event.report_id, event.supersedes
        case NothingNewDeclared():
            return "version", event.renews_report, event.renews_version
        case (
            ReportWithdrawn()
            | PublicationAuthorised()
            | PublicationRestricted()
            | ReviewOpened()
            | ClarificationRequested()
            | ReportReturned()
            | ReportAccepted()
        ):
            return "version", event.report_id, event.report_version
        case ObservationRecorded():
            return "version", event.report_id, event.report_version
        case FindingIssued():
            return "observation", event.report_id, event.observations[-1]
        case FindingResponded() | FindingClosed() | RecommendationIssued():
            return "finding", event.report_id, event.finding_id
        case RecommendationResponded() | RecommendationFollowedUp():
            return "recommendation", event.report_id, event.recommendation_id
        case EvidenceRevised():
            return "evidence", event.participant, event.replaces
        case EvidenceWithdrawn() | EvidenceRedacted():
            return "evidence", event.participant, event.digest
        case AssistanceMatched() | AssistanceConcluded():
            return "assistance", None, event.assistance_id
        case ClarificationProvided():
            return "question", event.report_id, event.clarification_id
        case AcceptanceRevoked():
            return "acceptance", event.report_id, event.report_version
        case _:
            return None


def _names(  # noqa: C901, PLR0911, PLR0912  one line per kind of entry that is answered
    event: RegistryEvent, version: int
) -> tuple[_Name, ...]:
    """Name an event as those that answer it do."""
    match event:
        case SignatureRecorded() | SuccessionNotified():
            code = event.participant
            return ("act", code, version), ("signature", code, "")
        case Act() | ActContested():
            return (("act", event.participant, version),)
        case FocalPointDesignated():
            return (("person", event.participant, event.focal_point_id),)
        case DelegationGranted():
            return (("person", event.participant, event.delegation_id),)
        case MandateGranted():
            return (("person", None, event.mandate_id),)
        case PlanRegistered():
            return (("plan", event.participant, event.plan_id),)
        case CommitmentDeclared():
            return (("commitment", event.plan_id, event.commitment_id),)
        case RulesetPublished():
            return (("ruleset", "", event.ruleset_version),)
        case CycleOpened():
            return (("cycle", "", event.cycle_id),)
        case ReportSubmitted() | CorrigendumFiled() | NothingNewDeclared():
            return (("version", event.report_id, event.report_version),)
        case ClarificationRequested():
            return (("question", event.report_id, event.clarification_id),)
        case ReportAccepted():
            return (("acceptance", event.report_id, event.report_version),)
        case ObservationRecorded():
            return (("observation", event.report_id, event.observation_id),)
        case FindingIssued():
            return (("finding", event.report_id, event.finding_id),)
        case RecommendationIssued():
            return (("recommendation", event.report_id, event.recommendation_id),)
        case EvidenceDeposited() | EvidenceRevised():
            return (("evidence", event.participant, event.digest),)
        case AssistanceRequested() | AssistanceOffered():
            return (("assistance", None, event.assistance_id),)
        case ReportReturned() | ReportWithdrawn():
            return (("end", event.report_id, event.report_version),)
        case _:
            return ()
