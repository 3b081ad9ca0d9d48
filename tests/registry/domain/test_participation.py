"""Rules of participation, by example."""

from datetime import UTC, date, datetime

import pytest

from contracts.events import event_data
from services.registry.domain import participation
from services.registry.domain.circumstances import (
    OnlyInDemonstrations,
    ReceivedBeforeOpening,
    ReceivedInTheFuture,
)
from services.registry.domain.participant import ParticipationAct
from tests.makers import (
    act_rectified,
    declaration_lodged,
    membership_recorded,
    participant_renamed,
    signature_recorded,
    withdrawal_notified,
    withdrawal_rescinded,
)
from tests.registry.domain.asking import REAL, record
from tests.spec import given

SIGNED = signature_recorded()
WITHDRAWN = withdrawal_notified()  # effective on 10 July 2024
RESCINDED = withdrawal_rescinded()  # on 2 May 2024
SIGNED_AGAIN = signature_recorded(received_on=date(2025, 2, 3), effective_on=date(2025, 2, 3))
WITHDRAWN_AGAIN = withdrawal_notified(received_on=date(2025, 9, 1), effective_on=date(2026, 3, 1))


# --- signing


def test_a_state_signs() -> None:
    given().when(record(SIGNED)).then(SIGNED)


def test_an_organisation_signs() -> None:
    signed = signature_recorded("ORG-ZZO")
    given().when(record(signed)).then(signed)


def test_the_same_signature_sent_twice_is_recorded_once() -> None:
    given(SIGNED).when(record(SIGNED)).then_nothing_happens()


def test_a_participant_signs_only_once() -> None:
    given(SIGNED).when(record(SIGNED_AGAIN)).then_refused(participation.AlreadyASignatory)


def test_who_has_withdrawn_may_sign_again() -> None:
    given(SIGNED, WITHDRAWN).when(record(SIGNED_AGAIN)).then(SIGNED_AGAIN)


def test_who_has_withdrawn_may_sign_again_on_the_very_day() -> None:
    again = signature_recorded(received_on=date(2024, 7, 10), effective_on=date(2024, 7, 10))
    given(SIGNED, WITHDRAWN).when(record(again)).then(again)


def test_a_new_signature_cannot_take_effect_before_the_withdrawal_does() -> None:
    early = signature_recorded(received_on=date(2024, 7, 1), effective_on=date(2024, 7, 9))
    given(SIGNED, WITHDRAWN).when(record(early)).then_refused(participation.AlreadyASignatory)


def test_who_took_its_withdrawal_back_does_not_sign_again() -> None:
    given(SIGNED, WITHDRAWN, RESCINDED).when(record(SIGNED_AGAIN)).then_refused(
        participation.AlreadyASignatory
    )


def test_a_signature_may_take_effect_on_a_day_to_come() -> None:
    signed = signature_recorded(received_on=date(2026, 11, 20), effective_on=date(2027, 1, 1))
    given().when(record(signed)).then(signed)


def test_a_signature_does_not_take_effect_before_the_instrument_was_opened() -> None:
    early = signature_recorded(effective_on=date(2018, 9, 27))
    given().when(record(early)).then_refused(participation.SignedBeforeOpening)


def test_a_participant_signs_on_the_day_the_instrument_is_opened() -> None:
    opening = date(2018, 9, 28)
    signed = signature_recorded(received_on=opening, effective_on=opening)
    given().when(record(signed)).then(signed)


def test_a_signature_some_time_in_the_year_of_the_opening_is_recorded() -> None:
    signed = signature_recorded(effective_on=date(2018, 1, 1), date_precision="year")
    given().when(record(signed)).then(signed)


def test_nothing_is_received_tomorrow() -> None:
    tomorrow = signature_recorded(received_on=date(2026, 11, 22))
    given().when(record(tomorrow)).then_refused(ReceivedInTheFuture)


def test_the_day_is_counted_in_universal_time() -> None:
    signed = signature_recorded(received_on=date(2026, 11, 22))
    late_evening_in_new_york = datetime.fromisoformat("2026-11-21T22:00:00-05:00")
    given().when(record(signed, now=late_evening_in_new_york)).then(signed)


def test_nothing_was_received_before_the_instrument_was_opened() -> None:
    early = signature_recorded(received_on=date(2018, 9, 27))
    given().when(record(early)).then_refused(ReceivedBeforeOpening)


@pytest.mark.parametrize(
    ("code", "kind"), [("ORG-ZZO", "state"), ("ZZA", "organisation"), ("ORG", "state")]
)
def test_a_code_says_whether_it_is_a_state_or_an_organisation(code: str, kind: str) -> None:
    mistaken = signature_recorded(code, kind=kind)
    given().when(record(mistaken)).then_refused(participation.CodeDoesNotFitKind)


@pytest.mark.parametrize("code", ["ZZA", "ZZZ", "ORG-ZZO"])
def test_fictitious_participants_never_enter_a_real_register(code: str) -> None:
    signed = signature_recorded(code)
    given().when(record(signed, log_origin=REAL)).then_refused(OnlyInDemonstrations)


