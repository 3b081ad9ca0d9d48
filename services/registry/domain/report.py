"""Pure memory of reports: their versions, what was decided on them, and what they hang on.

A report is for one participant and one cycle. It is either what the participant submitted or an
illustrative compilation from public sources, in all its versions: a real submission neither
supersedes a compilation nor the reverse, or a reader of version 2 could take version 1 for the
participant's own word. A demonstration that wants both uses two cycles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias, assert_never

from contracts.events import (
    AcceptanceRevoked,
    ClarificationProvided,
    ClarificationRequested,
    CorrigendumFiled,
    CycleOpened,
    NothingNewDeclared,
    PublicationAuthorised,
    PublicationRestricted,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
    ReviewOpened,
)
from contracts.events.cycles import CycleClosed as Closing
from contracts.events.reports import Clearance
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.participant import Newcomer, Participant, Participation
from services.registry.domain.participation import check_signatory

Filed: TypeAlias = ReportSubmitted | CorrigendumFiled | NothingNewDeclared
Decided: TypeAlias = ReportReturned | ReportAccepted
Published: TypeAlias = PublicationAuthorised | PublicationRestricted
OnVersion: TypeAlias = (
    Decided
    | AcceptanceRevoked
    | ReviewOpened
    | ClarificationRequested
    | ClarificationProvided
    | ReportWithdrawn
    | Published
)
"""Whatever is said on a version after it was filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request for clarification, and what was answered (`None`: nothing yet)."""

    asked: ClarificationRequested
    answered: ClarificationProvided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as it was filed, and what was said on it since."""

    filed: Filed
    opened: ReviewOpened | None = None
    decided: Decided | None = None
    """The decision that stands; `None`: none was made, or the acceptance was taken back."""
    revoked: AcceptanceRevoked | None = None
    """What took the acceptance back, until another decision is made."""
    questions: tuple[Question, ...] = ()
    withdrawn: ReportWithdrawn | None = None
    """A withdrawal of the report takes every version along that was filed before it."""
    published: Mapping[str, Published] = field(default_factory=dict)
    """By section, what the participant said last on showing it."""
    revealed: frozenset[str] = frozenset()
    """Sections that were sealed, and lie open in the log by now."""

    @property
    def digest(self) -> str:
        """Digest of the document it carries, or of the one it renews."""
        if isinstance(self.filed, NothingNewDeclared):
            return self.filed.renews_digest
        return self.filed.digest

    @property
    def is_returned(self) -> bool:
        """Whether it was returned to the participant."""
        return isinstance(self.decided, ReportReturned)

    @property
    def is_under_review(self) -> bool:
        """Whether the secretariat has taken it up, and not decided."""
        return self.decided is None and (self.opened or self.revoked) is not None

    @property
    def is_asked_about(self) -> bool:
        """Whether a question on it waits for an answer."""
        return any(question.answered is None for question in self.questions)

    @property
    def sections(self) -> Mapping[str, str | None]:
        """By name, its sections that can be shown or not: the seal, or `None` where open."""
        if isinstance(self.filed, NothingNewDeclared):
            return {}
        document = self.filed.document
        parts = dict(document.get("statements", {}))
        parts |= {name: document[name] for name in SECTIONS if name in document}
        return {name: part.get("sealed") for name, part in parts.items()}

    def is_shown(self, section: str) -> bool:
        """Say whether everybody may read a section that it has."""
        if isinstance(self.published.get(section), PublicationRestricted):
            return False
        return self.sections[section] is None or section in self.revealed


SECTIONS = ("human_rights", "observations")
"""Parts of a document, beside the statements, that say themselves who may read them."""


