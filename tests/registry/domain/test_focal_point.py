"""Rules of focal points, by example."""

from datetime import date

import pytest

from services.registry.domain import focal_point, people
from services.registry.domain.circumstances import (
    PeriodReversed,
    ReceivedBeforeOpening,
    ReceivedInTheFuture,
)
from services.registry.domain.participation import NotASignatory
from tests.makers import (
    focal_point_designated,
    focal_point_designation_ended,
    signature_recorded,
    withdrawal_notified,
)
from tests.registry.domain.asking import designate, end
from tests.spec import given

SIGNED = signature_recorded()
DESIGNATED = focal_point_designated()  # from 1 January 2025 to 31 December 2027
ENDED = focal_point_designation_ended()  # on 31 March 2026


def test_a_signatory_designates_a_focal_point() -> None:
    given(SIGNED).when(designate(DESIGNATED)).then(DESIGNATED)


def test_a_signatory_may_have_several_focal_points() -> None:
    second = focal_point_designated(focal_point_id="fp-2", seat="new_york", term_to=None)
    given(SIGNED, DESIGNATED).when(designate(second)).then(second)


def test_who_never_signed_designates_nobody() -> None:
    given().when(designate(DESIGNATED)).then_refused(NotASignatory)


def test_who_has_withdrawn_designates_nobody() -> None:
    given(SIGNED, withdrawal_notified()).when(designate(DESIGNATED)).then_refused(NotASignatory)


def test_who_may_have_withdrawn_still_designates() -> None:
    some_time_this_year = withdrawal_notified(
        effective_on=date(2026, 1, 1), date_precision="year", received_on=date(2025, 12, 1)
    )
    given(SIGNED, some_time_this_year).when(designate(DESIGNATED)).then(DESIGNATED)


def test_who_is_said_without_confirmation_to_have_withdrawn_still_designates() -> None:
    hearsay = withdrawal_notified(claim_status="unconfirmed")
    given(SIGNED, hearsay).when(designate(DESIGNATED)).then(DESIGNATED)


def test_the_same_designation_sent_twice_is_recorded_once() -> None:
    given(SIGNED, DESIGNATED).when(designate(DESIGNATED)).then_nothing_happens()


def test_an_id_belongs_to_one_designation_for_ever() -> None:
    other = focal_point_designated(seat="new_york")
    given(SIGNED, DESIGNATED, ENDED).when(designate(other)).then_refused(
        focal_point.FocalPointIdTaken
    )


def test_a_term_does_not_end_before_it_begins() -> None:
    reversed_term = focal_point_designated(term_to=date(2024, 12, 31))
    given(SIGNED).when(designate(reversed_term)).then_refused(PeriodReversed)


def test_a_term_may_last_one_day() -> None:
    one_day = focal_point_designated(term_to=date(2025, 1, 1))
    given(SIGNED).when(designate(one_day)).then(one_day)


def test_a_designation_is_not_received_tomorrow() -> None:
    tomorrow = focal_point_designated(received_on=date(2026, 11, 22))
    given(SIGNED).when(designate(tomorrow)).then_refused(ReceivedInTheFuture)


def test_a_designation_is_not_older_than_the_instrument() -> None:
    early = focal_point_designated(received_on=date(2018, 1, 1))
    given(SIGNED).when(designate(early)).then_refused(ReceivedBeforeOpening)


def test_a_term_is_ended_by_the_participant() -> None:
    given(SIGNED, DESIGNATED).when(end(ENDED)).then(ENDED)


def test_who_has_withdrawn_may_still_end_a_term() -> None:
    given(SIGNED, DESIGNATED, withdrawal_notified()).when(end(ENDED)).then(ENDED)


def test_a_term_without_a_last_day_is_ended_on_any_later_day() -> None:
    open_term = focal_point_designated(term_to=None)
    far = focal_point_designation_ended(ended_on=date(2031, 1, 1))
    given(SIGNED, open_term).when(end(far)).then(far)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2027, 12, 31)])
def test_a_term_is_ended_on_any_day_of_it(day: date) -> None:
    ended = focal_point_designation_ended(ended_on=day)
    given(SIGNED, DESIGNATED).when(end(ended)).then(ended)


def test_a_term_that_never_began_does_not_end() -> None:
    given(SIGNED).when(end(ENDED)).then_refused(focal_point.NoSuchFocalPoint)


def test_the_same_end_sent_twice_is_recorded_once() -> None:
    given(SIGNED, DESIGNATED, ENDED).when(end(ENDED)).then_nothing_happens()


def test_a_term_ends_once() -> None:
    later = focal_point_designation_ended(ended_on=date(2026, 4, 30))
    given(SIGNED, DESIGNATED, ENDED).when(end(later)).then_refused(
        focal_point.DesignationAlreadyEnded
    )


def test_a_term_does_not_end_before_its_first_day() -> None:
    early = focal_point_designation_ended(ended_on=date(2024, 12, 31))
    given(SIGNED, DESIGNATED).when(end(early)).then_refused(people.EndsOutsideTheTerm)


def test_a_term_does_not_end_after_its_last_day() -> None:
    late = focal_point_designation_ended(ended_on=date(2028, 1, 1))
    given(SIGNED, DESIGNATED).when(end(late)).then_refused(people.EndsOutsideTheTerm)


def test_the_end_of_a_term_is_not_received_tomorrow() -> None:
    tomorrow = focal_point_designation_ended(received_on=date(2026, 11, 22))
    given(SIGNED, DESIGNATED).when(end(tomorrow)).then_refused(ReceivedInTheFuture)
