"""Pure rules of recommendations: made on a finding, responded to, followed up.

Whoever follows up may speak late of an earlier day; of equal days what was recorded last holds.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import (
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
    RegistryEvent,
)
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.audit import (
    NOTHING,
    Audit,
    Recommendation,
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
from services.registry.domain.streams import audit_stream, mandate_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecommendation:
    """Recommend something on a finding."""

    recommendation: RecommendationIssued
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondToRecommendation:
    """Record what the participant says to a recommendation."""

    response: RecommendationResponded


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Record how far a recommendation was found to be carried out on a day."""

    follow_up: RecommendationFollowedUp
    circumstances: Circumstances


RecommendationCommand: TypeAlias = IssueRecommendation | RespondToRecommendation | FollowUp

# --- refusals


class RecommendationIdTaken(Refused):
    """A recommendation has its id for itself in the whole report."""

    code = "recommendation-id-taken"
    title = "Another recommendation was issued under this id."


class NoSuchRecommendation(Refused):
    """Responses and follow-ups name a recommendation and the finding it is on."""

    code = "no-such-recommendation"
    title = "No recommendation by this id was issued on the finding."


class FollowedUpInTheFuture(Refused):
    """What is found to be carried out has happened."""

    code = "followed-up-in-the-future"
    title = "A follow-up speaks of a day that has come."


REFUSALS = (RecommendationIdTaken, NoSuchRecommendation, FollowedUpInTheFuture)

# --- rules


def decide(command: RecommendationCommand, state: Audit) -> tuple[RegistryEvent, ...]:
    """Issue, respond or follow up; the very same a second time changes nothing."""
    match command:
        case IssueRecommendation():
            return _issue(command, state)
        case RespondToRecommendation():
            return _respond(command.response, state)
        case FollowUp():
            return _follow_up(command, state)
        case _:
            assert_never(command)


def _issue(command: IssueRecommendation, state: Audit) -> tuple[RegistryEvent, ...]:
    recommendation, around = command.recommendation, command.circumstances
    known = state.recommendation(recommendation.recommendation_id)
    if known is not None and known.issued == recommendation:
        return ()
    check_mandate(state, recommendation, around)
    finding = open_finding(state, recommendation.finding_id)
    if known is not None:
        raise RecommendationIdTaken
    check_not_more_open(recommendation.recommendation, finding.issued.finding)
    check_respond_by(recommendation.respond_by, around)
    return (recommendation,)


def _respond(response: RecommendationResponded, state: Audit) -> tuple[RegistryEvent, ...]:
    recommendation = _recommendation(state, response)
    if recommendation.responses[-1:] == (response,):
        return ()
    open_finding(state, response.finding_id)
    check_cleared(response.clearance)
    return (response,)


def _follow_up(command: FollowUp, state: Audit) -> tuple[RegistryEvent, ...]:
    follow_up, around = command.follow_up, command.circumstances
    recommendation = _recommendation(state, follow_up)
    of_the_day = [
        one for one in recommendation.follow_ups if one.effective_on == follow_up.effective_on
    ]
    if of_the_day[-1:] == [follow_up]:
        return ()
    check_mandate(state, follow_up, around)
    open_finding(state, follow_up.finding_id)
    check_not_more_open(follow_up.note, recommendation.issued.recommendation)
    if follow_up.effective_on > around.today:
        raise FollowedUpInTheFuture(f"today is {around.today}")
    return (follow_up,)


def _recommendation(
    state: Audit, act: RecommendationResponded | RecommendationFollowedUp
) -> Recommendation:
    finding = finding_of(state, act.finding_id)
    if act.recommendation_id not in finding.recommendations:
        raise NoSuchRecommendation
    return finding.recommendations[act.recommendation_id]


DECIDER: Decider[RecommendationCommand, Audit, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: RecommendationCommand) -> Ruling:
    """Say what a command reads: the audit; and the auditor's mandate."""
    match command:
        case IssueRecommendation(recommendation=act) | FollowUp(follow_up=act):
            target = audit_stream(act.report_id)
            also: tuple[str, ...] = (mandate_stream(act.mandate_id),)
        case RespondToRecommendation(response=act):
            target, also = audit_stream(act.report_id), ()
        case _:
            assert_never(command)
    return ruling_by(DECIDER, command, target=target, also=also)