Report: TypeAlias = tuple[Version, ...]
"""The versions, version n at index n-1; `()` while nothing was filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rules on a report go by: as much as was read of it."""

    reports: Mapping[str, Report]
    cycles: Mapping[str, CycleOpened]
    closings: Mapping[str, Closing]
    """By cycle; only of those that were closed, or are to be."""
    participation: Participation

    def report(self, report_id: str) -> Report:
        """Give the versions of a report, `()` where there are none."""
        return self.reports.get(report_id, ())

    def cycle(self, cycle_id: str) -> CycleOpened:
        """Give what governs a cycle.

        Raises:
            NoSuchCycle: it was never opened.
        """
        if cycle_id not in self.cycles:
            raise NoSuchCycle
        return self.cycles[cycle_id]


NOTHING = Facts(reports={}, cycles={}, closings={}, participation=Newcomer())


def evolve(state: Facts, event: RegistryEvent) -> Facts:
    """Give the state after an event of a report, a cycle or the participant."""
    match event:
        case ReportSubmitted() | CorrigendumFiled() | NothingNewDeclared():
            report = (*state.report(event.report_id), Version(filed=event))
            return replace(state, reports={**state.reports, event.report_id: report})
        case (
            ReportReturned()
            | ReportAccepted()
            | AcceptanceRevoked()
            | ReviewOpened()
            | ClarificationRequested()
            | ClarificationProvided()
            | ReportWithdrawn()
            | PublicationAuthorised()
            | PublicationRestricted()
        ):
            report = tuple(
                _said(version, number, event)
                for number, version in enumerate(state.report(event.report_id), start=1)
            )
            return replace(state, reports={**state.reports, event.report_id: report})
        case CycleOpened():
            return replace(state, cycles={**state.cycles, event.cycle_id: event})
        case Closing():
            return replace(state, closings={**state.closings, event.cycle_id: event})
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


def _said(  # noqa: PLR0911  one line per kind of event
    version: Version, number: int, event: OnVersion
) -> Version:
    """Give a version after something was said on it, or on another one of the report."""
    if isinstance(event, ReportWithdrawn):
        is_taken_along = number <= event.report_version and version.withdrawn is None
        return replace(version, withdrawn=event) if is_taken_along else version
    if number != event.report_version:
        return version
    match event:
        case ReportReturned() | ReportAccepted():
            return replace(version, decided=event, revoked=None)
        case AcceptanceRevoked():
            return replace(version, decided=None, revoked=event)
        case ReviewOpened():
            return replace(version, opened=event)
        case ClarificationRequested():
            return replace(version, questions=(*version.questions, Question(asked=event)))
        case ClarificationProvided():
            return replace(version, questions=_answered(version.questions, event))
        case PublicationAuthorised():
            revealed = version.revealed | {one.unit for one in event.revealed}
            return replace(version, published=_published(version, event), revealed=revealed)
        case PublicationRestricted():
            return replace(version, published=_published(version, event))
        case _:
            assert_never(event)


def _answered(
    questions: tuple[Question, ...], event: ClarificationProvided
) -> tuple[Question, ...]:
    return tuple(
        replace(question, answered=event)
        if question.asked.clarification_id == event.clarification_id
        else question
        for question in questions
    )


def _published(version: Version, event: Published) -> Mapping[str, Published]:
    return {**version.published, **dict.fromkeys(event.units, event)}


# --- refusals


class NoSuchCycle(Refused):
    """A report is for a cycle."""

    code = "no-such-cycle"
    title = "No such reporting cycle was opened."


class CycleNotOpenYet(Refused):
    """Nothing is filed before the cycle opens; after it is due, everything still is."""

    code = "cycle-not-open-yet"
    title = "The reporting cycle has not opened yet."


class CycleClosed(Refused):
    """After its closing a cycle takes nothing new; what it has received can still be put right."""

    code = "cycle-closed"
    title = "The reporting cycle is closed: it receives no reports any more."


class KindNotInCycle(Refused):
    """A cycle says which kinds of participants report for it."""

    code = "kind-not-in-cycle"
    title = "Participants of this kind do not report for this cycle."


