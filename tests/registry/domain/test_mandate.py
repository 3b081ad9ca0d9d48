"""Rules of mandates, by example."""

from datetime import date

import pytest

from services.registry.domain import mandate, people, scope
from services.registry.domain.circumstances import PeriodReversed, ReceivedInTheFuture
from tests import makers
from tests.makers import mandate_granted, mandate_revoked, personal_data_erased
from tests.registry.domain.asking import mandate as grant
from tests.registry.domain.asking import revoke_mandate
from tests.spec import given

GRANTED = mandate_granted()  # in 2026
REVOKED = mandate_revoked()  # on 31 May 2026
SCOPE = (makers.signature_recorded(), makers.cycle_opened())
"""What it names: ZZA and the cycle of 2026."""
ERASED = personal_data_erased(None, person_id="auditor-4Tw1")


def test_the_secretariat_gives_an_auditor_a_mandate() -> None:
    given(*SCOPE).when(grant(GRANTED)).then(GRANTED)


def test_a_mandate_names_participants_that_the_register_knows() -> None:
    wide = mandate_granted(participants=["ZZA", "ZZB", "ZZC"])
    refused = given(*SCOPE, makers.signature_recorded("ZZB")).when(grant(wide))
    findings = refused.then_refused(scope.UnknownParticipants).findings
    assert [(one.code, one.pointer) for one in findings] == [
        ("unknown-participants", "/participants/2")
    ]


def test_a_mandate_names_cycles_that_the_register_knows() -> None:
    wide = mandate_granted(cycles=["2025", "2026"])
    refused = given(*SCOPE).when(grant(wide)).then_refused(scope.UnknownCycles)
    assert [(one.code, one.pointer) for one in refused.findings] == [
        ("unknown-cycles", "/cycles/0")
    ]


def test_claims_of_who_has_withdrawn_or_succeeded_may_be_examined() -> None:
    left = (*SCOPE, makers.withdrawal_notified())
    given(*left).when(grant(GRANTED)).then(GRANTED)
    after = mandate_granted(participants=["ZZF"])
    successor = makers.succession_notified("ZZF")
    given(*SCOPE, successor).when(grant(after)).then(after)


def test_a_cycle_may_be_named_before_it_opens_and_after_it_closed() -> None:
    ahead = makers.cycle_opened("2027")
    granted = mandate_granted(cycles=["2026", "2027"])
    given(*SCOPE, ahead, makers.cycle_closed()).when(grant(granted)).then(granted)


def test_a_mandate_may_be_for_everybody_and_all_cycles() -> None:
    wide = mandate_granted(participants=None, cycles=None)
    given().when(grant(wide)).then(wide)


def test_the_same_mandate_sent_twice_is_recorded_once() -> None:
    given(GRANTED).when(grant(GRANTED)).then_nothing_happens()


def test_an_id_belongs_to_one_mandate_for_ever() -> None:
    other = mandate_granted(cycles=["2027"])
    given(GRANTED, REVOKED).when(grant(other)).then_refused(mandate.MandateIdTaken)


def test_a_mandate_does_not_end_before_it_begins() -> None:
    reversed_term = mandate_granted(term_to=date(2025, 12, 31))
    given(*SCOPE).when(grant(reversed_term)).then_refused(PeriodReversed)


def test_a_mandate_is_not_given_tomorrow() -> None:
    tomorrow = mandate_granted(received_on=date(2026, 11, 22))
    given(*SCOPE).when(grant(tomorrow)).then_refused(ReceivedInTheFuture)


def test_nobody_gets_a_mandate_under_an_id_that_was_erased() -> None:
    given(GRANTED, ERASED).when(grant(GRANTED)).then_refused(people.PersonErased)


def test_a_mandate_is_revoked() -> None:
    given(GRANTED).when(revoke_mandate(REVOKED)).then(REVOKED)


def test_the_same_revocation_sent_twice_is_recorded_once() -> None:
    given(GRANTED, REVOKED).when(revoke_mandate(REVOKED)).then_nothing_happens()


def test_what_was_never_given_is_not_revoked() -> None:
    given().when(revoke_mandate(REVOKED)).then_refused(mandate.NoSuchMandate)


def test_a_mandate_is_revoked_once() -> None:
    later = mandate_revoked(revoked_on=date(2026, 6, 30))
    given(GRANTED, REVOKED).when(revoke_mandate(later)).then_refused(mandate.MandateAlreadyRevoked)


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01"])
def test_a_mandate_ends_on_a_day_of_its_term(day: str) -> None:
    outside = mandate_revoked(revoked_on=day)
    given(GRANTED).when(revoke_mandate(outside)).then_refused(people.EndsOutsideTheTerm)


def test_a_revocation_is_not_received_tomorrow() -> None:
    tomorrow = mandate_revoked(received_on=date(2026, 11, 22))
    given(GRANTED).when(revoke_mandate(tomorrow)).then_refused(ReceivedInTheFuture)


def test_what_is_said_of_others_is_none_of_a_mandate() -> None:
    assert mandate.evolve(mandate.Mandate(), makers.plan_registered()) == mandate.Mandate()
