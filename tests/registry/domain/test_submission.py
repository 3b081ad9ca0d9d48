"""Rules of submission and correction, by example."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.registry.domain import report, submission
from services.registry.domain.circumstances import OnlyInDemonstrations, UnknownEdition
from services.registry.domain.participation import NotASignatory
from tests.makers import (
    compilation,
    corrigendum_filed,
    cycle_opened,
    national_report,
    nothing_new_declared,
    report_accepted,
    report_returned,
    report_schema,
    report_submitted,
    signature_recorded,
    statement,
    withdrawal_notified,
)
from tests.registry.domain.asking import REAL, cleared, correct, submit
from tests.spec import given

SIGNED = signature_recorded()
CYCLE = cycle_opened()  # opens on 15 January 2026, in New York
SUBMITTED = report_submitted()
RETURNED = report_returned()
ACCEPTED = report_accepted()
CORRECTED = corrigendum_filed()
COMPILED = report_submitted(document=compilation())
NOTHING_NEW = nothing_new_declared()


def finding(**changes: Any) -> dict[str, Any]:
    noted = {
        "code": "P5-R03",
        "severity": "error",
        "pointer": "/statements/P5",
        "outcome": "failed",
    }
    return {**noted, **changes}


def explanation(**changes: Any) -> dict[str, Any]:
    return {
        "code": "P5-R03",
        "pointer": "/statements/P5",
        "text": {"en": "The law is before parliament."},
        **changes,
    }


# --- submitting


def test_a_signatory_submits_its_report() -> None:
    given(SIGNED, CYCLE).when(submit()).then(SUBMITTED)


def test_an_organisation_submits_its_report() -> None:
    submitted = report_submitted("ORG-ZZO")
    given(signature_recorded("ORG-ZZO"), CYCLE).when(submit(submitted)).then(submitted)


def test_a_state_hands_in_no_regional_report_and_an_organisation_no_national_one() -> None:
    for code, schema in (("ZZA", report_schema("ORG-ZZO")), ("ORG-ZZO", report_schema("ZZA"))):
        swapped = report_submitted(code, document={**national_report(code), "$schema": schema})
        refused = given(signature_recorded(code), CYCLE).when(submit(swapped))
        (finding,) = refused.then_refused(submission.TemplateOfAnotherKind).findings
        assert finding.pointer == "/document/$schema"


def test_a_late_report_is_accepted_like_any_other() -> None:
    years_later = datetime(2031, 1, 1, tzinfo=UTC)
    given(SIGNED, CYCLE).when(submit(around={"now": years_later})).then(SUBMITTED)


def test_the_same_report_sent_twice_is_submitted_once() -> None:
    given(SIGNED, CYCLE, SUBMITTED).when(submit()).then_nothing_happens()
    given(SIGNED, CYCLE, SUBMITTED, ACCEPTED).when(submit()).then_nothing_happens()


def test_a_report_sent_again_later_changes_nothing_though_the_log_has_grown() -> None:
    given(SIGNED, CYCLE, SUBMITTED).when(submit(validated_at_position=99)).then_nothing_happens()


def test_a_report_is_submitted_once_and_then_corrected() -> None:
    other = report_submitted(document=national_report(statements={"P2": statement()}))
    given(SIGNED, CYCLE, SUBMITTED).when(submit(other)).then_refused(report.AlreadySubmitted)
    given(SIGNED, CYCLE, SUBMITTED, ACCEPTED).when(submit(other)).then_refused(
        report.AlreadySubmitted
    )


def test_who_declared_that_nothing_is_new_files_a_corrigendum_to_report_after_all() -> None:
    given(SIGNED, CYCLE, NOTHING_NEW).when(submit()).then_refused(report.AlreadySubmitted)


def test_a_returned_report_is_submitted_anew() -> None:
    second = report_submitted(report_version=2, supersedes=1)
    given(SIGNED, CYCLE, SUBMITTED, RETURNED).when(submit()).then(second)


def test_who_never_signed_submits_nothing() -> None:
    given(CYCLE).when(submit()).then_refused(NotASignatory)


def test_who_has_withdrawn_submits_nothing() -> None:
    given(SIGNED, withdrawal_notified(), CYCLE).when(submit()).then_refused(NotASignatory)


def test_who_signed_again_after_its_withdrawal_submits() -> None:
    again = signature_recorded(received_on=date(2025, 2, 3), effective_on=date(2025, 2, 3))
    given(SIGNED, withdrawal_notified(), again, CYCLE).when(submit()).then(SUBMITTED)


def test_whose_signature_is_possibly_in_force_submits() -> None:
    some_time_this_year = signature_recorded(
        effective_on=date(2026, 1, 1), date_precision="year", received_on=date(2026, 2, 1)
    )
    given(some_time_this_year, CYCLE).when(submit()).then(SUBMITTED)


def test_nothing_is_submitted_for_a_cycle_that_does_not_exist() -> None:
    given(SIGNED).when(submit()).then_refused(report.NoSuchCycle)


def test_nothing_is_submitted_before_the_cycle_opens_where_it_is_counted() -> None:
    """On 15 January, 4 a.m. in Geneva, it is still 14 January in New York."""
    opening_in_new_york = datetime(2026, 1, 15, 5, tzinfo=UTC)
    too_early = opening_in_new_york - timedelta(seconds=1)
    given(SIGNED, CYCLE).when(submit(around={"now": opening_in_new_york})).then(SUBMITTED)
    given(SIGNED, CYCLE).when(submit(around={"now": too_early})).then_refused(
        report.CycleNotOpenYet
    )


def test_only_kinds_of_participants_that_the_cycle_names_report() -> None:
    for_states = cycle_opened(participant_kinds=["state"])
    submitted = report_submitted("ORG-ZZO")
    given(signature_recorded("ORG-ZZO"), for_states).when(submit(submitted)).then_refused(
        report.KindNotInCycle
    )


def test_a_report_follows_the_template_of_its_cycle() -> None:
    given(SIGNED, CYCLE).when(submit(template_version="0.9.0")).then_refused(
        submission.TemplateNotOfTheCycle
    )


def test_a_report_is_checked_by_the_ruleset_of_its_cycle() -> None:
    given(SIGNED, CYCLE).when(submit(ruleset_version="1.1.0")).then_refused(
        submission.RulesetNotOfTheCycle
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("origin", "illustrative_compilation"),
        ("participant", "ZZB"),
        ("cycle_id", "2025"),
        ("form", "update"),
    ],
)
def test_the_cover_says_what_the_report_is_handed_in_as(member: str, value: str) -> None:
    document = national_report(cover={member: value})
    refusal = (
        given(SIGNED, CYCLE).when(submit(document=document)).then_refused(submission.CoverDisagrees)
    )
    assert [found.pointer for found in refusal.findings] == [f"/document/cover/{member}"]


def test_statements_are_made_on_units_of_the_instrument_only() -> None:
    statements = {"P1": statement(), "P8": statement(), "P11": statement()}
    document = national_report(statements=statements)
    refusal = (
        given(SIGNED, CYCLE).when(submit(document=document)).then_refused(submission.UnknownUnits)
    )
    assert [found.pointer for found in refusal.findings] == [
        "/document/statements/P8",
        "/document/statements/P11",
    ]


def test_a_cycle_of_an_edition_that_is_no_longer_published_takes_no_reports() -> None:
    given(SIGNED, CYCLE).when(submit(around={"editions": {}})).then_refused(UnknownEdition)


def test_a_report_is_cleared_by_another_than_its_drafter() -> None:
    alone = cleared(cleared_by="person-1")
    given(SIGNED, CYCLE).when(submit(clearance=alone)).then_refused(report.ClearedByTheDrafter)


def test_a_mission_of_one_person_records_its_exception() -> None:
    alone = cleared(cleared_by="person-1", exception_reference="Note verbale 7/2026")
    submitted = SUBMITTED.model_copy(update={"clearance": alone})
    given(SIGNED, CYCLE).when(submit(submitted)).then(submitted)


def test_a_finding_is_mended_or_explained() -> None:
    unexplained = report_submitted(findings=[finding()])
    elsewhere = report_submitted(
        findings=[finding()], explanations=[explanation(pointer="/statements/P1")]
    )
    refusal = (
        given(SIGNED, CYCLE).when(submit(unexplained)).then_refused(submission.FindingNotExplained)
    )
    assert [found.pointer for found in refusal.findings] == ["/document/statements/P5"]
    given(SIGNED, CYCLE).when(submit(elsewhere)).then_refused(submission.FindingNotExplained)


def test_an_explained_finding_goes_with_the_report() -> None:
    explained = report_submitted(findings=[finding()], explanations=[explanation()])
    given(SIGNED, CYCLE).when(submit(explained)).then(explained)


@pytest.mark.parametrize("mild", [{"severity": "warning"}, {"outcome": "not_evaluated"}])
def test_a_warning_or_a_rule_that_could_not_be_run_needs_no_word(mild: dict[str, str]) -> None:
    submitted = report_submitted(findings=[finding(**mild)])
    given(SIGNED, CYCLE).when(submit(submitted)).then(submitted)


# --- illustrative compilations


def test_a_demonstration_takes_an_illustrative_compilation() -> None:
    given(SIGNED, CYCLE).when(submit(COMPILED)).then(COMPILED)


def test_a_real_register_takes_no_illustrative_compilation() -> None:
    given(SIGNED, CYCLE).when(submit(COMPILED, around={"log_origin": REAL})).then_refused(
        OnlyInDemonstrations
    )


def test_a_submission_never_takes_the_place_of_a_compilation() -> None:
    returned = report_returned(digest=COMPILED.digest)
    given(SIGNED, CYCLE, COMPILED).when(correct()).then_refused(submission.OriginsDoNotMix)
    given(SIGNED, CYCLE, COMPILED, returned).when(submit()).then_refused(submission.OriginsDoNotMix)


def test_a_compilation_never_takes_the_place_of_a_submission() -> None:
    given(SIGNED, CYCLE, SUBMITTED, RETURNED).when(submit(COMPILED)).then_refused(
        submission.OriginsDoNotMix
    )


# --- correcting


def test_a_submitted_report_is_corrected() -> None:
    given(SIGNED, CYCLE, SUBMITTED).when(correct()).then(CORRECTED)


def test_an_accepted_report_is_corrected() -> None:
    given(SIGNED, CYCLE, SUBMITTED, ACCEPTED).when(correct()).then(CORRECTED)


def test_a_correction_is_corrected() -> None:
    document = national_report(statements={"P1": statement("No law was amended.")})
    again = corrigendum_filed(document=document, report_version=3, supersedes=2)
    given(SIGNED, CYCLE, SUBMITTED, CORRECTED).when(
        correct(document=again.document, digest=again.digest)
    ).then(again)


def test_a_declaration_that_nothing_is_new_is_corrected_by_a_report() -> None:
    given(SIGNED, CYCLE, NOTHING_NEW).when(correct()).then(CORRECTED)


def test_the_same_corrigendum_sent_twice_is_filed_once() -> None:
    given(SIGNED, CYCLE, SUBMITTED, CORRECTED).when(correct()).then_nothing_happens()


def test_what_was_not_submitted_is_not_corrected() -> None:
    given(SIGNED, CYCLE).when(correct()).then_refused(report.NoSuchReport)


def test_what_was_returned_is_not_corrected_but_submitted_anew() -> None:
    given(SIGNED, CYCLE, SUBMITTED, RETURNED).when(correct()).then_refused(
        submission.NothingToCorrect
    )


def test_a_returned_correction_is_followed_by_a_new_submission() -> None:
    returned = report_returned(report_version=2, digest=CORRECTED.digest)
    third = report_submitted(report_version=3, supersedes=2)
    given(SIGNED, CYCLE, SUBMITTED, ACCEPTED, CORRECTED, returned).when(submit()).then(third)


def test_a_corrigendum_corrects_something() -> None:
    same: dict[str, Any] = {"document": SUBMITTED.document, "digest": SUBMITTED.digest}
    given(SIGNED, CYCLE, SUBMITTED).when(correct(**same)).then_refused(submission.NothingCorrected)


def test_a_corrigendum_obeys_all_rules_of_a_submission() -> None:
    given(SIGNED, withdrawal_notified(), CYCLE, SUBMITTED).when(correct()).then_refused(
        NotASignatory
    )
    given(SIGNED, CYCLE, SUBMITTED).when(correct(template_version="0.9.0")).then_refused(
        submission.TemplateNotOfTheCycle
    )
