"""Pure rules of clarification: the secretariat asks on a version under review, and is answered.

Questions and answers are sealed before they come here. A question lapses with its version: when
that is returned, superseded or withdrawn, nobody waits for the answer any more.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import ClarificationProvided, ClarificationRequested, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.report import (
    NOTHING,
    Facts,
    NoUnitNamed,
    Question,
    Report,
    Version,
    check_cleared,
    check_stands,
    evolve,
    version_of,
)
from services.registry.domain.review import check_ruleset
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import cycle_stream, report_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestClarification:
    """Ask the participant about a version that was taken up."""

    request: ClarificationRequested


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvideClarification:
    """Answer a question."""

    answer: ClarificationProvided


ClarificationCommand: TypeAlias = RequestClarification | ProvideClarification

# --- refusals


class NotUnderReview(Refused):
    """Who asks has taken the version up, and has not decided on it."""

    code = "not-under-review"
    title = "This version is not under review."


class ClarificationIdTaken(Refused):
    """A question has its id for itself in the whole report."""

    code = "clarification-id-taken"
    title = "Another question was asked under this id."


class NoSuchClarification(Refused):
    """An answer is to a question on the same version."""

    code = "no-such-clarification"
    title = "No question was asked under this id on this version."


class ClarificationAnswered(Refused):
    """A question is answered once; to say more is for a corrigendum."""

    code = "clarification-answered"
    title = "This question was answered already."


REFUSALS = (NotUnderReview, ClarificationIdTaken, NoSuchClarification, ClarificationAnswered)

# --- rules


def decide(command: ClarificationCommand, facts: Facts) -> tuple[RegistryEvent, ...]:
    """Take the question or the answer; the very same a second time changes nothing."""
    match command:
        case RequestClarification():
            return _requested(command.request, facts)
        case ProvideClarification():
            return _provided(command.answer, facts)
        case _:
            assert_never(command)


def _requested(event: ClarificationRequested, facts: Facts) -> tuple[RegistryEvent, ...]:
    report = facts.report(event.report_id)
    version = version_of(report, event.report_version, event.digest)
    asked = {question.asked.clarification_id: question.asked for question in _questions(report)}
    if asked.get(event.clarification_id) == event:
        return ()
    check_stands(report, event.report_version)
    check_ruleset(event.ruleset_version, facts, event.cycle_id)
    _check_under_review(version)
    if event.clarification_id in asked:
        raise ClarificationIdTaken
    if not event.units:
        raise NoUnitNamed
    return (event,)


def _provided(event: ClarificationProvided, facts: Facts) -> tuple[RegistryEvent, ...]:
    report = facts.report(event.report_id)
    version = version_of(report, event.report_version, event.digest)
    found = {question.asked.clarification_id: question for question in version.questions}
    question = found.get(event.clarification_id)
    if question is not None and question.answered == event:
        return ()
    check_stands(report, event.report_version)
    if question is None:
        raise NoSuchClarification
    if question.answered is not None:
        raise ClarificationAnswered
    _check_under_review(version)
    if not event.units:
        raise NoUnitNamed
    check_cleared(event.clearance)
    return (event,)


def _questions(report: Report) -> tuple[Question, ...]:
    return tuple(question for version in report for question in version.questions)


def _check_under_review(version: Version) -> None:
    if not version.is_under_review:
        raise NotUnderReview


DECIDER: Decider[ClarificationCommand, Facts, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: ClarificationCommand) -> Ruling:
    """Say what a clarification reads: the report and its cycle."""
    act = command.request if isinstance(command, RequestClarification) else command.answer
    return ruling_by(
        DECIDER,
        command,
        target=report_stream(act.report_id),
        also=(cycle_stream(act.cycle_id),),
    )
