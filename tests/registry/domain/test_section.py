"""Rules of publication, by example: what is shown of a version, and what no longer is."""

from typing import Any

import pytest

from services.registry.domain import report, section
from tests.makers import (
    clearance,
    compilation,
    corrigendum_filed,
    hidden,
    national_report,
    nothing_new_declared,
    publication_authorised,
    publication_restricted,
    report_submitted,
    report_withdrawn,
    sealed,
    statement,
)
from tests.registry.domain.asking import restrict, show
from tests.spec import given

SUBMITTED = report_submitted()
SHOWN = publication_authorised()
RESTRICTED = publication_restricted()


def test_a_sealed_section_is_revealed_by_the_event_that_shows_it() -> None:
    given(SUBMITTED).when(show()).then(SHOWN)
    assert SHOWN.revealed[0].disclosure == hidden("P5").encoded()


def test_what_is_shown_already_changes_nothing() -> None:
    given(SUBMITTED, SHOWN).when(show()).then_nothing_happens()
    given(SUBMITTED).when(show(units=["P1"])).then_nothing_happens()


def test_a_participant_no_longer_lets_a_section_be_shown() -> None:
    given(SUBMITTED).when(restrict()).then(RESTRICTED)
    given(SUBMITTED, SHOWN).when(restrict(units=["P5"])).then(publication_restricted(units=["P5"]))


def test_what_was_restricted_is_shown_again_without_revealing_anything() -> None:
    again = publication_authorised(units=["P1"], revealed=[])
    given(SUBMITTED, RESTRICTED).when(show(units=["P1"])).then(again)
    given(SUBMITTED, SHOWN, publication_restricted(units=["P5"])).when(show(held={})).then(
        publication_authorised(revealed=[])
    )


def test_open_and_sealed_sections_are_shown_in_one_act() -> None:
    both = ["P1", "P5"]
    given(SUBMITTED).when(show(units=both)).then(publication_authorised(units=both))
    given(SUBMITTED, RESTRICTED).when(show(units=both)).then(publication_authorised(units=both))


def test_the_parts_beside_the_statements_are_sections_too() -> None:
    rights = sealed("human_rights", visibility="secretariat")
    filed = report_submitted(document=national_report(human_rights=rights))
    opening = hidden("human_rights").encoded()
    given(filed).when(
        show({"human_rights": opening}, units=["human_rights"], digest=filed.digest)
    ).then(
        publication_authorised(
            units=["human_rights"],
            revealed=[{"unit": "human_rights", "disclosure": opening}],
            digest=filed.digest,
        )
    )


@pytest.mark.parametrize("unit", ["P2", "cover", "human_rights"])
def test_a_section_that_the_version_does_not_have_is_neither_shown_nor_restricted(
    unit: str,
) -> None:
    refused = given(SUBMITTED).when(show(units=["P5", unit])).then_refused(section.NoSuchSection)
    assert [finding.pointer for finding in refused.findings] == ["/units/1"]
    given(SUBMITTED).when(restrict(units=[unit])).then_refused(section.NoSuchSection)


def test_a_renewal_has_no_sections_of_its_own() -> None:
    renewal = nothing_new_declared()
    given(renewal).when(show(digest=renewal.renews_digest)).then_refused(section.NoSuchSection)


@pytest.mark.parametrize("held", [{}, {"P1": hidden("P5").encoded()}, {"P5": "WzFd"}])
def test_what_was_erased_cannot_be_revealed(held: dict[str, str]) -> None:
    given(SUBMITTED).when(show(held)).then_refused(section.DisclosureNotHeld)


def test_only_what_is_shown_can_be_restricted() -> None:
    given(SUBMITTED).when(restrict(units=["P5"])).then_refused(section.NotShown)
    given(SUBMITTED, RESTRICTED).when(restrict()).then_nothing_happens()
    given(SUBMITTED, RESTRICTED).when(restrict(reason={"en": "Other."})).then_refused(
        section.NotShown
    )


def test_an_earlier_version_is_shown_and_restricted_as_well() -> None:
    history = (SUBMITTED, corrigendum_filed())
    given(*history).when(show()).then(SHOWN)
    given(*history).when(restrict()).then(RESTRICTED)


def test_each_version_is_shown_by_itself() -> None:
    document = national_report(statements={"P5": sealed("P5"), "P2": statement()})
    second = corrigendum_filed(document=document)
    named: dict[str, Any] = {"report_version": 2, "digest": second.digest}
    given(SUBMITTED, SHOWN, second).when(show(**named)).then(publication_authorised(**named))


def test_of_a_withdrawn_report_nothing_more_is_shown_but_less_may_be() -> None:
    given(SUBMITTED, report_withdrawn()).when(show()).then_refused(report.WithdrawnReport)
    given(SUBMITTED, report_withdrawn()).when(restrict()).then(RESTRICTED)


def test_publication_is_bound_to_a_version_and_its_bytes() -> None:
    other = corrigendum_filed().digest
    for command in (show(digest=other), restrict(digest=other)):
        given(SUBMITTED).when(command).then_refused(report.DigestMismatch)
    for command in (show(report_version=2), restrict(report_version=2)):
        given(SUBMITTED).when(command).then_refused(report.NoSuchVersion)
    given(SUBMITTED).when(show(units=())).then_refused(report.NoUnitNamed)
    compiled = report_submitted(document=compilation())
    given(compiled).when(restrict(digest=compiled.digest)).then_refused(report.NotASubmission)


def test_publication_is_cleared_by_another_than_its_drafter() -> None:
    alone = clearance(cleared_by="person-1")
    for command in (show(clearance=alone), restrict(clearance=alone)):
        given(SUBMITTED).when(command).then_refused(report.ClearedByTheDrafter)
