"""Pure knowledge of causes: which earlier entry an event answers.

An event answers the entry that it speaks of and could not stand without. What merely had to be so
(a signature in force, an open cycle) is no cause.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from contracts.events import (
    ActContested,
    ActRectified,
    CorrigendumFiled,
    DeclarationWithdrawn,
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    NothingNewDeclared,
    PersonalDataErased,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
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
    DelegationGranted: "the designation of the focal point who grants it",
    DelegationRevoked: "the delegation that it ends",
    MandateRevoked: "the mandate that it ends",
    PersonalDataErased: "the entry that named the person, whose disclosures are destroyed",
    ReportSubmitted: "the return of the version before; of a first version there is none",
    CorrigendumFiled: "the version that it puts right",
    NothingNewDeclared: "the version that it renews",
    ReportReturned: "the version that it returns",
    ReportAccepted: "the version that it accepts",
}
"""What each type of event answers; types that answer nothing are not in it."""

_Name: TypeAlias = tuple[str, str | None, str | int]


def cause_of(event: RegistryEvent, earlier: Iterable[tuple[int, int, RegistryEvent]]) -> int | None:
    """Give the position of the entry that an event answers; `None` where it answers none.

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
        case ReportSubmitted() if event.supersedes is not None:
            return "return", event.report_id, event.supersedes
        case CorrigendumFiled() if event.supersedes is not None:
            return "version", event.report_id, event.supersedes
        case NothingNewDeclared():
            return "version", event.renews_report, event.renews_version
        case ReportReturned() | ReportAccepted():
            return "version", event.report_id, event.report_version
        case _:
            return None


def _names(  # noqa: PLR0911  one line per kind of entry that is answered
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
        case ReportSubmitted() | CorrigendumFiled() | NothingNewDeclared():
            return (("version", event.report_id, event.report_version),)
        case ReportReturned():
            return (("return", event.report_id, event.report_version),)
        case _:
            return ()
