"""Rules of recommendations, by example."""

from datetime import date
from typing import Any

import pytest

from services.registry.domain import audit, openness, recommendation, report
from services.registry.domain.recommendation import (
    FollowUp,
    IssueRecommendation,
    RespondToRecommendation,
)
from tests import makers
from tests.registry.domain.asking import circumstances
from tests.spec import given

ISSUED = (
    makers.signature_recorded(),
    makers.cycle_opened(),
    makers.report_submitted(),
    makers.mandate_granted(),
    makers.observation_recorded(),
    makers.finding_issued(),
)
RECOMMENDED = makers.recommendation_issued()
RESPONDED = makers.recommendation_responded()
FOLLOWED = makers.recommendation_followed_up()
CLOSED = makers.finding_closed(outcome="withdrawn")


def issue(**changes: Any) -> IssueRecommendation:
    made = makers.recommendation_issued(**changes)
    return IssueRecommendation(recommendation=made, circumstances=circumstances())


def respond(**changes: Any) -> RespondToRecommendation:
    return RespondToRecommendation(response=makers.recommendation_responded(**changes))


def follow_up(**changes: Any) -> FollowUp:
    made = makers.recommendation_followed_up(**changes)
    return FollowUp(follow_up=made, circumstances=circumstances())


def test_an_auditor_recommends_something_on_a_finding() -> None:
    given(*ISSUED).when(issue()).then(RECOMMENDED)
    given(*ISSUED, RECOMMENDED).when(issue()).then_nothing_happens()


def test_a_recommendation_is_on_a_finding_that_is_open() -> None:
    given(*ISSUED).when(issue(finding_id="F-2")).then_refused(audit.NoSuchFinding)
    given(*ISSUED, CLOSED).when(issue()).then_refused(audit.FindingIsClosed)


def test_an_id_names_one_recommendation_of_the_report_whatever_finding_it_is_on() -> None:
    second = makers.finding_issued(finding_id="F-2")
    refused = given(*ISSUED, second, RECOMMENDED).when(issue(finding_id="F-2"))
    refused.then_refused(recommendation.RecommendationIdTaken)


def test_a_response_is_asked_for_by_a_day_that_is_still_to_come() -> None:
    late = issue(respond_by=date(2026, 11, 20))
    given(*ISSUED).when(late).then_refused(audit.RespondByHasPassed)


@pytest.mark.parametrize("command", [issue(), follow_up()])
def test_nobody_recommends_or_follows_up_without_a_mandate(command: Any) -> None:
    recommended = (RECOMMENDED,) if isinstance(command, FollowUp) else ()
    given(*ISSUED, makers.mandate_revoked(), *recommended).when(command).then_refused(
        audit.MandateNotInForce
    )


def test_the_participant_responds_and_may_say_more_later() -> None:
    history = (*ISSUED, RECOMMENDED)
    given(*history).when(respond()).then(RESPONDED)
    accepted = makers.recommendation_responded(answer="accepted")
    given(*history, RESPONDED).when(respond(answer="accepted")).then(accepted)


def test_a_response_is_to_a_recommendation_on_an_open_finding_and_is_cleared() -> None:
    given(*ISSUED).when(respond()).then_refused(recommendation.NoSuchRecommendation)
    given(*ISSUED, RECOMMENDED, CLOSED).when(respond()).then_refused(audit.FindingIsClosed)
    own = makers.clearance(cleared_by="person-1")
    given(*ISSUED, RECOMMENDED).when(respond(clearance=own)).then_refused(
        report.ClearedByTheDrafter
    )


def test_an_auditor_follows_up_what_was_recommended() -> None:
    history = (*ISSUED, RECOMMENDED)
    given(*history).when(follow_up()).then(FOLLOWED)
    given(*history, FOLLOWED).when(follow_up()).then_nothing_happens()


def test_of_the_same_day_what_was_recorded_last_holds() -> None:
    again = makers.recommendation_followed_up(status="in_progress")
    history = (*ISSUED, RECOMMENDED, FOLLOWED)
    given(*history).when(follow_up(status="in_progress")).then(again)
    given(*history, again).when(follow_up()).then(FOLLOWED)


def test_a_follow_up_is_on_a_recommendation_and_of_a_day_that_has_come() -> None:
    given(*ISSUED).when(follow_up()).then_refused(recommendation.NoSuchRecommendation)
    ahead = follow_up(effective_on=date(2026, 11, 22))
    given(*ISSUED, RECOMMENDED).when(ahead).then_refused(recommendation.FollowedUpInTheFuture)
    given(*ISSUED, RECOMMENDED, CLOSED).when(follow_up()).then_refused(audit.FindingIsClosed)


def test_what_is_said_of_something_restricted_is_as_restricted() -> None:
    hidden = makers.finding_issued(finding=makers.sealed("found", visibility="auditors"))
    history = (*ISSUED[:-1], hidden)
    given(*history).when(issue()).then_refused(openness.MoreOpenThanItsSubject)
    marker = makers.sealed("recommended", visibility="auditors")
    made = makers.recommendation_issued(recommendation=marker)
    given(*history).when(issue(recommendation=marker)).then(made)
    given(*history, made).when(follow_up()).then_refused(openness.MoreOpenThanItsSubject)
