"""Queries on participants: who takes part, on both clocks."""

from datetime import date

import pytest

from services.kit.errors import NotFound
from services.reporting.queries.participants import get_participant, list_participants
from services.reporting.queries.rows import Listed, Page
from tests import makers
from tests.reporting.answering import ALL, Told

BEFORE, AFTER = date(2024, 6, 1), date(2024, 8, 1)
"""Around 10 July 2024, when the made withdrawal takes effect."""


def standings(listed: Listed) -> dict[str, str]:
    return {row["participant"]: row["standing"] for row in listed.rows}


def test_an_empty_register_knows_nobody(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    listed = told.ask(list_participants, as_of=0, page=ALL)
    assert listed.rows == []
    assert listed.beside["counts"] == {"certain": 0, "possible": 0, "ended": 0, "not_yet": 0}
    with pytest.raises(NotFound):
        told.ask(get_participant, as_of=0, code="ZZA")


@pytest.mark.parametrize(
    ("knows_of_withdrawal", "day", "standing"),
    [
        (False, BEFORE, "certain"),
        (False, AFTER, "certain"),
        (True, BEFORE, "certain"),
        (True, AFTER, "ended"),
    ],
    ids=["unknown-before", "unknown-after", "known-before", "known-after"],
)
def test_a_withdrawal_notified_late_is_read_at_four_corners(
    told: Told, *, knows_of_withdrawal: bool, day: date, standing: str
) -> None:
    signed = told.tell(makers.signature_recorded("ZZA"))
    notified = told.tell(makers.withdrawal_notified("ZZA", received_on=date(2025, 2, 1)))
    as_of = notified if knows_of_withdrawal else signed
    row = told.ask(get_participant, as_of=as_of, effective_on=day, code="ZZA")
    assert row["standing"] == standing
    assert row["positions"] == ([signed, notified] if knows_of_withdrawal else [signed])


def test_on_the_day_a_withdrawal_takes_effect_the_signature_is_no_longer_in_force(
    told: Told,
) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.withdrawal_notified("ZZA"))
    last = told.ask(get_participant, effective_on=date(2024, 7, 9), code="ZZA")
    first = told.ask(get_participant, effective_on=date(2024, 7, 10), code="ZZA")
    assert (last["standing"], first["standing"]) == ("certain", "ended")


def test_a_withdrawal_taken_back_in_time_ended_nothing(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    notified = told.tell(makers.withdrawal_notified("ZZA"))
    told.tell(makers.withdrawal_rescinded("ZZA", withdrawal=2))
    then = told.ask(get_participant, as_of=notified, effective_on=AFTER, code="ZZA")
    now = told.ask(get_participant, effective_on=AFTER, code="ZZA")
    assert (then["standing"], now["standing"]) == ("ended", "certain")


def test_a_withdrawal_taken_back_too_late_left_a_gap(told: Told) -> None:
    late = date(2024, 9, 1)
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.withdrawal_notified("ZZA"),
        makers.withdrawal_rescinded("ZZA", withdrawal=2, effective_on=late, received_on=late),
    )
    by_day = [
        told.ask(get_participant, effective_on=day, code="ZZA")["standing"]
        for day in (BEFORE, AFTER, late)
    ]
    assert by_day == ["certain", "ended", "certain"]


def test_who_signs_again_after_a_withdrawal_takes_part_again(told: Told) -> None:
    again = date(2025, 3, 1)
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.withdrawal_notified("ZZA"),
        makers.signature_recorded("ZZA", effective_on=again, received_on=again),
    )
    row = told.ask(get_participant, effective_on=again, code="ZZA")
    assert (row["standing"], row["since"]["version"]) == ("certain", 3)
    assert told.ask(get_participant, effective_on=AFTER, code="ZZA")["standing"] == "ended"


def test_a_rectified_day_of_signature_counts_only_once_it_is_known(told: Told) -> None:
    signed = told.tell(makers.signature_recorded("ZZA", effective_on=date(2019, 3, 1)))
    rectified = told.tell(makers.act_rectified("ZZA", effective_on=date(2019, 2, 27), rectifies=1))
    between = date(2019, 2, 28)
    before = told.ask(get_participant, as_of=signed, effective_on=between, code="ZZA")
    after = told.ask(get_participant, as_of=rectified, effective_on=between, code="ZZA")
    assert (before["standing"], after["standing"]) == ("not_yet", "certain")
    assert after["positions"] == [signed, rectified]


def test_the_timeline_shows_an_act_as_first_recorded_and_as_put_right(told: Told) -> None:
    signed = told.tell(makers.signature_recorded("ZZA"))
    rectified = told.tell(makers.act_rectified("ZZA", rectifies=1))
    then = told.ask(get_participant, as_of=signed, code="ZZA")["timeline"]
    now = told.ask(get_participant, code="ZZA")["timeline"]
    assert [(row["act"], row["known_from"], row["known_to"]) for row in then] == [
        ("signature", signed, None)
    ]
    assert [(row["act"], row["known_from"], row["known_to"]) for row in now] == [
        ("signature", signed, rectified),
        ("signature", rectified, None),
        ("rectification", rectified, None),
    ]
    assert now[1]["rectified_by"] == 2
    assert now[1]["effective_on"] == date(2019, 2, 27)
    assert {row["asserted_by"] for row in now} == {"secretariat"}


