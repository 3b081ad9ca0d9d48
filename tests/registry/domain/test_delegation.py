"""Rules of delegations, by example."""

from datetime import date

import pytest

from services.registry.domain import delegation, focal_point, people
from services.registry.domain.circumstances import PeriodReversed, ReceivedInTheFuture
from services.registry.domain.participation import NotASignatory
from tests.makers import (
    delegation_granted,
    delegation_revoked,
    focal_point_designated,
    focal_point_designation_ended,
    personal_data_erased,
    signature_recorded,
    withdrawal_notified,
)
from tests.registry.domain.asking import delegate, designate, revoke_delegation
from tests.spec import given

SIGNED = signature_recorded()
DESIGNATED = focal_point_designated()  # from 1 January 2025 to 31 December 2027
ENDED = focal_point_designation_ended()  # on 31 March 2026
GRANTED = delegation_granted()  # in 2026
REVOKED = delegation_revoked()  # on 31 May 2026


def test_a_focal_point_delegates_parts_of_a_report() -> None:
    given(SIGNED, DESIGNATED).when(delegate(GRANTED)).then(GRANTED)


def test_a_part_need_not_be_a_reporting_unit() -> None:
    parts = delegation_granted(units=["cover", "P8.a", "human_rights"])
    given(SIGNED, DESIGNATED).when(delegate(parts)).then(parts)


def test_the_same_delegation_sent_twice_is_recorded_once() -> None:
    given(SIGNED, DESIGNATED, GRANTED).when(delegate(GRANTED)).then_nothing_happens()


def test_who_never_signed_delegates_nothing() -> None:
    given().when(delegate(GRANTED)).then_refused(NotASignatory)


def test_who_has_withdrawn_delegates_nothing() -> None:
    given(SIGNED, DESIGNATED, withdrawal_notified()).when(delegate(GRANTED)).then_refused(
        NotASignatory
    )


@pytest.mark.parametrize("grantor", ["fp-unknown", "dl-3Kx9"])
def test_only_a_focal_point_delegates(grantor: str) -> None:
    other = delegation_granted(delegation_id="dl-2", granted_by=grantor)
    given(SIGNED, DESIGNATED, GRANTED).when(delegate(other)).then_refused(
        focal_point.NoSuchFocalPoint
    )


def test_a_focal_point_of_somebody_else_does_not_delegate() -> None:
    given(SIGNED, focal_point_designated("ZZB")).when(delegate(GRANTED)).then_refused(
        focal_point.NoSuchFocalPoint
    )


def test_an_id_belongs_to_one_delegation_for_ever() -> None:
    other = delegation_granted(units=["P1"])
    given(SIGNED, DESIGNATED, GRANTED, REVOKED).when(delegate(other)).then_refused(
        delegation.DelegationIdTaken
    )


def test_focal_points_and_delegates_have_their_ids_from_the_same_ids() -> None:
    as_focal_point = focal_point_designated(focal_point_id="dl-3Kx9")
    as_delegate = delegation_granted(delegation_id="fp-7Qm2")
    given(SIGNED, DESIGNATED, GRANTED).when(designate(as_focal_point)).then_refused(
        focal_point.FocalPointIdTaken
    )
    given(SIGNED, DESIGNATED).when(delegate(as_delegate)).then_refused(delegation.DelegationIdTaken)


@pytest.mark.parametrize(("first", "last"), [("2025-01-01", "2027-12-31"), ("2027-12-31",) * 2])
def test_a_delegation_may_fill_the_term_of_who_grants_it(first: str, last: str) -> None:
    whole = delegation_granted(term_from=first, term_to=last)
    given(SIGNED, DESIGNATED).when(delegate(whole)).then(whole)


def test_an_open_term_covers_any_later_delegation() -> None:
    far = delegation_granted(term_from=date(2040, 1, 1), term_to=date(2041, 1, 1))
    given(SIGNED, focal_point_designated(term_to=None)).when(delegate(far)).then(far)


@pytest.mark.parametrize("first", ["2024-12-31", "2028-01-01"])
def test_a_delegation_begins_in_the_term_of_who_grants_it(first: str) -> None:
    outside = delegation_granted(term_from=first, term_to="2028-06-30")
    given(SIGNED, DESIGNATED).when(delegate(outside)).then_refused(delegation.GrantorNotInOffice)


