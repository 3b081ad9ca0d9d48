"""Pure memory of reports: their versions, what was decided on them, and what they hang on.

A report is for one participant and one cycle. It is either what the participant submitted or an
illustrative compilation from public sources, in all its versions: a real submission neither
supersedes a compilation nor the reverse, or a reader of version 2 could take version 1 for the
participant's own word. A demonstration that wants both uses two cycles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from contracts.events import (
    CorrigendumFiled,
    CycleOpened,
    NothingNewDeclared,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
)
from contracts.events.cycles import CycleClosed as Closing
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.participant import Newcomer, Participation
from services.registry.domain.participation import check_signatory

Filed: TypeAlias = ReportSubmitted | CorrigendumFiled | NothingNewDeclared
Decided: TypeAlias = ReportReturned | ReportAccepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as it was filed, and what was decided on it (`None`: nothing yet)."""

    filed: Filed
    decided: Decided | None = None

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
        case ReportReturned() | ReportAccepted():
            report = _decided(state.report(event.report_id), event)
            return replace(state, reports={**state.reports, event.report_id: report})
        case CycleOpened():
            return replace(state, cycles={**state.cycles, event.cycle_id: event})
        case Closing():
            return replace(state, closings={**state.closings, event.cycle_id: event})
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


def _decided(report: Report, event: Decided) -> Report:
    return tuple(
        replace(version, decided=event) if number == event.report_version else version
        for number, version in enumerate(report, start=1)
    )


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


class DigestMismatch(Refused):
    """What is acted upon is these bytes and no others."""

    code = "digest-mismatch"
    title = "The digest is not that of this version of the report."


class NotASubmission(Refused):
    """A compilation is not the participant's word: it is neither reviewed nor renewed."""

    code = "not-a-submission"
    title = "An illustrative compilation is not a submission by the participant."


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
    DigestMismatch,
    NotASubmission,
)

# --- checks that several rules make


def check_may_report(facts: Facts, cycle: CycleOpened, day: date) -> None:
    """Refuse who may not report for a cycle on a day; being late is no reason."""
    if day < cycle.opens_on:
        raise CycleNotOpenYet(f"it opens on {cycle.opens_on}")
    signatory = check_signatory(facts.participation, day)
    if signatory.kind not in cycle.participant_kinds:
        raise KindNotInCycle(f"kind is {signatory.kind}")


def check_not_closed(facts: Facts, cycle_id: str, day: date) -> None:
    """Refuse what is new to a cycle after the last day on which it received reports."""
    closing = facts.closings.get(cycle_id)
    if closing is not None and day > closing.effective_on:
        raise CycleClosed(f"its last day was {closing.effective_on}")


def check_clearance(drafted_by: str, cleared_by: str, exception_reference: str | None) -> None:
    """Refuse a clearance by the drafter unless the exception is on record."""
    if drafted_by == cleared_by and not exception_reference:
        raise ClearedByTheDrafter


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
