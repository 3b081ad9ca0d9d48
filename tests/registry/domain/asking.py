"""Asking: one function per command, so that an example reads as a sentence."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from contracts.events import (
    CycleClosed,
    CycleOpened,
    DelegationGranted,
    DelegationRevoked,
    ExtensionGranted,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    PersonalDataErased,
    PlanRegistered,
    ReminderSent,
    ReportSubmitted,
    RuleDeactivated,
)
from contracts.events.reports import Clearance
from contracts.events.shared import Sealed
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.clarification import ProvideClarification, RequestClarification
from services.registry.domain.cycle import CloseCycle, OpenCycle
from services.registry.domain.delegation import GrantDelegation, RevokeDelegation
from services.registry.domain.erasure import ErasePersonalData
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.mandate import GrantMandate, RevokeMandate
from services.registry.domain.obligation import GrantExtension, RecordReminder
from services.registry.domain.participant import ParticipationAct
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import RegisterPlan
from services.registry.domain.publication import DeactivateRule, Publication, Publish
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.retraction import WithdrawReport
from services.registry.domain.review import (
    AcceptReport,
    OpenReview,
    ReturnReport,
    RevokeAcceptance,
    Subject,
)
from services.registry.domain.section import AuthorisePublication, RestrictPublication
from services.registry.domain.shipped import Shipped
from services.registry.domain.submission import FileCorrigendum, Filing, SubmitReport
from tests import makers

DEMONSTRATION = "demonstration.concord.example/log"
REAL = "register.concord.example/log"


def circumstances(
    *,
    now: datetime = makers.NOW,
    log_origin: str = DEMONSTRATION,
    opened_on: date = makers.OPENED_ON,
    editions: Mapping[str, frozenset[str]] | None = None,
    shipped: Shipped = makers.SHIPPED,
) -> Circumstances:
    return Circumstances(
        now=now,
        log_origin=log_origin,
        opened_on=opened_on,
        editions={"1.0.0": makers.UNITS} if editions is None else editions,
        shipped=shipped,
    )


def record(act: ParticipationAct, *, is_own: bool = False, **around: Any) -> RecordAct:
    return RecordAct(act=act, is_own=is_own, circumstances=circumstances(**around))


def designate(designation: FocalPointDesignated, **around: Any) -> DesignateFocalPoint:
    return DesignateFocalPoint(designation=designation, circumstances=circumstances(**around))


def end(ending: FocalPointDesignationEnded, **around: Any) -> EndDesignation:
    return EndDesignation(ending=ending, circumstances=circumstances(**around))


def delegate(delegation: DelegationGranted, **around: Any) -> GrantDelegation:
    return GrantDelegation(delegation=delegation, circumstances=circumstances(**around))


def revoke_delegation(revocation: DelegationRevoked, **around: Any) -> RevokeDelegation:
    return RevokeDelegation(revocation=revocation, circumstances=circumstances(**around))


def mandate(granted: MandateGranted, **around: Any) -> GrantMandate:
    return GrantMandate(mandate=granted, circumstances=circumstances(**around))


def revoke_mandate(revocation: MandateRevoked, **around: Any) -> RevokeMandate:
    return RevokeMandate(revocation=revocation, circumstances=circumstances(**around))


def erase(erasure: PersonalDataErased, **around: Any) -> ErasePersonalData:
    return ErasePersonalData(erasure=erasure, circumstances=circumstances(**around))


def register(plan: PlanRegistered, **around: Any) -> RegisterPlan:
    return RegisterPlan(plan=plan, circumstances=circumstances(**around))


def open_cycle(cycle: CycleOpened, **around: Any) -> OpenCycle:
    return OpenCycle(cycle=cycle, circumstances=circumstances(**around))


def close_cycle(closing: CycleClosed, **around: Any) -> CloseCycle:
    return CloseCycle(closing=closing, circumstances=circumstances(**around))


def extend(extension: ExtensionGranted, **around: Any) -> GrantExtension:
    return GrantExtension(extension=extension, circumstances=circumstances(**around))


def remind(reminder: ReminderSent, **around: Any) -> RecordReminder:
    return RecordReminder(reminder=reminder, circumstances=circumstances(**around))


def publish(publication: Publication, **around: Any) -> Publish:
    return Publish(publication=publication, circumstances=circumstances(**around))


def deactivate(deactivation: RuleDeactivated) -> DeactivateRule:
    return DeactivateRule(deactivation=deactivation)


def filing(like: ReportSubmitted, **changes: Any) -> Filing:
    """What must be handed in to get a version like this one."""
    handed_in = {
        name: getattr(like, name) for name in Filing.__slots__ if name in type(like).model_fields
    }
    return Filing(**{**handed_in, **changes})


def submit(
    like: ReportSubmitted | None = None,
    *,
    around: Mapping[str, Any] | None = None,
    **changes: Any,
) -> SubmitReport:
    return SubmitReport(
        filing=filing(like or makers.report_submitted(), **changes),
        circumstances=circumstances(**(around or {})),
    )


def correct(*, around: Mapping[str, Any] | None = None, **changes: Any) -> FileCorrigendum:
    """File the corrigendum that the makers make, save for the changes."""
    like = makers.corrigendum_filed()
    as_submitted = ReportSubmitted.model_validate(like.model_dump(exclude={"reason"}))
    return FileCorrigendum(
        filing=filing(as_submitted, **changes),
        reason=like.reason,
        circumstances=circumstances(**(around or {})),
    )


def renew(*, around: Mapping[str, Any] | None = None, **changes: Any) -> DeclareNothingNew:
    """Renew for 2026 what ZZA said for 2025."""
    like = makers.nothing_new_declared()
    said: dict[str, Any] = {
        "participant": like.participant,
        "cycle_id": like.cycle_id,
        "clearance": like.clearance,
        "renews_report": like.renews_report,
        "renews_version": like.renews_version,
        "renews_digest": like.renews_digest,
        **changes,
    }
    return DeclareNothingNew(**said, circumstances=circumstances(**(around or {})))


def subject(**changes: Any) -> Subject:
    """Version 1, as made by the makers, of the report of ZZA for 2026."""
    like = makers.report_accepted()
    named: dict[str, Any] = {
        "participant": like.participant,
        "cycle_id": like.cycle_id,
        "report_version": like.report_version,
        "digest": like.digest,
        "ruleset_version": like.ruleset_version,
        **changes,
    }
    return Subject(**named)


def accept(**changes: Any) -> AcceptReport:
    return AcceptReport(subject=subject(**changes))


def send_back(
    units: tuple[str, ...] = ("P1",), reasons: str = "reasons", **changes: Any
) -> ReturnReport:
    return ReturnReport(
        subject=subject(**changes),
        units=units,
        reasons=Sealed.model_validate(makers.sealed(reasons)),
    )


def take_up(**changes: Any) -> OpenReview:
    return OpenReview(subject=subject(**changes))


def revoke(
    units: tuple[str, ...] = ("P1",), reasons: str = "reasons", **changes: Any
) -> RevokeAcceptance:
    return RevokeAcceptance(
        subject=subject(**changes),
        units=units,
        reasons=Sealed.model_validate(makers.sealed(reasons)),
    )


def ask(**changes: Any) -> RequestClarification:
    return RequestClarification(request=makers.clarification_requested(**changes))


def reply(**changes: Any) -> ProvideClarification:
    return ProvideClarification(answer=makers.clarification_provided(**changes))


def withdraw(**changes: Any) -> WithdrawReport:
    return WithdrawReport(withdrawal=makers.report_withdrawn(**changes))


def show(held: Mapping[str, str] | None = None, **changes: Any) -> AuthorisePublication:
    """Show P5 of version 1; the registry still holds what opens it."""
    asked = makers.publication_authorised(**{"revealed": (), **changes})
    opening = {"P5": makers.hidden("P5").encoded()} if held is None else held
    return AuthorisePublication(asked=asked, held=opening)


def restrict(**changes: Any) -> RestrictPublication:
    return RestrictPublication(restriction=makers.publication_restricted(**changes))


def cleared(**changes: Any) -> Clearance:
    return Clearance.model_validate(makers.clearance(**changes))
