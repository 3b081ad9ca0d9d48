"""Rules of declarations, by example."""

from datetime import date

import pytest

from services.registry.domain import declaration, participation
from tests.makers import (
    act_rectified,
    declaration_lodged,
    declaration_withdrawn,
    signature_recorded,
)
from tests.registry.domain.asking import record
from tests.spec import given

SIGNED = signature_recorded()
LODGED = declaration_lodged()  # on 1 April 2019, version 2
WITHDRAWN = declaration_withdrawn()  # on 1 April 2020


def test_a_declaration_is_withdrawn() -> None:
    given(SIGNED, LODGED).when(record(WITHDRAWN)).then(WITHDRAWN)


def test_a_declaration_may_be_withdrawn_on_the_day_it_was_lodged() -> None:
    same_day = declaration_withdrawn(effective_on=date(2019, 4, 1))
    given(SIGNED, LODGED).when(record(same_day)).then(same_day)


def test_the_same_notice_sent_twice_is_recorded_once() -> None:
    given(SIGNED, LODGED, WITHDRAWN).when(record(WITHDRAWN)).then_nothing_happens()


def test_who_never_signed_has_no_declaration_to_withdraw() -> None:
    given().when(record(WITHDRAWN)).then_refused(participation.NotAParticipant)


@pytest.mark.parametrize("number", [-1, 0, 1, 3])
def test_only_a_declaration_is_withdrawn(number: int) -> None:
    other = declaration_withdrawn(declaration=number)
    given(SIGNED, LODGED).when(record(other)).then_refused(declaration.NotADeclaration)


def test_a_declaration_is_withdrawn_once() -> None:
    again = declaration_withdrawn(received_on=date(2020, 5, 1))
    given(SIGNED, LODGED, WITHDRAWN).when(record(again)).then_refused(
        declaration.DeclarationNoLongerStands
    )


def test_of_two_declarations_the_other_one_still_stands() -> None:
    second = declaration_lodged(text={"en": "It understands P5 to apply within its means."})
    other = declaration_withdrawn(declaration=3)
    given(SIGNED, LODGED, second, WITHDRAWN).when(record(other)).then(other)


def test_a_declaration_is_not_withdrawn_before_it_was_lodged() -> None:
    early = declaration_withdrawn(effective_on=date(2019, 3, 31))
    given(SIGNED, LODGED).when(record(early)).then_refused(declaration.WithdrawnBeforeLodging)


def test_a_withdrawal_whose_day_may_lie_after_the_lodging_is_recorded() -> None:
    that_year = declaration_withdrawn(effective_on=date(2019, 1, 1), date_precision="year")
    given(SIGNED, LODGED).when(record(that_year)).then(that_year)


def test_a_rectification_does_not_move_a_declaration_behind_its_withdrawal() -> None:
    late = act_rectified(rectifies=2, effective_on=date(2020, 4, 2))
    given(SIGNED, LODGED, WITHDRAWN).when(record(late)).then_refused(
        declaration.WithdrawnBeforeLodging
    )
