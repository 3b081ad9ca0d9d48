"""Drafts: whose focal point or delegate an actor is, from the stream alone."""

from datetime import date

import pytest

from services.registry.drafts.authority import (
    Authority,
    authority_of,
    check_section,
    check_term,
    check_whole,
)
from services.registry.drafts.refusals import (
    ActorErased,
    NotForDelegates,
    OutsideTheTerm,
    SectionNotDelegated,
)
from tests import makers

FP, DL = "fp-7Qm2", "dl-3Kx9"
STREAM = (
    makers.focal_point_designated(),
    makers.delegation_granted(),
    makers.delegation_granted(delegation_id="dl-other", units=["cover"]),
)


def test_whom_the_register_does_not_know_may_do_everything() -> None:
    assert authority_of("somebody", STREAM) == Authority()
    check_term(Authority(), date.max)
    check_whole(Authority())
    check_section(Authority(), "P1")


def test_a_focal_point_may_do_everything_in_its_term() -> None:
    found = authority_of(FP, STREAM)
    assert (found.sections, found.term_from, found.term_to) == (
        None,
        date(2025, 1, 1),
        date(2027, 12, 31),
    )


def test_a_delegate_may_write_what_is_delegated() -> None:
    found = authority_of(DL, STREAM)
    check_section(found, "P5")
    with pytest.raises(SectionNotDelegated, match="expected one of P5, P6"):
        check_section(found, "P1")
    with pytest.raises(NotForDelegates):
        check_whole(found)


def test_a_communication_makes_a_term_shorter_and_never_longer() -> None:
    shorter = makers.delegation_revoked(revoked_on=date(2026, 5, 31))
    assert authority_of(DL, (*STREAM, shorter)).term_to == date(2026, 5, 31)
    longer = makers.delegation_revoked(revoked_on=date(2030, 1, 1))
    assert authority_of(DL, (*STREAM, longer)).term_to == date(2026, 12, 31)
    ended = makers.focal_point_designation_ended()
    assert authority_of(FP, (*STREAM, ended)).term_to == date(2026, 3, 31)
    open_ended = makers.focal_point_designated(term_to=None)
    assert authority_of(FP, (open_ended, ended)).term_to == date(2026, 3, 31)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_before_and_after_the_term_nothing_is_done(day: date) -> None:
    with pytest.raises(OutsideTheTerm):
        check_term(authority_of(DL, STREAM), day)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
def test_on_its_first_and_last_day_the_term_runs(day: date) -> None:
    check_term(authority_of(DL, STREAM), day)


def test_a_delegation_ends_with_the_term_of_who_granted_it() -> None:
    ended = makers.focal_point_designation_ended()  # on 31 March 2026
    found = authority_of(DL, (*STREAM, ended))
    assert found.term_to == date(2026, 3, 31)
    check_term(found, date(2026, 3, 31))
    with pytest.raises(OutsideTheTerm, match="the term ended on 2026-03-31"):
        check_term(found, date(2026, 4, 1))
    revoked = makers.delegation_revoked(revoked_on=date(2026, 2, 1))
    assert authority_of(DL, (*STREAM, ended, revoked)).term_to == date(2026, 2, 1)
    assert authority_of(DL, (*STREAM, revoked, ended)).term_to == date(2026, 2, 1)
    another = makers.focal_point_designation_ended(focal_point_id="fp-other")
    assert authority_of(DL, (*STREAM, another)).term_to == date(2026, 12, 31)


@pytest.mark.parametrize("actor", [FP, DL])
def test_whoever_cannot_be_identified_any_more_does_nothing(actor: str) -> None:
    erased = makers.personal_data_erased(person_id=actor)
    day = date(2026, 3, 1)
    check_term(authority_of(actor, STREAM), day)
    with pytest.raises(ActorErased):
        check_term(authority_of(actor, (*STREAM, erased)), day)
    other = makers.personal_data_erased(person_id="dl-other")
    check_term(authority_of(actor, (*STREAM, other)), day)
