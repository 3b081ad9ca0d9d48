"""Pure entrance to the rules: every command, and the ruling each of them asks for."""

from typing import TypeAlias, assert_never

from contracts.events.participation import SuccessionNotified
from services.registry.domain import (
    assistance,
    clarification,
    commitment,
    cycle,
    delegation,
    erasure,
    evidence,
    finding,
    focal_point,
    mandate,
    obligation,
    participation,
    plan,
    publication,
    recommendation,
    renewal,
    retraction,
    review,
    section,
    submission,
    succession,
)
from services.registry.domain.assistance import (
    ConcludeAssistance,
    MatchAssistance,
    StateAssistance,
)
from services.registry.domain.clarification import ProvideClarification, RequestClarification
from services.registry.domain.commitment import (
    DeclareCommitment,
    ReportProgress,
    WithdrawCommitment,
)
from services.registry.domain.cycle import CloseCycle, OpenCycle
from services.registry.domain.delegation import GrantDelegation, RevokeDelegation
from services.registry.domain.erasure import ErasePersonalData
from services.registry.domain.evidence import (
    DepositEvidence,
    RedactEvidence,
    ReviseEvidence,
    WithdrawEvidence,
)
from services.registry.domain.finding import (
    CloseFinding,
    IssueFinding,
    RecordObservation,
    RespondToFinding,
)
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.mandate import GrantMandate, RevokeMandate
from services.registry.domain.obligation import GrantExtension, RecordReminder
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import ConcludePlan, RegisterPlan, RevisePlan
from services.registry.domain.publication import DeactivateRule, Publish
from services.registry.domain.recommendation import (
    FollowUp,
    IssueRecommendation,
    RespondToRecommendation,
)
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.retraction import WithdrawReport
from services.registry.domain.review import (
    AcceptReport,
    OpenReview,
    ReturnReport,
    RevokeAcceptance,
)
from services.registry.domain.ruling import Ruling
from services.registry.domain.section import AuthorisePublication, RestrictPublication
from services.registry.domain.submission import FileCorrigendum, SubmitReport

Command: TypeAlias = (
    RecordAct
    | DesignateFocalPoint
    | EndDesignation
    | GrantDelegation
    | RevokeDelegation
    | GrantMandate
    | RevokeMandate
    | ErasePersonalData
    | RegisterPlan
    | RevisePlan
    | ConcludePlan
    | DeclareCommitment
    | ReportProgress
    | WithdrawCommitment
    | Publish
    | DeactivateRule
    | OpenCycle
    | CloseCycle
    | GrantExtension
    | RecordReminder
    | SubmitReport
    | FileCorrigendum
    | DeclareNothingNew
    | WithdrawReport
    | AuthorisePublication
    | RestrictPublication
    | OpenReview
    | RequestClarification
    | ProvideClarification
    | ReturnReport
    | AcceptReport
    | RevokeAcceptance
    | RecordObservation
    | IssueFinding
    | RespondToFinding
    | CloseFinding
    | IssueRecommendation
    | RespondToRecommendation
    | FollowUp
    | StateAssistance
    | MatchAssistance
    | ConcludeAssistance
    | DepositEvidence
    | ReviseEvidence
    | WithdrawEvidence
    | RedactEvidence
)


def ruling_for(command: Command) -> Ruling:  # noqa: C901, PLR0911, PLR0912  one line per aggregate
    """Say which streams a command reads, where its events go, and what it decides."""
    match command:
        case RecordAct(act=SuccessionNotified() as act):
            return succession.ruling(command, act)
        case RecordAct():
            return participation.ruling(command)
        case DesignateFocalPoint() | EndDesignation():
            return focal_point.ruling(command)
        case GrantDelegation() | RevokeDelegation():
            return delegation.ruling(command)
        case GrantMandate() | RevokeMandate():
            return mandate.ruling(command)
        case ErasePersonalData():
            return erasure.ruling(command)
        case RegisterPlan() | RevisePlan() | ConcludePlan():
            return plan.ruling(command)
        case DeclareCommitment() | ReportProgress() | WithdrawCommitment():
            return commitment.ruling(command)
        case Publish() | DeactivateRule():
            return publication.ruling(command)
        case OpenCycle() | CloseCycle():
            return cycle.ruling(command)
        case GrantExtension() | RecordReminder():
            return obligation.ruling(command)
        case SubmitReport() | FileCorrigendum():
            return submission.ruling(command)
        case DeclareNothingNew():
            return renewal.ruling(command)
        case WithdrawReport():
            return retraction.ruling(command)
        case AuthorisePublication() | RestrictPublication():
            return section.ruling(command)
        case RequestClarification() | ProvideClarification():
            return clarification.ruling(command)
        case OpenReview() | ReturnReport() | AcceptReport() | RevokeAcceptance():
            return review.ruling(command)
        case RecordObservation() | IssueFinding() | RespondToFinding() | CloseFinding():
            return finding.ruling(command)
        case IssueRecommendation() | RespondToRecommendation() | FollowUp():
            return recommendation.ruling(command)
        case StateAssistance() | MatchAssistance() | ConcludeAssistance():
            return assistance.ruling(command)
        case DepositEvidence() | ReviseEvidence() | WithdrawEvidence() | RedactEvidence():
            return evidence.ruling(command)
        case _:
            assert_never(command)
