"""Pure knowledge of causes: which earlier entry an event answers.

An event answers the entry that it speaks of and could not stand without. What merely had to be so
(a signature in force, an open cycle) is no cause.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from contracts.events import (
    ActRectified,
    CorrigendumFiled,
    CycleClosed,
    CycleOpened,
    DeclarationLodged,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MembershipRecorded,
    NothingNewDeclared,
    ParticipantRenamed,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    RuleDeactivated,
    RulesetPublished,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalRescinded,
)

ANSWERED: Final[Mapping[type[RegistryEvent], str]] = {
    WithdrawalRescinded: "the withdrawal that it takes back",
    ActRectified: "the act that it puts right",
    FocalPointDesignationEnded: "the designation that it ends",
    RuleDeactivated: "the publication of the ruleset that the rule is in",
    CycleClosed: "the opening of the cycle",
    ReportSubmitted: "the return of the version before; of a first version there is none",
    CorrigendumFiled: "the version that it puts right",
    NothingNewDeclared: "the version that it renews",
    ReportReturned: "the version that it returns",
    ReportAccepted: "the version that it accepts",
}
"""What each type of event answers; types that answer nothing are not in it."""

_Name: TypeAlias = tuple[str, str, str | int]


def cause_of(event: RegistryEvent, earlier: Iterable[tuple[int, int, RegistryEvent]]) -> int | None:
    """Give the position of the entry that an event answers; `None` where it answers none.

    Args:
        event: what was decided.
        earlier: of each entry that the decision read: position, version in its stream, event.
    """
    answered = _answered_by(event)
    if answered is None:
        return None
    found = (position for position, version, one in earlier if _name(one, version) == answered)
    return next(found, None)


def _answered_by(  # noqa: PLR0911  one line per kind of answer
    event: RegistryEvent,
) -> _Name | None:
    """Name what an event speaks of."""
    match event:
        case WithdrawalRescinded():
            return "act", event.participant, event.withdrawal
        case ActRectified():
            return "act", event.participant, event.rectifies
        case FocalPointDesignationEnded():
            return "designation", event.participant, event.focal_point_id
        case RuleDeactivated():
            return "ruleset", "", event.ruleset_version
        case CycleClosed():
            return "cycle", "", event.cycle_id
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


def _name(  # noqa: PLR0911  one line per kind of name
    event: RegistryEvent, version: int
) -> _Name | None:
    """Name an event as those that answer it do."""
    match event:
        case (
            SignatureRecorded()
            | DeclarationLodged()
            | WithdrawalNotified()
            | WithdrawalRescinded()
            | ParticipantRenamed()
            | MembershipRecorded()
            | ActRectified()
        ):
            return "act", event.participant, version
        case FocalPointDesignated():
            return "designation", event.participant, event.focal_point_id
        case RulesetPublished():
            return "ruleset", "", event.ruleset_version
        case CycleOpened():
            return "cycle", "", event.cycle_id
        case ReportSubmitted() | CorrigendumFiled() | NothingNewDeclared():
            return "version", event.report_id, event.report_version
        case ReportReturned():
            return "return", event.report_id, event.report_version
        case _:
            return None
