"""What the acts of a participant amount to."""

from datetime import date

import pytest

from contracts.events import RegistryEvent
from services.registry.domain.participant import Newcomer, Participant
from services.registry.domain.participation import DECIDER
from tests.makers import (
    act_rectified,
    cycle_opened,
    declaration_lodged,
    signature_recorded,
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
