"""Rules of the withdrawal of a report, by example."""

from typing import Any

from services.registry.domain import report
from tests.makers import (
    clearance,
    compilation,
    corrigendum_filed,
    cycle_opened,
    nothing_new_declared,
    report_accepted,
    report_returned,
    report_submitted,
    report_withdrawn,
    signature_recorded,
)
from tests.registry.domain.asking import correct, renew, submit, withdraw
from tests.spec import given

SIGNED = signature_recorded()
EARLIER = cycle_opened("2025")
CYCLE = cycle_opened()
SUBMITTED = report_submitted()
CORRECTED = corrigendum_filed()
WITHDRAWN = report_withdrawn()
BEFORE = (SIGNED, CYCLE, SUBMITTED)


def test_a_participant_withdraws_its_report_whatever_was_decided_on_it() -> None:
    given(*BEFORE).when(withdraw()).then(WITHDRAWN)
    given(*BEFORE, report_accepted()).when(withdraw()).then(WITHDRAWN)
    given(*BEFORE, report_returned()).when(withdraw()).then(WITHDRAWN)


def test_a_renewal_is_withdrawn_by_the_digest_that_it_renews() -> None:
    renewal = nothing_new_declared()
    digest = renewal.renews_digest
    given(renewal).when(withdraw(digest=digest)).then(report_withdrawn(digest=digest))


def test_the_same_withdrawal_sent_twice_is_recorded_once() -> None:
    given(*BEFORE, WITHDRAWN).when(withdraw()).then_nothing_happens()


def test_a_report_is_withdrawn_once_until_it_is_submitted_anew() -> None:
    given(*BEFORE, WITHDRAWN).when(withdraw(reason={"en": "Another."})).then_refused(
        report.WithdrawnReport
    )
    again = report_submitted(report_version=2, supersedes=1)
    second: dict[str, Any] = {"report_version": 2, "digest": again.digest}
    given(*BEFORE, WITHDRAWN, again).when(withdraw(**second)).then(report_withdrawn(**second))


def test_a_withdrawal_names_the_latest_version_and_its_bytes() -> None:
    given(*BEFORE, CORRECTED).when(withdraw()).then_refused(report.SupersededVersion)
    second: dict[str, Any] = {"report_version": 2, "digest": CORRECTED.digest}
    given(*BEFORE, CORRECTED).when(withdraw(**second)).then(report_withdrawn(**second))
    given(*BEFORE).when(withdraw(digest=CORRECTED.digest)).then_refused(report.DigestMismatch)
    given(*BEFORE).when(withdraw(report_version=2)).then_refused(report.NoSuchVersion)
    given(SIGNED, CYCLE).when(withdraw()).then_refused(report.NoSuchReport)


def test_a_withdrawal_takes_every_version_along() -> None:
    second = report_withdrawn(report_version=2, digest=CORRECTED.digest)
    given(*BEFORE, CORRECTED, second).when(withdraw()).then_refused(report.SupersededVersion)
    history = (SIGNED, EARLIER, CYCLE, report_submitted("ZZA", "2025"))
    corrected = corrigendum_filed("ZZA", "2025")
    gone = report_withdrawn("ZZA", "2025", report_version=2, digest=corrected.digest)
    given(*history, corrected, gone).when(renew()).then_refused(report.WithdrawnReport)


def test_a_withdrawal_is_cleared_by_another_than_its_drafter() -> None:
    alone = clearance(cleared_by="person-1")
    given(*BEFORE).when(withdraw(clearance=alone)).then_refused(report.ClearedByTheDrafter)


def test_an_illustrative_compilation_is_not_withdrawn_by_the_participant() -> None:
    compiled = report_submitted(document=compilation())
    given(CYCLE, compiled).when(withdraw(digest=compiled.digest)).then_refused(
        report.NotASubmission
    )


def test_after_a_withdrawal_the_report_is_submitted_anew_under_the_next_number() -> None:
    given(*BEFORE, WITHDRAWN).when(submit()).then(report_submitted(report_version=2, supersedes=1))


def test_after_a_withdrawal_there_is_nothing_to_correct() -> None:
    given(*BEFORE, WITHDRAWN).when(correct()).then_refused(report.WithdrawnReport)


def test_after_a_withdrawal_an_earlier_report_may_be_renewed_instead() -> None:
    history = (SIGNED, EARLIER, CYCLE, report_submitted("ZZA", "2025"), SUBMITTED, WITHDRAWN)
    given(*history).when(renew()).then(nothing_new_declared(report_version=2))


def test_what_was_withdrawn_is_not_renewed_and_what_renewed_it_before_stands() -> None:
    earlier, gone = report_submitted("ZZA", "2025"), report_withdrawn("ZZA", "2025")
    given(SIGNED, EARLIER, CYCLE, earlier, gone).when(renew()).then_refused(report.WithdrawnReport)
    given(SIGNED, EARLIER, CYCLE, earlier, nothing_new_declared(), gone).when(
        renew()
    ).then_nothing_happens()