def test_a_real_participant_signs_in_a_real_register() -> None:
    signed = signature_recorded("KAZ", name={"en": "Kazakhstan"})
    given().when(record(signed, log_origin=REAL)).then(signed)


@pytest.mark.parametrize(
    ("precision", "day"),
    [
        ("unknown", date(2019, 3, 1)),
        ("day", None),
        ("month", date(2019, 3, 2)),
        ("month", None),
        ("year", date(2019, 3, 1)),
        ("year", None),
        ("inferred", None),
        ("not_later_than", None),
    ],
)
def test_a_date_says_no_more_than_its_precision(precision: str, day: date | None) -> None:
    act = signature_recorded(date_precision=precision, effective_on=day)
    given().when(record(act)).then_refused(participation.DateDoesNotFitPrecision)


@pytest.mark.parametrize(
    ("precision", "day"),
    [
        ("unknown", None),
        ("month", date(2019, 3, 1)),
        ("year", date(2019, 1, 1)),
        ("inferred", date(2019, 3, 4)),
        ("not_later_than", date(2019, 3, 4)),
    ],
)
def test_a_day_need_not_be_known_exactly(precision: str, day: date | None) -> None:
    act = signature_recorded(date_precision=precision, effective_on=day)
    given().when(record(act)).then(act)


# --- withdrawing


def test_a_signatory_withdraws() -> None:
    given(SIGNED).when(record(WITHDRAWN)).then(WITHDRAWN)


def test_who_never_signed_does_not_withdraw() -> None:
    given().when(record(WITHDRAWN)).then_refused(participation.NotAParticipant)


def test_a_withdrawal_does_not_take_effect_before_the_signature() -> None:
    early = withdrawal_notified(effective_on=date(2019, 2, 28))
    given(SIGNED).when(record(early)).then_refused(participation.WithdrawnBeforeSigning)


def test_a_withdrawal_may_take_effect_on_the_day_of_the_signature() -> None:
    same_day = withdrawal_notified(effective_on=date(2019, 3, 1))
    given(SIGNED).when(record(same_day)).then(same_day)


def test_a_withdrawal_whose_day_may_lie_after_the_signature_is_recorded() -> None:
    that_year = withdrawal_notified(effective_on=date(2019, 1, 1), date_precision="year")
    given(SIGNED).when(record(that_year)).then(that_year)


def test_the_same_withdrawal_sent_twice_is_recorded_once() -> None:
    given(SIGNED, WITHDRAWN).when(record(WITHDRAWN)).then_nothing_happens()


def test_one_withdrawal_stands_at_a_time() -> None:
    given(SIGNED, WITHDRAWN).when(record(WITHDRAWN_AGAIN)).then_refused(
        participation.AlreadyWithdrawn
    )


def test_who_took_its_withdrawal_back_may_withdraw_again() -> None:
    given(SIGNED, WITHDRAWN, RESCINDED).when(record(WITHDRAWN_AGAIN)).then(WITHDRAWN_AGAIN)


def test_who_signed_again_may_withdraw_again() -> None:
    given(SIGNED, WITHDRAWN, SIGNED_AGAIN).when(record(WITHDRAWN_AGAIN)).then(WITHDRAWN_AGAIN)


# --- taking a withdrawal back


def test_a_withdrawal_is_taken_back_before_it_takes_effect() -> None:
    given(SIGNED, WITHDRAWN).when(record(RESCINDED)).then(RESCINDED)


def test_a_withdrawal_is_not_taken_back_on_the_day_it_takes_effect() -> None:
    late = withdrawal_rescinded(effective_on=date(2024, 7, 10))
    given(SIGNED, WITHDRAWN).when(record(late)).then_refused(participation.WithdrawalInEffect)


def test_only_a_withdrawal_is_taken_back() -> None:
    given(SIGNED, WITHDRAWN).when(record(withdrawal_rescinded(withdrawal=1))).then_refused(
        participation.NotAWithdrawal
    )


@pytest.mark.parametrize("number", [0, 3])
def test_an_act_that_does_not_exist_is_not_taken_back(number: int) -> None:
    given(SIGNED, WITHDRAWN).when(record(withdrawal_rescinded(withdrawal=number))).then_refused(
        participation.NotAWithdrawal
    )


def test_a_withdrawal_is_taken_back_once() -> None:
    again = withdrawal_rescinded(received_on=date(2024, 6, 1))
    given(SIGNED, WITHDRAWN, RESCINDED).when(record(again)).then_refused(
        participation.WithdrawalNoLongerStands
    )


def test_a_withdrawal_followed_by_a_new_signature_is_not_taken_back() -> None:
    given(SIGNED, WITHDRAWN, SIGNED_AGAIN).when(record(RESCINDED)).then_refused(
        participation.WithdrawalNoLongerStands
    )


# --- what else a participant says


