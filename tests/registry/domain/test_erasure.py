"""Rules of erasure, by example: whose data, once, and where it lay."""

from datetime import date

import pytest

from contracts.events import PersonalDataErased
from services.registry.domain import erasure, people
from services.registry.domain.circumstances import ReceivedInTheFuture
from services.registry.domain.erasure import erased_by
from tests.makers import (
    delegation_granted,
    focal_point_designated,
    focal_point_designation_ended,
    mandate_granted,
    personal_data_erased,
    signature_recorded,
    withdrawal_notified,
)
from tests.registry.domain.asking import designate, erase
from tests.registry.domain.test_causation import entries
from tests.spec import given

SIGNED = signature_recorded()
DESIGNATED = focal_point_designated()
DELEGATED = delegation_granted()
GRANTED = mandate_granted()
ERASED = personal_data_erased()
OF_DELEGATE = personal_data_erased(person_id="dl-3Kx9")
OF_AUDITOR = personal_data_erased(None, person_id="auditor-4Tw1")


def test_what_identifies_a_focal_point_is_erased() -> None:
    given(SIGNED, DESIGNATED).when(erase(ERASED)).then(ERASED)


def test_what_identifies_a_delegate_is_erased() -> None:
    given(SIGNED, DESIGNATED, DELEGATED).when(erase(OF_DELEGATE)).then(OF_DELEGATE)


def test_what_identifies_an_auditor_is_erased() -> None:
    given(GRANTED).when(erase(OF_AUDITOR)).then(OF_AUDITOR)


def test_it_is_erased_whatever_became_of_term_and_signature() -> None:
    given(SIGNED, DESIGNATED, focal_point_designation_ended(), withdrawal_notified()).when(
        erase(ERASED)
    ).then(ERASED)


def test_the_same_erasure_sent_twice_is_recorded_once() -> None:
    given(SIGNED, DESIGNATED, ERASED).when(erase(ERASED)).then_nothing_happens()
    given(GRANTED, OF_AUDITOR).when(erase(OF_AUDITOR)).then_nothing_happens()


@pytest.mark.parametrize("of", [ERASED, OF_DELEGATE, OF_AUDITOR])
def test_nobody_is_erased_who_was_never_named(of: PersonalDataErased) -> None:
    given(SIGNED).when(erase(of)).then_refused(erasure.NoSuchPerson)


def test_a_person_is_erased_for_the_participant_it_acted_for() -> None:
    given(SIGNED, DESIGNATED).when(erase(personal_data_erased("ZZB"))).then_refused(
        erasure.NoSuchPerson
    )


def test_a_person_is_erased_once() -> None:
    again = personal_data_erased(reference="Request 3/2026")
    given(SIGNED, DESIGNATED, ERASED).when(erase(again)).then_refused(erasure.AlreadyErased)


def test_an_erasure_is_not_asked_for_tomorrow() -> None:
    tomorrow = personal_data_erased(received_on=date(2026, 11, 22))
    given(SIGNED, DESIGNATED).when(erase(tomorrow)).then_refused(ReceivedInTheFuture)


def test_nobody_is_designated_anew_under_an_id_that_was_erased() -> None:
    given(SIGNED, DESIGNATED, ERASED).when(designate(DESIGNATED)).then_refused(people.PersonErased)


def test_what_is_destroyed_opened_the_entry_that_named_the_person() -> None:
    other = focal_point_designated(focal_point_id="fp-2")
    read = entries(SIGNED, other, DESIGNATED, DELEGATED, focal_point_designation_ended())
    assert erased_by(ERASED, read) == (13,)
    assert erased_by(OF_DELEGATE, read) == (14,)
    assert erased_by(OF_AUDITOR, entries(GRANTED)) == (11,)
    assert erased_by(focal_point_designation_ended(), read) == ()
    assert erased_by(ERASED, entries(SIGNED)) == ()
