"""Pure rules of review: the secretariat takes a version up, returns or accepts it, technically.

Every act is bound to the version, its digest and the ruleset, so that nobody can decide on
something else than what was looked at. A version may be decided on without being taken up first;
an acceptance that is taken back leaves it under review.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from contracts.events import (
    AcceptanceRevoked,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReviewOpened,
)
from contracts.events.shared import Sealed
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.report import (
    NOTHING,
    Facts,
    NoUnitNamed,
    Version,
    check_stands,
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
class OpenReview:
    """Take a version up."""

    subject: Subject


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAcceptance:
    """Take the acceptance of a version back, with reasons, sealed already."""

    subject: Subject
    units: tuple[str, ...]
    reasons: Sealed


ReviewCommand: TypeAlias = OpenReview | ReturnReport | AcceptReport | RevokeAcceptance

# --- refusals


class RulesetMismatch(Refused):
    """A review goes by the ruleset of the cycle."""

    code = "ruleset-mismatch"
    title = "The review names another ruleset version than that of the cycle."


class AlreadyDecided(Refused):
    """A version is decided upon once, unless its acceptance is taken back."""

    code = "already-decided"
    title = "This version was returned or accepted already."


class AlreadyUnderReview(Refused):
    """A version is taken up once; an acceptance taken back has left it under review."""

    code = "already-under-review"
    title = "This version is under review already."


class NotAccepted(Refused):
    """What was not accepted, or no longer is, has no acceptance to be taken back."""

    code = "not-accepted"
    title = "This version is not accepted."


class ClarificationOpen(Refused):
    """Whoever asks waits for the answer, or returns the version."""

    code = "clarification-open"
    title = "A question on this version waits for an answer; it can only be returned."


REFUSALS = (
    RulesetMismatch,
    AlreadyDecided,
    AlreadyUnderReview,
    NotAccepted,
    ClarificationOpen,
)

# --- rules


def decide(command: ReviewCommand, facts: Facts) -> tuple[RegistryEvent, ...]:
    """Act on the latest version; the very same a second time changes nothing.

    Whatever was said on a version that is no longer the latest is refused, a repetition too:
    whoever sends it believes that it speaks of what stands.
    """
    subject = command.subject
    report = facts.report(subject.report_id)
    version = version_of(report, subject.report_version, subject.digest)
    check_stands(report, subject.report_version)
    event = _event(command)
    if event in (version.opened, version.decided, version.revoked):
        return ()
    check_ruleset(subject.ruleset_version, facts, subject.cycle_id)
    _check_state(event, version)
    return (event,)


def check_ruleset(ruleset_version: str, facts: Facts, cycle_id: str) -> None:
    """Refuse what goes by another ruleset than the cycle does."""
    if ruleset_version != facts.cycle(cycle_id).ruleset_version:
        raise RulesetMismatch


_Event: TypeAlias = ReviewOpened | ReportReturned | ReportAccepted | AcceptanceRevoked


def _check_state(event: _Event, version: Version) -> None:
    if isinstance(event, AcceptanceRevoked):
        if not isinstance(version.decided, ReportAccepted):
            raise NotAccepted
    elif version.decided is not None:
        raise AlreadyDecided
    if isinstance(event, ReviewOpened) and version.is_under_review:
        raise AlreadyUnderReview
    if isinstance(event, ReportAccepted) and version.is_asked_about:
        raise ClarificationOpen
    if isinstance(event, ReportReturned | AcceptanceRevoked) and not event.units:
        raise NoUnitNamed


def _event(command: ReviewCommand) -> _Event:
    subject = command.subject
    on: dict[str, Any] = {
        "report_id": subject.report_id,
        "participant": subject.participant,
        "cycle_id": subject.cycle_id,
        "report_version": subject.report_version,
        "digest": subject.digest,
        "ruleset_version": subject.ruleset_version,
    }
    match command:
        case OpenReview():
            return ReviewOpened(**on)
        case ReturnReport():
            return ReportReturned(**on, units=command.units, reasons=command.reasons)
        case AcceptReport():
            return ReportAccepted(**on)
        case RevokeAcceptance():
            return AcceptanceRevoked(**on, units=command.units, reasons=command.reasons)
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