@pytest.mark.parametrize(
    ("precision", "day", "possible_from", "certain_from"),
    [
        ("month", date(2019, 3, 1), date(2019, 3, 1), date(2019, 3, 31)),
        ("year", date(2019, 1, 1), date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_a_day_known_only_roughly_is_possible_before_it_is_certain(
    told: Told, precision: str, day: date, possible_from: date, certain_from: date
) -> None:
    told.tell(makers.signature_recorded("ZZA", effective_on=day, date_precision=precision))
    first = told.ask(get_participant, effective_on=possible_from, code="ZZA")
    last = told.ask(get_participant, effective_on=certain_from, code="ZZA")
    assert (first["standing"], last["standing"]) == ("possible", "certain")


def test_what_is_not_confirmed_is_possible_and_never_certain(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB", claim_status="probable"),
        makers.signature_recorded("ZZC", claim_status="unconfirmed"),
    )
    listed = told.ask(list_participants, page=ALL)
    assert standings(listed) == {"ZZA": "certain", "ZZB": "possible", "ZZC": "possible"}
    assert listed.beside["counts"] == {"certain": 1, "possible": 2, "ended": 0, "not_yet": 0}


def test_an_unconfirmed_withdrawal_makes_a_signature_possible(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.withdrawal_notified("ZZA", claim_status="probable"),
    )
    assert told.ask(get_participant, effective_on=AFTER, code="ZZA")["standing"] == "possible"


def test_an_unconfirmed_rescission_makes_nothing_certain(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.withdrawal_notified("ZZA"),
        makers.withdrawal_rescinded("ZZA", withdrawal=2, claim_status="unconfirmed"),
    )
    assert told.ask(get_participant, effective_on=AFTER, code="ZZA")["standing"] == "possible"


@pytest.mark.parametrize(
    ("precision", "day"), [("unknown", None), ("not_later_than", date(2019, 3, 1))]
)
def test_nobody_takes_part_before_the_instrument_was_opened(
    told: Told, precision: str, day: date | None
) -> None:
    told.tell(makers.signature_recorded("ZZA", effective_on=day, date_precision=precision))
    before = told.ask(get_participant, effective_on=date(2018, 9, 27), code="ZZA")
    opened = told.ask(get_participant, effective_on=date(2018, 9, 28), code="ZZA")
    assert (before["standing"], opened["standing"]) == ("not_yet", "possible")


def test_a_membership_may_be_older_than_the_instrument(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.membership_recorded("ZZA", effective_on=None, date_precision="unknown"),
        makers.act_rectified("ZZA", rectifies=2, effective_on=None, date_precision="unknown"),
    )
    rows = told.ask(get_participant, effective_on=date(1500, 1, 1), code="ZZA")["memberships"]
    assert [(row["earliest_on"], row["in_effect"]) for row in rows] == [(None, "possible")] * 2


def test_a_name_is_the_one_in_effect_on_the_day(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.participant_renamed("ZZA"))
    before = told.ask(get_participant, effective_on=date(2021, 5, 31), code="ZZA")
    after = told.ask(get_participant, effective_on=date(2021, 6, 1), code="ZZA")
    assert before["name"] == {"en": "Fictitious ZZA"}
    assert after["name"] == {"en": "Federation of ZZA"}
    assert (after["version"], after["stream"]) == (2, "participation-ZZA")


def test_a_name_recorded_late_does_not_replace_one_that_took_effect_after_it(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.participant_renamed("ZZA", name={"en": "New"}, effective_on=date(2023, 1, 1)),
        makers.participant_renamed("ZZA", name={"en": "Between"}, effective_on=date(2020, 1, 1)),
    )
    by_year = [
        told.ask(get_participant, effective_on=date(year, 6, 1), code="ZZA")["name"]["en"]
        for year in (2019, 2020, 2024)
    ]
    assert by_year == ["Fictitious ZZA", "Between", "New"]


def test_a_name_that_is_not_confirmed_is_nobodys_name(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.participant_renamed("ZZA", name={"en": "Rumour"}, claim_status="unconfirmed"),
    )
    assert told.ask(get_participant, code="ZZA")["name"] == {"en": "Fictitious ZZA"}


def test_a_membership_is_an_act_like_any_other(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.membership_recorded("ZZA"))
    row = told.ask(get_participant, code="ZZA")
    assert [(m["organisation"], m["status"], m["in_effect"]) for m in row["memberships"]] == [
        ("ORG-ZZO", "member", "certain")
    ]
    assert row["version"] == 2


def test_a_participant_stands_in_its_electoral_group_or_in_none(told: Told) -> None:
    told.tell(*(makers.signature_recorded(code) for code in ("KAZ", "TUR", "ZZA", "ORG-OTS")))
    rows = told.ask(list_participants, page=ALL).rows
    assert {row["participant"]: row["regional_group"] for row in rows} == {
        "KAZ": "asia_pacific",
        "ORG-OTS": "none",
        "TUR": "western_european_and_others",
        "ZZA": "none",
    }


def test_pages_of_a_list_are_the_list(told: Told) -> None:
    codes = [f"ZZ{letter}" for letter in "ABCDEFG"]
    told.tell(*(makers.signature_recorded(code) for code in codes))
    seen, page = [], Page(limit=3)
    while True:
        listed = told.ask(list_participants, page=page)
        seen += [row["participant"] for row in listed.rows]
        if listed.next_after is None:
            break
        page = Page(limit=3, after=listed.next_after)
    assert seen == codes


def test_a_list_can_be_narrowed_to_those_who_stand_so(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.withdrawal_notified("ZZB"),
    )
    listed = told.ask(list_participants, page=ALL, standing="ended")
    assert standings(listed) == {"ZZB": "ended"}
    assert listed.beside["counts"]["certain"] == 1
