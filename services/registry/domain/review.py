"""Pure rules of review: the secretariat returns or accepts a version, technically.

A decision is bound to the version, its digest and the ruleset, so that nobody can decide on
something else than what was looked at.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import RegistryEvent, ReportAccepted, ReportReturned
from contracts.events.shared import Sealed
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.report import (
    NOTHING,
    Facts,
    SupersededVersion,
    evolve,
    version_of,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import cycle_stream, report_id_of, report_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is decided upon, exactly."""

    participant: str
    cycle_id: str
    report_version: int
    digest: str
    """Of the version's document; of a renewal, the digest it renews."""
    ruleset_version: str

    @property
    def report_id(self) -> str:
        """Name of the report."""
        return report_id_of(self.participant, self.cycle_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReport:
    """Return a version with reasons, sealed already, on units of the report."""

    subject: Subject
    units: tuple[str, ...]
    reasons: Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReport:
    """Accept a version: it is complete and in form. This endorses nothing."""

    subject: Subject


ReviewCommand: TypeAlias = ReturnReport | AcceptReport

# --- refusals


class RulesetMismatch(Refused):
    """A decision goes by the ruleset of the cycle."""

    code = "ruleset-mismatch"
    title = "The decision names another ruleset version than that of the cycle."


class AlreadyDecided(Refused):
    """A version is decided upon once."""

    code = "already-decided"
    title = "This version was returned or accepted already."


class NoUnitNamed(Refused):
    """Reasons speak of something."""

    code = "no-unit-named"
    title = "A report is returned with the units that the reasons speak of."


REFUSALS = (RulesetMismatch, AlreadyDecided, NoUnitNamed)

# --- rules


def decide(command: ReviewCommand, facts: Facts) -> tuple[RegistryEvent, ...]:
    """Decide on the latest version; the very same a second time changes nothing."""
    subject = command.subject
    report = facts.report(subject.report_id)
    version = version_of(report, subject.report_version, subject.digest)
    event = _event(command)
    if version.decided == event:
        return ()
    if subject.report_version != len(report):
        raise SupersededVersion(f"the latest is {len(report)}")
    if version.decided is not None:
        raise AlreadyDecided
    if subject.ruleset_version != facts.cycle(subject.cycle_id).ruleset_version:
        raise RulesetMismatch
    if isinstance(event, ReportReturned) and not event.units:
        raise NoUnitNamed
    return (event,)


def _event(command: ReviewCommand) -> ReportReturned | ReportAccepted:
    subject = command.subject
    on = {
        "report_id": subject.report_id,
        "participant": subject.participant,
        "cycle_id": subject.cycle_id,
        "report_version": subject.report_version,
        "digest": subject.digest,
        "ruleset_version": subject.ruleset_version,
    }
    match command:
        case ReturnReport():
            return ReportReturned(**on, units=command.units, reasons=command.reasons)
        case AcceptReport():
            return ReportAccepted(**on)
        case _:
            assert_never(command)


DECIDER: Decider[ReviewCommand, Facts, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: ReviewCommand) -> Ruling:
    """Say what a review reads: the report and its cycle."""
    subject = command.subject
    return ruling_by(
        DECIDER,
        command,
        target=report_stream(subject.report_id),
        also=(cycle_stream(subject.cycle_id),),
    )
