"""Pure rules of findings: what was seen of a claim, what is found of it, and how that ends.

The participant always has the chance to respond: a finding is closed after the response, or after
the day by which it was asked for. Only one that the auditor takes back ends sooner.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import (
    FindingClosed,
    FindingIssued,
    FindingResponded,
    ObservationRecorded,
    RegistryEvent,
)
from services.kit.decider import Decider
from services.kit.errors import Finding as Fault
from services.kit.errors import Refused
from services.registry.domain.audit import (
    NOTHING,
    Audit,
    Finding,
    FindingIsClosed,
    Recommendation,
    check_claim,
    check_mandate,
    check_respond_by,
    evolve,
    finding_of,
    open_finding,
)
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.openness import check_not_more_open
from services.registry.domain.report import check_cleared
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import audit_stream, mandate_stream, report_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObservation:
    """Record what an auditor saw of a claim."""

    observation: ObservationRecorded
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFinding:
    """Issue what an auditor found of a claim."""

    finding: FindingIssued
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondToFinding:
    """Record what the participant says to a finding."""

    response: FindingResponded


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFinding:
    """Close a finding."""

    closing: FindingClosed
    circumstances: Circumstances


FindingCommand: TypeAlias = RecordObservation | IssueFinding | RespondToFinding | CloseFinding

# --- refusals


class ObservationIdTaken(Refused):
    """An observation has its id for itself in the whole report."""

    code = "observation-id-taken"
    title = "Another observation was recorded under this id."


class ObservedInTheFuture(Refused):
    """What was seen has happened."""

    code = "observed-in-the-future"
    title = "The day of the observation is still to come."


class FindingIdTaken(Refused):
    """A finding has its id for itself in the whole report."""

    code = "finding-id-taken"
    title = "Another finding was issued under this id."


class NotObserved(Refused):
    """A finding rests on observations that were recorded on the very same claim."""

    code = "not-observed"
    title = "The finding rests on what was not observed of this claim."


class ResponseAwaited(Refused):
    """Who was asked has until the day named to respond; what was not said explains nothing."""

    code = "response-awaited"
    title = "The participant has not responded, and still can."


class RecommendationStillOpen(Refused):
    """What is recommended on a finding is part of dealing with it."""

    code = "recommendation-still-open"
    title = "A recommendation on the finding was not found to be carried out."


REFUSALS = (
    ObservationIdTaken,
    ObservedInTheFuture,
    FindingIdTaken,
    NotObserved,
    ResponseAwaited,
    RecommendationStillOpen,
)

# --- rules


def decide(command: FindingCommand, state: Audit) -> tuple[RegistryEvent, ...]:
    """Record, issue, respond or close; the very same a second time changes nothing."""
    match command:
        case RecordObservation():
            return _record(command, state)
        case IssueFinding():
            return _issue(command, state)
        case RespondToFinding():
            return _respond(command.response, state)
        case CloseFinding():
            return _close(command, state)
        case _:
            assert_never(command)


def _record(command: RecordObservation, state: Audit) -> tuple[RegistryEvent, ...]:
    observation, around = command.observation, command.circumstances
    known = state.observations.get(observation.observation_id)
    if known == observation:
        return ()
    check_mandate(state, observation, around)
    if known is not None:
        raise ObservationIdTaken
    check_claim(state, observation, observation.observation)
    if observation.observed_on > around.today:
        raise ObservedInTheFuture(f"today is {around.today}")
    return (observation,)


def _issue(command: IssueFinding, state: Audit) -> tuple[RegistryEvent, ...]:
    finding, around = command.finding, command.circumstances
    known = state.findings.get(finding.finding_id)
    if known is not None and known.issued == finding:
        return ()
    check_mandate(state, finding, around)
    if known is not None:
        raise FindingIdTaken
    check_claim(state, finding, finding.finding)
    _check_observed(finding, state)
    check_respond_by(finding.respond_by, around)
    return (finding,)


def _check_observed(finding: FindingIssued, state: Audit) -> None:
    known = {one: seen.claim for one, seen in state.observations.items()}
    faults = [
        Fault(code=NotObserved.code, pointer=f"/observations/{place}", message=NotObserved.title)
        for place, one in enumerate(finding.observations)
        if known.get(one) != finding.claim
    ]
    if faults or not finding.observations:
        raise NotObserved(findings=faults)


def _respond(response: FindingResponded, state: Audit) -> tuple[RegistryEvent, ...]:
    finding = finding_of(state, response.finding_id)
    if finding.responses[-1:] == (response,):
        return ()
    if finding.closed is not None:
        raise FindingIsClosed
    check_cleared(response.clearance)
    return (response,)


def _close(command: CloseFinding, state: Audit) -> tuple[RegistryEvent, ...]:
    closing, around = command.closing, command.circumstances
    if finding_of(state, closing.finding_id).closed == closing:
        return ()
    check_mandate(state, closing, around)
    finding = open_finding(state, closing.finding_id)
    check_not_more_open(closing.closing, finding.issued.finding)
    if closing.outcome == "withdrawn":
        return (closing,)
    if closing.outcome == "explained" and not finding.responses:
        raise ResponseAwaited
    recommended = tuple(finding.recommendations.values())
    asked: tuple[Finding | Recommendation, ...] = (finding, *recommended)
    if any(_is_awaited(one, around) for one in asked):
        raise ResponseAwaited
    if closing.outcome == "addressed" and not all(one.is_done for one in recommended):
        raise RecommendationStillOpen
    return (closing,)


def _is_awaited(asked: Finding | Recommendation, around: Circumstances) -> bool:
    return not asked.responses and around.today <= asked.issued.respond_by


DECIDER: Decider[FindingCommand, Audit, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: FindingCommand) -> Ruling:
    """Say what a command reads: the audit; the claim's report, and the auditor's mandate."""
    match command:
        case RecordObservation(observation=act) | IssueFinding(finding=act):
            target = audit_stream(act.report_id)
            also: tuple[str, ...] = (report_stream(act.report_id), mandate_stream(act.mandate_id))
        case CloseFinding(closing=act):
            target, also = audit_stream(act.report_id), (mandate_stream(act.mandate_id),)
        case RespondToFinding(response=act):
            target, also = audit_stream(act.report_id), ()
        case _:
            assert_never(command)
    return ruling_by(DECIDER, command, target=target, also=also)