def test_a_delegation_does_not_outlast_the_term_of_who_grants_it() -> None:
    long = delegation_granted(term_to=date(2028, 1, 1))
    given(SIGNED, DESIGNATED).when(delegate(long)).then_refused(
        delegation.DelegationOutlastsTheTerm
    )


def test_a_term_that_was_ended_counts_as_it_ended() -> None:
    given(SIGNED, DESIGNATED, ENDED).when(delegate(GRANTED)).then_refused(
        delegation.DelegationOutlastsTheTerm
    )
    until_then = delegation_granted(term_to=date(2026, 3, 31))
    given(SIGNED, DESIGNATED, ENDED).when(delegate(until_then)).then(until_then)
    afterwards = delegation_granted(term_from=date(2026, 4, 1))
    given(SIGNED, DESIGNATED, ENDED).when(delegate(afterwards)).then_refused(
        delegation.GrantorNotInOffice
    )


def test_a_delegation_is_for_something() -> None:
    given(SIGNED, DESIGNATED).when(delegate(delegation_granted(units=[]))).then_refused(
        delegation.NothingDelegated
    )


def test_a_delegation_is_for_what_a_report_has() -> None:
    unknown = delegation_granted(units=["P5", "P77"])
    refused = given(SIGNED, DESIGNATED).when(delegate(unknown)).then_refused(delegation.UnknownPart)
    assert "P77" in str(refused)


def test_a_delegation_does_not_end_before_it_begins() -> None:
    reversed_term = delegation_granted(term_to=date(2025, 12, 31))
    given(SIGNED, DESIGNATED).when(delegate(reversed_term)).then_refused(PeriodReversed)


def test_a_delegation_is_not_received_tomorrow() -> None:
    tomorrow = delegation_granted(received_on=date(2026, 11, 22))
    given(SIGNED, DESIGNATED).when(delegate(tomorrow)).then_refused(ReceivedInTheFuture)


def test_nobody_is_delegated_to_under_an_id_that_was_erased() -> None:
    erased = personal_data_erased(person_id="dl-3Kx9")
    given(SIGNED, DESIGNATED, GRANTED, erased).when(
        delegate(delegation_granted(units=["P1"]))
    ).then_refused(people.PersonErased)


def test_a_focal_point_who_was_erased_delegates_nothing() -> None:
    given(SIGNED, DESIGNATED, personal_data_erased()).when(delegate(GRANTED)).then_refused(
        people.PersonErased
    )


# --- revoking


def test_a_delegation_is_revoked() -> None:
    given(SIGNED, DESIGNATED, GRANTED).when(revoke_delegation(REVOKED)).then(REVOKED)


def test_who_has_withdrawn_may_still_revoke() -> None:
    given(SIGNED, DESIGNATED, GRANTED, withdrawal_notified()).when(revoke_delegation(REVOKED)).then(
        REVOKED
    )


def test_the_same_revocation_sent_twice_is_recorded_once() -> None:
    given(SIGNED, DESIGNATED, GRANTED, REVOKED).when(
        revoke_delegation(REVOKED)
    ).then_nothing_happens()


@pytest.mark.parametrize("delegation_id", ["dl-unknown", "fp-7Qm2"])
def test_what_was_never_granted_is_not_revoked(delegation_id: str) -> None:
    other = delegation_revoked(delegation_id=delegation_id)
    given(SIGNED, DESIGNATED, GRANTED).when(revoke_delegation(other)).then_refused(
        delegation.NoSuchDelegation
    )


def test_a_delegation_is_revoked_once() -> None:
    later = delegation_revoked(revoked_on=date(2026, 6, 30))
    given(SIGNED, DESIGNATED, GRANTED, REVOKED).when(revoke_delegation(later)).then_refused(
        delegation.DelegationAlreadyRevoked
    )


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01"])
def test_a_delegation_ends_on_a_day_of_its_term(day: str) -> None:
    outside = delegation_revoked(revoked_on=day)
    given(SIGNED, DESIGNATED, GRANTED).when(revoke_delegation(outside)).then_refused(
        people.EndsOutsideTheTerm
    )


def test_a_revocation_is_not_received_tomorrow() -> None:
    tomorrow = delegation_revoked(received_on=date(2026, 11, 22))
    given(SIGNED, DESIGNATED, GRANTED).when(revoke_delegation(tomorrow)).then_refused(
        ReceivedInTheFuture
    )
