"""What the acts of a participant amount to."""

from datetime import date

import pytest

from contracts.events import RegistryEvent
from services.registry.domain.participant import Newcomer, Participant
from services.registry.domain.participation import DECIDER
from tests.makers import (
    act_contested,
    act_rectified,
    cycle_opened,
    declaration_lodged,
    signature_recorded,
    succession_notified,
    withdrawal_notified,
    withdrawal_rescinded,
)

SIGNED = signature_recorded()
WITHDRAWN = withdrawal_notified()  # effective on 10 July 2024
SIGNED_AGAIN = signature_recorded(effective_on=date(2025, 2, 3))


def participant(*events: RegistryEvent) -> Participant:
    state = DECIDER.fold(events)
    assert isinstance(state, Participant)
    return state


def test_nobody_takes_part_without_a_signature() -> None:
    assert DECIDER.fold([]) == Newcomer()
    assert DECIDER.fold([WITHDRAWN, declaration_lodged()]) == Newcomer()


def test_events_of_other_aggregates_are_no_acts() -> None:
    assert DECIDER.fold([SIGNED, cycle_opened()]) == DECIDER.fold([SIGNED])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 2, 28), "none"),
        (date(2019, 3, 1), "certain"),
        (date(2024, 7, 9), "certain"),
        (date(2024, 7, 10), "none"),
        (date(2025, 2, 3), "certain"),
    ],
)
def test_a_participant_is_in_force_in_each_of_its_phases(day: date, expected: str) -> None:
    assert participant(SIGNED, WITHDRAWN, SIGNED_AGAIN).standing(day) == expected


def test_a_withdrawal_taken_back_ends_nothing() -> None:
    state = participant(SIGNED, WITHDRAWN, withdrawal_rescinded())
    assert state.standing(date(2030, 1, 1)) == "certain"


def test_an_act_counts_from_the_day_it_was_rectified_to() -> None:
    later = act_rectified(rectifies=2, effective_on=date(2026, 1, 1))
    state = participant(SIGNED, WITHDRAWN, later)
    assert state.standing(date(2025, 12, 31)) == "certain"
    assert state.standing(date(2026, 1, 1)) == "none"


def test_in_doubt_a_participant_is_possibly_in_force() -> None:
    some_day = signature_recorded(effective_on=None, date_precision="unknown")
    assert participant(some_day).standing(date(2019, 1, 1)) == "possible"


def test_hearsay_of_a_rescission_makes_nothing_certain() -> None:
    heard = withdrawal_rescinded(claim_status="unconfirmed")
    state = participant(SIGNED, WITHDRAWN, heard)
    assert state.standing(date(2024, 7, 9)) == "certain"
    assert state.standing(date(2030, 1, 1)) == "possible"


LONG_AFTER = date(2030, 1, 1)


def test_a_contested_signature_is_possible_and_never_certain() -> None:
    contested = act_contested(contests=1)
    state = participant(SIGNED, contested)
    assert state.standing(date(2019, 3, 1)) == state.standing(LONG_AFTER) == "possible"
    assert state.standing(date(2019, 2, 28)) == "none"
    assert state.contested == {1}


def test_a_contested_withdrawal_leaves_the_signature_in_doubt() -> None:
    state = participant(SIGNED, WITHDRAWN, act_contested(contests=2))
    assert state.standing(date(2024, 7, 9)) == "certain"
    assert state.standing(LONG_AFTER) == "possible"


@pytest.mark.parametrize(
    ("status", "expected"), [("confirmed", "certain"), ("probable", "possible")]
)
def test_a_rectification_settles_an_objection(status: str, expected: str) -> None:
    settled = act_rectified(rectifies=1, claim_status=status)
    state = participant(SIGNED, act_contested(contests=1), settled)
    assert state.standing(LONG_AFTER) == expected
    assert state.contested == frozenset()


def test_an_objection_to_another_act_changes_nothing_of_the_signature() -> None:
    state = participant(SIGNED, declaration_lodged(), act_contested(contests=2))
    assert state.standing(LONG_AFTER) == "certain"


def test_a_successor_is_in_force_like_who_signed() -> None:
    state = participant(succession_notified("ZZF"))
    assert (state.kind, state.standing(date(2023, 1, 31))) == ("state", "none")
    assert state.standing(date(2023, 2, 1)) == "certain"
