"""Rules of objections, by example."""

from datetime import date

import pytest

from services.registry.domain import objection, participation
from services.registry.domain.circumstances import ReceivedBeforeOpening, ReceivedInTheFuture
from tests.makers import (
    act_contested,
    act_rectified,
    declaration_lodged,
    signature_recorded,
)
from tests.registry.domain.asking import record
from tests.spec import given

SIGNED = signature_recorded()
LODGED = declaration_lodged()  # version 2
CONTESTED = act_contested()  # contests version 2
RECTIFIED = act_rectified(rectifies=2, effective_on=date(2019, 5, 1))


def test_a_participant_contests_what_was_recorded_on_it() -> None:
    given(SIGNED, LODGED).when(record(CONTESTED)).then(CONTESTED)


def test_the_signature_itself_may_be_contested() -> None:
    contested = act_contested(contests=1)
    given(SIGNED).when(record(contested)).then(contested)


def test_what_a_participant_recorded_itself_it_does_not_contest() -> None:
    given(SIGNED, LODGED).when(record(CONTESTED, is_own=True)).then_refused(objection.OwnAct)


def test_whose_an_act_is_matters_to_objections_alone() -> None:
    given(SIGNED, LODGED).when(record(RECTIFIED, is_own=True)).then(RECTIFIED)


def test_the_same_objection_sent_twice_is_recorded_once() -> None:
    given(SIGNED, LODGED, CONTESTED).when(record(CONTESTED)).then_nothing_happens()


def test_who_never_signed_has_nothing_to_contest() -> None:
    given().when(record(CONTESTED)).then_refused(participation.NotAParticipant)


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_an_act_that_does_not_exist_is_not_contested(number: int) -> None:
    given(SIGNED, LODGED).when(record(act_contested(contests=number))).then_refused(
        participation.NoSuchAct
    )


def test_a_rectification_is_not_contested() -> None:
    given(SIGNED, LODGED, RECTIFIED).when(record(act_contested(contests=3))).then_refused(
        objection.NotContestable
    )


def test_an_objection_is_not_contested() -> None:
    given(SIGNED, LODGED, CONTESTED).when(record(act_contested(contests=3))).then_refused(
        objection.NotContestable
    )


def test_what_is_contested_already_is_not_contested_again() -> None:
    again = act_contested(received_on=date(2022, 4, 1))
    given(SIGNED, LODGED, CONTESTED).when(record(again)).then_refused(objection.AlreadyContested)


def test_an_objection_is_settled_by_rectifying_the_act() -> None:
    given(SIGNED, LODGED, CONTESTED).when(record(RECTIFIED)).then(RECTIFIED)


def test_what_was_put_right_may_be_contested_anew() -> None:
    again = act_contested(received_on=date(2023, 4, 1))
    given(SIGNED, LODGED, CONTESTED, RECTIFIED).when(record(again)).then(again)


def test_an_objection_has_no_day_to_put_right() -> None:
    given(SIGNED, LODGED, CONTESTED).when(record(act_rectified(rectifies=3))).then_refused(
        objection.RectifiesAnObjection
    )


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(date(2026, 11, 22), ReceivedInTheFuture), (date(2018, 9, 27), ReceivedBeforeOpening)],
)
def test_an_objection_is_received_between_the_opening_and_today(
    day: date, refusal: type[ReceivedInTheFuture | ReceivedBeforeOpening]
) -> None:
    contested = act_contested(received_on=day)
    given(SIGNED, LODGED).when(record(contested)).then_refused(refusal)
