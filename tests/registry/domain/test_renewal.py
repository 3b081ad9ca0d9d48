"""Rules of renewal ("nothing new"), by example."""

from datetime import UTC, datetime

import pytest

from contracts.events import RegistryEvent
from services.registry.domain import renewal, report
from services.registry.domain.participation import NotASignatory
from tests.makers import (
    compilation,
    corrigendum_filed,
    cycle_opened,
    national_report,
    nothing_new_declared,
    report_accepted,
    report_returned,
    report_submitted,
    signature_recorded,
    statement,
    withdrawal_notified,
)
from tests.registry.domain.asking import cleared, renew
from tests.spec import given

SIGNED = signature_recorded()
EARLIER = cycle_opened("2025")
CYCLE = cycle_opened("2026")
SUBMITTED = report_submitted("ZZA", "2025")
ACCEPTED = report_accepted("ZZA", "2025")
RETURNED = report_returned("ZZA", "2025")
CORRECTED = corrigendum_filed(
    "ZZA", "2025", document=national_report("ZZA", "2025", statements={"P2": statement()})
)
NOTHING_NEW = nothing_new_declared()
BEFORE = (SIGNED, EARLIER, CYCLE, SUBMITTED)


@pytest.mark.parametrize("earlier", [BEFORE, (*BEFORE, ACCEPTED)])
def test_a_participant_declares_that_nothing_is_new(earlier: tuple[RegistryEvent, ...]) -> None:
    given(*earlier).when(renew()).then(NOTHING_NEW)


def test_the_same_declaration_sent_twice_is_recorded_once() -> None:
    given(*BEFORE, NOTHING_NEW).when(renew()).then_nothing_happens()


def test_who_has_reported_for_the_cycle_does_not_declare_that_nothing_is_new() -> None:
    submitted = report_submitted()
    given(*BEFORE, submitted).when(renew()).then_refused(report.AlreadySubmitted)
    given(*BEFORE, submitted, report_returned()).when(renew()).then_refused(report.AlreadySubmitted)


def test_the_same_cycle_is_not_renewed() -> None:
    given(*BEFORE, report_submitted()).when(renew(renews_report="ZZA-2026")).then_refused(
        report.AlreadySubmitted
    )
    given(*BEFORE).when(renew(renews_report="ZZA-2026")).then_refused(report.NoSuchReport)


def test_a_later_cycle_is_not_renewed() -> None:
    later = report_submitted("ZZA", "2026")
    given(SIGNED, EARLIER, CYCLE, later).when(
        renew(cycle_id="2025", renews_report="ZZA-2026", renews_digest=later.digest)
    ).then_refused(renewal.NotAnEarlierCycle)


def test_a_cycle_on_the_same_period_is_not_renewed() -> None:
    same_period = cycle_opened("2025", period_from=CYCLE.period_from, period_to=CYCLE.period_to)
    given(SIGNED, same_period, CYCLE, SUBMITTED).when(renew()).then_refused(
        renewal.NotAnEarlierCycle
    )


@pytest.mark.parametrize("other", ["ZZB-2025", "ORG-ZZO-2025", "nothing at all"])
def test_a_participant_renews_its_own_word_only(other: str) -> None:
    theirs = report_submitted("ZZB", "2025")
    given(*BEFORE, theirs).when(renew(renews_report=other)).then_refused(
        renewal.ReportOfAnotherParticipant
    )


def test_what_was_never_reported_is_not_renewed() -> None:
    given(SIGNED, EARLIER, CYCLE).when(renew()).then_refused(report.NoSuchReport)


@pytest.mark.parametrize("version", [0, 2])
def test_a_version_that_does_not_exist_is_not_renewed(version: int) -> None:
    given(*BEFORE).when(renew(renews_version=version)).then_refused(report.NoSuchVersion)


def test_exactly_these_bytes_are_renewed() -> None:
    given(*BEFORE).when(renew(renews_digest=CORRECTED.digest)).then_refused(report.DigestMismatch)


def test_what_was_returned_is_not_renewed() -> None:
    given(*BEFORE, RETURNED).when(renew()).then_refused(renewal.ReturnedVersion)


def test_what_was_corrected_is_not_renewed_but_the_correction_is() -> None:
    given(*BEFORE, CORRECTED).when(renew()).then_refused(report.SupersededVersion)
    renewed = nothing_new_declared(renews_version=2, renews_digest=CORRECTED.digest)
    given(*BEFORE, CORRECTED).when(renew(renews_version=2, renews_digest=CORRECTED.digest)).then(
        renewed
    )


def test_what_stands_after_its_correction_was_returned_is_renewed() -> None:
    returned = report_returned("ZZA", "2025", report_version=2, digest=CORRECTED.digest)
    given(*BEFORE, ACCEPTED, CORRECTED, returned).when(renew()).then(NOTHING_NEW)


def test_a_renewal_is_not_renewed_but_what_it_renews_is() -> None:
    third = cycle_opened("2027", opens_on="2026-01-01")
    of_the_renewal = renew(cycle_id="2027", renews_report="ZZA-2026")
    of_the_document = renew(cycle_id="2027")
    given(*BEFORE, NOTHING_NEW, third).when(of_the_renewal).then_refused(renewal.RenewsARenewal)
    given(*BEFORE, NOTHING_NEW, third).when(of_the_document).then(
        nothing_new_declared("ZZA", "2027")
    )


def test_an_illustrative_compilation_is_not_renewed() -> None:
    compiled = report_submitted("ZZA", "2025", document=compilation("ZZA", "2025"))
    given(SIGNED, EARLIER, CYCLE, compiled).when(renew(renews_digest=compiled.digest)).then_refused(
        report.NotASubmission
    )


def test_a_renewal_obeys_the_rules_of_who_may_report_and_when() -> None:
    too_early = datetime(2026, 1, 14, tzinfo=UTC)
    for_organisations = cycle_opened("2026", participant_kinds=["organisation"])
    given(SIGNED, EARLIER, SUBMITTED).when(renew()).then_refused(report.NoSuchCycle)
    given(*BEFORE).when(renew(around={"now": too_early})).then_refused(report.CycleNotOpenYet)
    given(*BEFORE, withdrawal_notified()).when(renew()).then_refused(NotASignatory)
    given(SIGNED, EARLIER, SUBMITTED, for_organisations).when(renew()).then_refused(
        report.KindNotInCycle
    )


def test_a_renewal_is_cleared_by_another_than_its_drafter() -> None:
    alone = cleared(cleared_by="person-1")
    given(*BEFORE).when(renew(clearance=alone)).then_refused(report.ClearedByTheDrafter)
