"""Rules of review, by example."""

from typing import Any

import pytest

from services.registry.domain import report, review
from tests.makers import (
    acceptance_revoked,
    clarification_provided,
    clarification_requested,
    compilation,
    corrigendum_filed,
    cycle_opened,
    nothing_new_declared,
    report_accepted,
    report_returned,
    report_submitted,
    report_withdrawn,
    review_opened,
    signature_recorded,
)
from tests.registry.domain.asking import accept, revoke, send_back, take_up
from tests.spec import given

CYCLE = cycle_opened()
SUBMITTED = report_submitted()
CORRECTED = corrigendum_filed()
ACCEPTED = report_accepted()
RETURNED = report_returned()
OPENED = review_opened()
REVOKED = acceptance_revoked()
ASKED = clarification_requested()
UNDER_REVIEW = (CYCLE, SUBMITTED, OPENED)


def test_a_report_is_accepted() -> None:
    given(CYCLE, SUBMITTED).when(accept()).then(ACCEPTED)


def test_a_report_is_returned_with_reasons() -> None:
    given(CYCLE, SUBMITTED).when(send_back()).then(RETURNED)


def test_a_correction_is_decided_on_by_itself() -> None:
    second: dict[str, Any] = {"report_version": 2, "digest": CORRECTED.digest}
    given(CYCLE, SUBMITTED, ACCEPTED, CORRECTED).when(accept(**second)).then(
        report_accepted(**second)
    )
    given(CYCLE, SUBMITTED, ACCEPTED, CORRECTED).when(send_back(**second)).then(
        report_returned(**second)
    )


def test_a_renewal_is_decided_on_by_the_digest_that_it_renews() -> None:
    renewal = nothing_new_declared()
    digest = renewal.renews_digest
    given(CYCLE, renewal).when(accept(digest=digest)).then(report_accepted(digest=digest))


def test_the_same_decision_sent_twice_is_recorded_once() -> None:
    given(CYCLE, SUBMITTED, ACCEPTED).when(accept()).then_nothing_happens()
    given(CYCLE, SUBMITTED, RETURNED).when(send_back()).then_nothing_happens()


def test_a_version_is_decided_on_once() -> None:
    given(CYCLE, SUBMITTED, ACCEPTED).when(send_back()).then_refused(review.AlreadyDecided)
    given(CYCLE, SUBMITTED, RETURNED).when(accept()).then_refused(review.AlreadyDecided)
    given(CYCLE, SUBMITTED, RETURNED).when(send_back(reasons="others")).then_refused(
        review.AlreadyDecided
    )


def test_a_version_that_was_corrected_is_not_decided_on() -> None:
    given(CYCLE, SUBMITTED, CORRECTED).when(accept()).then_refused(report.SupersededVersion)
    given(CYCLE, SUBMITTED, CORRECTED).when(send_back()).then_refused(report.SupersededVersion)


def test_a_decision_said_again_after_a_correction_is_not_taken_for_one_on_what_stands() -> None:
    accepted = given(CYCLE, SUBMITTED, ACCEPTED, CORRECTED)
    accepted.when(accept()).then_refused(report.SupersededVersion)
    returned = given(CYCLE, SUBMITTED, RETURNED, CORRECTED)
    returned.when(send_back()).then_refused(report.SupersededVersion)


def test_exactly_these_bytes_are_decided_on() -> None:
    given(CYCLE, SUBMITTED).when(accept(digest=CORRECTED.digest)).then_refused(
        report.DigestMismatch
    )


def test_a_decision_goes_by_the_ruleset_of_the_cycle() -> None:
    given(CYCLE, SUBMITTED).when(accept(ruleset_version="2.0.0")).then_refused(
        review.RulesetMismatch
    )


def test_what_was_never_submitted_is_not_decided_on() -> None:
    given(CYCLE, signature_recorded()).when(accept()).then_refused(report.NoSuchReport)


@pytest.mark.parametrize("version", [0, 2])
def test_a_version_that_does_not_exist_is_not_decided_on(version: int) -> None:
    given(CYCLE, SUBMITTED).when(accept(report_version=version)).then_refused(report.NoSuchVersion)


def test_an_illustrative_compilation_is_not_reviewed() -> None:
    compiled = report_submitted(document=compilation())
    given(CYCLE, compiled).when(accept(digest=compiled.digest)).then_refused(report.NotASubmission)