class ClearedByTheDrafter(Refused):
    """Two persons, or a recorded exception of a one-person mission."""

    code = "cleared-by-the-drafter"
    title = "A report is cleared by another person than the one who drafted it."


class AlreadySubmitted(Refused):
    """What was submitted, and not returned, is put right by a corrigendum."""

    code = "already-submitted"
    title = "This report was submitted already; file a corrigendum to put it right."


class NoSuchReport(Refused):
    """Nothing was filed under this report id."""

    code = "no-such-report"
    title = "Nothing was filed for this participant and cycle."


class NoSuchVersion(Refused):
    """Version numbers run from 1 without a gap."""

    code = "no-such-version"
    title = "The report has no version by this number."


class SupersededVersion(Refused):
    """Only the latest version is acted upon."""

    code = "superseded-version"
    title = "A later version of the report has taken the place of this one."


class WithdrawnReport(Refused):
    """What its participant withdrew is neither reviewed, corrected, renewed nor published."""

    code = "withdrawn-report"
    title = "The report was withdrawn; it can be submitted anew."


class DigestMismatch(Refused):
    """What is acted upon is these bytes and no others."""

    code = "digest-mismatch"
    title = "The digest is not that of this version of the report."


class NotASubmission(Refused):
    """A compilation is not the participant's word: it is neither reviewed nor renewed."""

    code = "not-a-submission"
    title = "An illustrative compilation is not a submission by the participant."


class NoUnitNamed(Refused):
    """Reasons, questions and answers speak of something."""

    code = "no-unit-named"
    title = "Name the parts of the report that this speaks of."


REFUSALS = (
    NoSuchCycle,
    CycleNotOpenYet,
    CycleClosed,
    KindNotInCycle,
    ClearedByTheDrafter,
    AlreadySubmitted,
    NoSuchReport,
    NoSuchVersion,
    SupersededVersion,
    WithdrawnReport,
    DigestMismatch,
    NotASubmission,
    NoUnitNamed,
)

# --- checks that several rules make


def check_may_report(facts: Facts, cycle: CycleOpened, day: date) -> Participant:
    """Give the participant, or refuse one that may not report for a cycle on a day.

    Being late is no reason.
    """
    if day < cycle.opens_on:
        raise CycleNotOpenYet(f"it opens on {cycle.opens_on}")
    signatory = check_signatory(facts.participation, day)
    if signatory.kind not in cycle.participant_kinds:
        raise KindNotInCycle(f"kind is {signatory.kind}")
    return signatory


def check_not_closed(facts: Facts, cycle_id: str, day: date) -> None:
    """Refuse what is new to a cycle after the last day on which it received reports."""
    closing = facts.closings.get(cycle_id)
    if closing is not None and day > closing.effective_on:
        raise CycleClosed(f"its last day was {closing.effective_on}")


def check_clearance(drafted_by: str, cleared_by: str, exception_reference: str | None) -> None:
    """Refuse a clearance by the drafter unless the exception is on record."""
    if drafted_by == cleared_by and not exception_reference:
        raise ClearedByTheDrafter


def check_cleared(clearance: Clearance) -> None:
    """Refuse what was cleared by its drafter unless the exception is on record."""
    check_clearance(clearance.drafted_by, clearance.cleared_by, clearance.exception_reference)


def check_stands(report: Report, number: int) -> None:
    """Refuse a version, which there is, that is not the latest or whose report was withdrawn."""
    if number != len(report):
        raise SupersededVersion(f"the latest is {len(report)}")
    if report[number - 1].withdrawn is not None:
        raise WithdrawnReport


def version_of(report: Report, number: int, digest: str) -> Version:
    """Give the version that has this number and digest and is the participant's own word."""
    if not report:
        raise NoSuchReport
    if not 1 <= number <= len(report):
        raise NoSuchVersion(f"the latest is {len(report)}")
    version = report[number - 1]
    if version.filed.origin != "submission":
        raise NotASubmission
    if version.digest != digest:
        raise DigestMismatch
    return version