@pytest.mark.parametrize(
    "act", [declaration_lodged(), participant_renamed(), membership_recorded(), act_rectified()]
)
def test_only_who_signed_declares_is_renamed_or_has_memberships(act: ParticipationAct) -> None:
    given().when(record(act)).then_refused(participation.NotAParticipant)


@pytest.mark.parametrize(
    "act", [declaration_lodged(), participant_renamed(), membership_recorded()]
)
def test_a_participant_declares_is_renamed_and_has_memberships(act: ParticipationAct) -> None:
    given(SIGNED).when(record(act)).then(act)


def test_a_participant_that_has_withdrawn_may_still_be_renamed() -> None:
    given(SIGNED, WITHDRAWN).when(record(participant_renamed())).then(participant_renamed())


@pytest.mark.parametrize(("member", "organisation"), [("ZZA", "ZZB"), ("ORG-ZZO", "ORG-ZZO")])
def test_membership_is_in_another_body_that_is_an_organisation(
    member: str, organisation: str
) -> None:
    mistaken = membership_recorded(member, organisation=organisation)
    given(signature_recorded(member)).when(record(mistaken)).then_refused(
        participation.NotAnOrganisation
    )


def test_a_membership_lasts_at_least_one_day() -> None:
    never = membership_recorded(ended_on=date(2020, 1, 1))
    given(SIGNED).when(record(never)).then_refused(participation.MembershipEndsBeforeItBegins)


def test_a_membership_that_has_ended_is_recorded() -> None:
    ended = membership_recorded(ended_on=date(2020, 1, 2))
    given(SIGNED).when(record(ended)).then(ended)


# --- putting an act right


def test_the_dates_of_an_act_are_put_right() -> None:
    given(SIGNED).when(record(act_rectified())).then(act_rectified())


def test_an_act_may_be_put_right_more_than_once() -> None:
    again = act_rectified(effective_on=date(2019, 2, 26))
    given(SIGNED, act_rectified()).when(record(again)).then(again)


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_an_act_that_does_not_exist_is_not_put_right(number: int) -> None:
    given(SIGNED).when(record(act_rectified(rectifies=number))).then_refused(
        participation.NoSuchAct
    )


def test_a_rectification_is_not_itself_put_right() -> None:
    given(SIGNED, act_rectified()).when(record(act_rectified(rectifies=2))).then_refused(
        participation.RectifiesARectification
    )


def test_a_rectification_does_not_move_a_signature_before_the_opening() -> None:
    early = act_rectified(effective_on=date(2018, 9, 1))
    given(SIGNED).when(record(early)).then_refused(participation.SignedBeforeOpening)


def test_a_rectification_does_not_move_a_signature_behind_its_withdrawal() -> None:
    late = act_rectified(received_on=date(2025, 1, 1), effective_on=date(2024, 7, 11))
    given(SIGNED, WITHDRAWN).when(record(late)).then_refused(participation.WithdrawnBeforeSigning)


def test_a_rectification_does_not_move_a_withdrawal_behind_the_next_signature() -> None:
    late = act_rectified(rectifies=2, effective_on=date(2025, 2, 4))
    given(SIGNED, WITHDRAWN, SIGNED_AGAIN).when(record(late)).then_refused(
        participation.AlreadyASignatory
    )


def test_a_rectification_does_not_move_a_withdrawal_before_its_rescission() -> None:
    early = act_rectified(rectifies=2, effective_on=date(2024, 5, 2))
    given(SIGNED, WITHDRAWN, RESCINDED).when(record(early)).then_refused(
        participation.WithdrawalInEffect
    )


def test_a_rectification_does_not_move_a_membership_behind_its_end() -> None:
    ended = membership_recorded(ended_on=date(2021, 1, 1))
    late = act_rectified(rectifies=2, effective_on=date(2021, 1, 1))
    given(SIGNED, ended).when(record(late)).then_refused(participation.MembershipEndsBeforeItBegins)


def test_a_membership_of_which_only_the_end_is_known_is_put_right() -> None:
    ended = membership_recorded(ended_on=date(2021, 1, 1))
    unknown = act_rectified(rectifies=2, effective_on=None, date_precision="unknown")
    given(SIGNED, ended).when(record(unknown)).then(unknown)


def test_rules_go_by_the_dates_as_put_right() -> None:
    """Withdrawn in July 2024 as first recorded, in July 2025 as put right."""
    later = act_rectified(rectifies=2, effective_on=date(2025, 7, 10))
    given(SIGNED, WITHDRAWN, later).when(record(SIGNED_AGAIN)).then_refused(
        participation.AlreadyASignatory
    )


def test_what_is_recorded_is_what_was_notified() -> None:
    declared = declaration_lodged(text={"fr": "Sous réserve."}, received_on=date(2020, 5, 5))
    given(SIGNED).when(record(declared, now=datetime(2020, 5, 5, tzinfo=UTC))).then(declared)
    assert event_data(declared)["text"] == {"fr": "Sous réserve."}
