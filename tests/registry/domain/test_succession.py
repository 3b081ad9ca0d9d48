"""Rules of succession, by example."""

from datetime import date

import pytest

from contracts.events import RegistryEvent
from services.registry.domain import participation, succession
from services.registry.domain.circumstances import OnlyInDemonstrations
from services.registry.domain.participant import Participant
from tests.makers import (
    act_contested,
    cycle_opened,
    focal_point_designated,
    signature_recorded,
    succession_notified,
    withdrawal_notified,
)
from tests.registry.domain.asking import REAL, designate, record
from tests.spec import given

SIGNED = signature_recorded()
SUCCEEDED = succession_notified()  # ZZF succeeds ZZA from 1 February 2023


def test_a_successor_continues_the_signature_of_its_predecessor() -> None:
    given(SIGNED).when(record(SUCCEEDED)).then(SUCCEEDED)


def test_the_same_succession_sent_twice_is_recorded_once() -> None:
    given(SIGNED, SUCCEEDED).when(record(SUCCEEDED)).then_nothing_happens()


def test_who_succeeded_a_predecessor_may_have_a_successor() -> None:
    next_one = succession_notified(
        "ZZG", predecessor="ZZF", effective_on=date(2025, 1, 1), received_on=date(2025, 1, 9)
    )
    given(SIGNED, SUCCEEDED).when(record(next_one)).then(next_one)


def test_nobody_succeeds_who_never_signed() -> None:
    given().when(record(SUCCEEDED)).then_refused(succession.PredecessorNeverSigned)


def test_nobody_succeeds_itself() -> None:
    own = succession_notified("ZZA", predecessor="ZZA")
    given(SIGNED).when(record(own)).then_refused(succession.SucceedsItself)


def test_who_is_a_signatory_already_succeeds_nobody() -> None:
    given(SIGNED, signature_recorded("ZZF")).when(record(SUCCEEDED)).then_refused(
        participation.AlreadyASignatory
    )


def test_who_has_withdrawn_may_succeed_somebody_later() -> None:
    given(
        SIGNED,
        signature_recorded("ZZF"),
        withdrawal_notified("ZZF", effective_on=date(2022, 1, 1), received_on=date(2022, 1, 1)),
    ).when(record(SUCCEEDED)).then(SUCCEEDED)


def test_a_successor_does_not_sign_as_well() -> None:
    later = signature_recorded("ZZF", effective_on=date(2024, 1, 1), received_on=date(2024, 1, 1))
    given(SIGNED, SUCCEEDED).when(record(later)).then_refused(participation.AlreadyASignatory)


def test_a_succession_does_not_take_effect_before_the_instrument_was_opened() -> None:
    early = succession_notified(effective_on=date(2018, 1, 1))
    given(SIGNED).when(record(early)).then_refused(participation.SignedBeforeOpening)


@pytest.mark.parametrize("kind", ["organisation"])
def test_the_code_of_a_successor_says_what_it_is(kind: str) -> None:
    given(SIGNED).when(record(succession_notified(kind=kind))).then_refused(
        participation.CodeDoesNotFitKind
    )


def test_a_fictitious_successor_never_enters_a_real_register() -> None:
    given(SIGNED).when(record(SUCCEEDED, log_origin=REAL)).then_refused(OnlyInDemonstrations)


def test_a_successor_designates_a_focal_point() -> None:
    designated = focal_point_designated("ZZF")
    given(SIGNED, SUCCEEDED).when(designate(designated)).then(designated)


def both(*events: RegistryEvent) -> succession.Both:
    return succession.DECIDER.fold(events)


def test_a_succession_acts_like_a_signature_from_its_own_day() -> None:
    successor = both(SIGNED, SUCCEEDED)["ZZF"]
    assert isinstance(successor, Participant)
    assert successor.standing(date(2023, 1, 31)) == "none"
    assert successor.standing(date(2023, 2, 1)) == "certain"


def test_a_succession_ends_nothing_of_the_predecessor() -> None:
    predecessor = both(SIGNED, SUCCEEDED)["ZZA"]
    assert isinstance(predecessor, Participant)
    assert predecessor.standing(date(2024, 1, 1)) == "certain"


def test_what_is_no_act_belongs_to_neither() -> None:
    contested = act_contested(contests=1)
    assert both(SIGNED, cycle_opened()) == both(SIGNED)
    assert both(SIGNED, contested) != both(SIGNED)