def test_reasons_speak_of_at_least_one_part_of_the_report() -> None:
    given(CYCLE, SUBMITTED).when(send_back(units=())).then_refused(report.NoUnitNamed)
    given(CYCLE, SUBMITTED, ACCEPTED).when(revoke(units=())).then_refused(report.NoUnitNamed)


def test_a_version_is_taken_up_and_then_decided_on() -> None:
    given(CYCLE, SUBMITTED).when(take_up()).then(OPENED)
    given(*UNDER_REVIEW).when(accept()).then(ACCEPTED)
    given(*UNDER_REVIEW).when(send_back()).then(RETURNED)


def test_a_version_is_taken_up_once_and_not_after_it_was_decided_on() -> None:
    given(*UNDER_REVIEW).when(take_up()).then_nothing_happens()
    given(*UNDER_REVIEW, ACCEPTED).when(take_up()).then_nothing_happens()
    given(CYCLE, SUBMITTED, ACCEPTED).when(take_up()).then_refused(review.AlreadyDecided)
    given(CYCLE, SUBMITTED, RETURNED).when(take_up()).then_refused(review.AlreadyDecided)


def test_what_an_acceptance_taken_back_left_under_review_is_not_taken_up() -> None:
    given(CYCLE, SUBMITTED, ACCEPTED, REVOKED).when(take_up()).then_refused(
        review.AlreadyUnderReview
    )


def test_taking_up_is_bound_to_version_digest_and_ruleset() -> None:
    given(CYCLE, SUBMITTED, CORRECTED).when(take_up()).then_refused(report.SupersededVersion)
    given(CYCLE, SUBMITTED).when(take_up(digest=CORRECTED.digest)).then_refused(
        report.DigestMismatch
    )
    given(CYCLE, SUBMITTED).when(take_up(ruleset_version="2.0.0")).then_refused(
        review.RulesetMismatch
    )


def test_while_a_question_is_open_a_version_is_not_accepted_but_may_be_returned() -> None:
    given(*UNDER_REVIEW, ASKED).when(accept()).then_refused(review.ClarificationOpen)
    given(*UNDER_REVIEW, ASKED).when(send_back()).then(RETURNED)
    given(*UNDER_REVIEW, ASKED, clarification_provided()).when(accept()).then(ACCEPTED)


def test_an_acceptance_is_taken_back_and_another_decision_made() -> None:
    given(CYCLE, SUBMITTED, ACCEPTED).when(revoke()).then(REVOKED)
    given(CYCLE, SUBMITTED, ACCEPTED, REVOKED).when(revoke()).then_nothing_happens()
    given(CYCLE, SUBMITTED, ACCEPTED, REVOKED).when(accept()).then(ACCEPTED)
    given(CYCLE, SUBMITTED, ACCEPTED, REVOKED).when(send_back()).then(RETURNED)
    again = (ACCEPTED, REVOKED, ACCEPTED)
    given(CYCLE, SUBMITTED, *again).when(revoke()).then(REVOKED)


def test_what_is_not_accepted_has_no_acceptance_to_be_taken_back() -> None:
    given(*UNDER_REVIEW).when(revoke()).then_refused(review.NotAccepted)
    given(CYCLE, SUBMITTED, RETURNED).when(revoke()).then_refused(review.NotAccepted)
    given(CYCLE, SUBMITTED, ACCEPTED, REVOKED).when(revoke(reasons="others")).then_refused(
        review.NotAccepted
    )


def test_the_acceptance_of_a_version_that_was_corrected_stays_on_it() -> None:
    given(CYCLE, SUBMITTED, ACCEPTED, CORRECTED).when(revoke()).then_refused(
        report.SupersededVersion
    )


def test_a_report_that_was_withdrawn_is_not_reviewed() -> None:
    withdrawn = (CYCLE, SUBMITTED, report_withdrawn())
    given(*withdrawn).when(take_up()).then_refused(report.WithdrawnReport)
    given(*withdrawn).when(accept()).then_refused(report.WithdrawnReport)
    given(*withdrawn).when(send_back()).then_refused(report.WithdrawnReport)
    given(CYCLE, SUBMITTED, ACCEPTED, report_withdrawn()).when(revoke()).then_refused(
        report.WithdrawnReport
    )
