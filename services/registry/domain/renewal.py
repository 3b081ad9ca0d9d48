"""Pure rules of renewal: nothing new since an earlier version, so that version stands again.

A renewal names the version that carries the document, never another renewal, so that whoever
reads it finds the document in one step.
"""

from dataclasses import dataclass

from contracts.events import NothingNewDeclared, RegistryEvent
from contracts.events.reports import Clearance
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.report import (
    NOTHING,
    AlreadySubmitted,
    Facts,
    Report,
    SupersededVersion,
    WithdrawnReport,
    check_cleared,
    check_may_report,
    check_not_closed,
    evolve,
    version_of,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import (
    cycle_stream,
    participation_stream,
    report_id_of,
    report_stream,
    split_report_id,
)

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareNothingNew:
    """Declare that nothing is new since a version of an earlier cycle's report."""

    participant: str
    cycle_id: str
    clearance: Clearance
    renews_report: str
    renews_version: int
    renews_digest: str
    circumstances: Circumstances

    @property
    def report_id(self) -> str:
        """Name of the report this is a version of: the first, or one after a withdrawal."""
        return report_id_of(self.participant, self.cycle_id)


# --- refusals


class ReportOfAnotherParticipant(Refused):
    """A participant renews its own word."""

    code = "report-of-another-participant"
    title = "The report to be renewed is not one of this participant."


class NotAnEarlierCycle(Refused):
    """What is renewed was said for an earlier period."""

    code = "not-an-earlier-cycle"
    title = "The report to be renewed is not of an earlier cycle."


class RenewsARenewal(Refused):
    """A renewal names the version with the document."""

    code = "renews-a-renewal"
    title = "Name the version that carries the document, not one that renews it."


class ReturnedVersion(Refused):
    """What was returned does not stand."""

    code = "returned-version"
    title = "The version to be renewed was returned."


REFUSALS = (ReportOfAnotherParticipant, NotAnEarlierCycle, RenewsARenewal, ReturnedVersion)

# --- rules


def decide(command: DeclareNothingNew, facts: Facts) -> tuple[RegistryEvent, ...]:
    """Renew the earlier version; the very same a second time changes nothing."""
    report = facts.report(command.report_id)
    stands = bool(report) and report[-1].withdrawn is None
    event = _declared(command, len(report) if stands else len(report) + 1)
    if stands and report[-1].filed == event:
        return ()
    if stands:
        raise AlreadySubmitted(f"the latest version is {len(report)}")
    cycle = facts.cycle(command.cycle_id)
    day = command.circumstances.day_in(cycle.time_zone)
    check_may_report(facts, cycle, day)
    check_not_closed(facts, command.cycle_id, day)
    check_cleared(command.clearance)
    renewed_cycle = _renewed_cycle(command)
    _check_renewed(command, facts.report(command.renews_report))
    if facts.cycle(renewed_cycle).period_from >= cycle.period_from:
        raise NotAnEarlierCycle
    return (event,)


def _declared(command: DeclareNothingNew, number: int) -> NothingNewDeclared:
    return NothingNewDeclared(
        report_id=command.report_id,
        participant=command.participant,
        cycle_id=command.cycle_id,
        report_version=number,
        origin="submission",
        clearance=command.clearance,
        renews_report=command.renews_report,
        renews_version=command.renews_version,
        renews_digest=command.renews_digest,
    )


def _renewed_cycle(command: DeclareNothingNew) -> str:
    parts = split_report_id(command.renews_report)
    if parts is None or parts[0] != command.participant:
        raise ReportOfAnotherParticipant
    return parts[1]


def _check_renewed(command: DeclareNothingNew, report: Report) -> None:
    renewed = version_of(report, command.renews_version, command.renews_digest)
    if renewed.withdrawn:
        raise WithdrawnReport
    if renewed.is_returned:
        raise ReturnedVersion
    if any(not later.is_returned for later in report[command.renews_version :]):
        raise SupersededVersion(f"the latest is {len(report)}")
    if isinstance(renewed.filed, NothingNewDeclared):
        raise RenewsARenewal


DECIDER: Decider[DeclareNothingNew, Facts, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: DeclareNothingNew) -> Ruling:
    """Say what a renewal reads: both reports, both cycles, the participation."""
    parts = split_report_id(command.renews_report)
    renewed = (
        () if parts is None else (report_stream(command.renews_report), cycle_stream(parts[1]))
    )
    return ruling_by(
        DECIDER,
        command,
        target=report_stream(command.report_id),
        also=(
            participation_stream(command.participant),
            cycle_stream(command.cycle_id),
            *renewed,
        ),
    )
