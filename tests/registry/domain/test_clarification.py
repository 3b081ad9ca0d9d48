"""Rules of clarification, by example."""

from typing import Any

from services.registry.domain import clarification, report, review
from tests.makers import (
    acceptance_revoked,
    clarification_provided,
    clarification_requested,
    clearance,
    compilation,
    corrigendum_filed,
    cycle_opened,
    report_accepted,
    report_returned,
    report_submitted,
    report_withdrawn,
    review_opened,
    sealed,
)
from tests.registry.domain.asking import ask, reply
from tests.spec import given

CYCLE = cycle_opened()
SUBMITTED = report_submitted()
OPENED = review_opened()
ASKED = clarification_requested()
ANSWERED = clarification_provided()
UNDER_REVIEW = (CYCLE, SUBMITTED, OPENED)
CORRECTED = corrigendum_filed()


def test_the_secretariat_asks_and_the_participant_answers() -> None:
    given(*UNDER_REVIEW).when(ask()).then(ASKED)
    given(*UNDER_REVIEW, ASKED).when(reply()).then(ANSWERED)


def test_questions_are_asked_and_answered_any_number_of_times() -> None:
    second: dict[str, Any] = {"clarification_id": "Q2", "questions": sealed("more")}
    asked_again = clarification_requested(**second)
    given(*UNDER_REVIEW, ASKED).when(ask(**second)).then(asked_again)
    given(*UNDER_REVIEW, ASKED, ANSWERED).when(ask(**second)).then(asked_again)
    given(*UNDER_REVIEW, ASKED, asked_again).when(reply(clarification_id="Q2")).then(
        clarification_provided(clarification_id="Q2")
    )


def test_a_question_is_on_a_version_that_was_taken_up_and_not_decided_on() -> None:
    given(CYCLE, SUBMITTED).when(ask()).then_refused(clarification.NotUnderReview)
    accepted = (CYCLE, SUBMITTED, report_accepted())
    given(*accepted).when(ask()).then_refused(clarification.NotUnderReview)
    given(*accepted, acceptance_revoked()).when(ask()).then(ASKED)


def test_the_same_question_sent_twice_is_recorded_once() -> None:
    given(*UNDER_REVIEW, ASKED).when(ask()).then_nothing_happens()
    given(*UNDER_REVIEW, ASKED, ANSWERED).when(ask()).then_nothing_happens()


def test_an_id_is_of_one_question_in_the_whole_report() -> None:
    given(*UNDER_REVIEW, ASKED).when(ask(questions=sealed("others"))).then_refused(
        clarification.ClarificationIdTaken
    )
    second: dict[str, Any] = {"report_version": 2, "digest": CORRECTED.digest}
    later = (*UNDER_REVIEW, ASKED, CORRECTED, review_opened(**second))
    given(*later).when(ask(**second)).then_refused(clarification.ClarificationIdTaken)


def test_an_answer_is_to_a_question_that_is_open() -> None:
    given(*UNDER_REVIEW).when(reply()).then_refused(clarification.NoSuchClarification)
    answered = (*UNDER_REVIEW, ASKED, ANSWERED)
    given(*answered).when(reply()).then_nothing_happens()
    given(*answered).when(reply(answers=sealed("others"))).then_refused(
        clarification.ClarificationAnswered
    )


def test_a_question_lapses_when_its_version_is_returned_superseded_or_withdrawn() -> None:
    asked = (*UNDER_REVIEW, ASKED)
    given(*asked, report_returned()).when(reply()).then_refused(clarification.NotUnderReview)
    given(*asked, CORRECTED).when(reply()).then_refused(report.SupersededVersion)
    given(*asked, report_withdrawn()).when(reply()).then_refused(report.WithdrawnReport)


def test_questions_and_answers_are_bound_to_version_digest_and_ruleset() -> None:
    other = CORRECTED.digest
    given(*UNDER_REVIEW).when(ask(digest=other)).then_refused(report.DigestMismatch)
    given(*UNDER_REVIEW, ASKED).when(reply(digest=other)).then_refused(report.DigestMismatch)
    given(*UNDER_REVIEW).when(ask(ruleset_version="2.0.0")).then_refused(review.RulesetMismatch)
    given(*UNDER_REVIEW, CORRECTED).when(ask()).then_refused(report.SupersededVersion)
    given(CYCLE).when(ask()).then_refused(report.NoSuchReport)
    compiled = report_submitted(document=compilation())
    given(CYCLE, compiled).when(ask(digest=compiled.digest)).then_refused(report.NotASubmission)


def test_questions_and_answers_speak_of_at_least_one_part_of_the_report() -> None:
    given(*UNDER_REVIEW).when(ask(units=())).then_refused(report.NoUnitNamed)
    given(*UNDER_REVIEW, ASKED).when(reply(units=())).then_refused(report.NoUnitNamed)


def test_an_answer_is_cleared_by_another_than_its_drafter() -> None:
    alone = clearance(cleared_by="person-1")
    given(*UNDER_REVIEW, ASKED).when(reply(clearance=alone)).then_refused(
        report.ClearedByTheDrafter
    )
    excepted = {**alone, "exception_reference": "Note verbale 7/2026"}
    given(*UNDER_REVIEW, ASKED).when(reply(clearance=excepted)).then(
        clarification_provided(clearance=excepted)
    )
