"""Acts on the two clocks: what was known at a position of what was in force on a day."""

from datetime import date

import orjson

from services.reporting.projections.participation import membership, participation_act
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import Row, known, only, rows

SIGNED = date(2019, 3, 1)


def signature(acts: list[Row]) -> Row:
    return only([row for row in acts if row["act"] == "signature"])


def in_force(acts: list[Row], day: date) -> bool:
    """Whether a signature is certainly in force on a day, by these acts alone."""
    withdrawn = [row for row in acts if row["act"] == "withdrawal" and row["rescinded_by"] is None]
    return signature(acts)["latest_on"] <= day and not any(
        row["latest_on"] <= day for row in withdrawn
    )


def test_a_signature_is_one_row_with_its_content(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    row = only(rows(told.engine, participation_act))
    assert row["participant"] == "ZZA"
    assert row["version"] == row["position"] == row["known_from"] == 1
    assert row["act"] == "signature"
    assert row["kind"] == "state"
    assert orjson.loads(row["name"]) == {"en": "Fictitious ZZA"}
    assert orjson.loads(row["sources"]) == [{"citation": "Note verbale 12/2019"}]
    assert row["received_on"] == row["effective_on"] == row["earliest_on"] == SIGNED
    assert row["recorded_at"] == "2026-01-01T00:01:00.000000Z"
    assert row["known_to"] is row["rectified_by"] is row["rescinded_by"] is None


def test_a_day_known_to_the_month_may_be_any_day_of_it(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA", effective_on=date(2019, 2, 1), date_precision="month")
    )
    row = only(rows(told.engine, participation_act))
    assert (row["earliest_on"], row["latest_on"]) == (date(2019, 2, 1), date(2019, 2, 28))


def test_an_unknown_day_is_not_later_than_its_source(told: Told) -> None:
    said = makers.source(published_on=date(2019, 5, 6))
    told.tell(
        makers.signature_recorded(
            "ZZA", effective_on=None, date_precision="unknown", sources=[said]
        )
    )
    row = only(rows(told.engine, participation_act))
    assert row["effective_on"] is None
    assert (row["earliest_on"], row["latest_on"]) == (date(2018, 9, 28), date(2019, 5, 6))
    assert orjson.loads(row["sources"])[0]["published_on"] == "2019-05-06"


def test_a_declaration_and_a_name_keep_their_text(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.declaration_lodged("ZZA", text={"fr": "Déclaration", "en": "Declaration"}),
        makers.participant_renamed("ZZA", name={"en": "Another name"}),
    )
    _, declaration, renaming = rows(told.engine, participation_act)
    assert (declaration["act"], renaming["act"]) == ("declaration", "renaming")
    assert declaration["text"] == '{"en":"Declaration","fr":"Déclaration"}'
    assert renaming["name"] == '{"en":"Another name"}'


def test_a_withdrawal_notified_late_is_read_at_all_four_corners(told: Told) -> None:
    """In 2026 a notice arrives that took effect in 2024."""
    before = told.tell(makers.signature_recorded("ZZA"))
    after = told.tell(makers.withdrawal_notified("ZZA", effective_on=date(2024, 7, 10)))
    earlier, later = date(2024, 7, 9), date(2024, 7, 10)
    acts_before = known(told.engine, participation_act, before)
    acts_after = known(told.engine, participation_act, after)
    assert in_force(acts_before, earlier)
    assert in_force(acts_before, later)  # nobody knew
    assert in_force(acts_after, earlier)
    assert not in_force(acts_after, later)


def test_a_withdrawal_taken_back_stands_as_such_beside_what_was_known_before(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    notified = told.tell(makers.withdrawal_notified("ZZA"))
    rescinded = told.tell(makers.withdrawal_rescinded("ZZA", withdrawal=2))
    assert not in_force(known(told.engine, participation_act, notified), date(2025, 1, 1))
    now = known(told.engine, participation_act, rescinded)
    assert in_force(now, date(2025, 1, 1))
    withdrawal = only([row for row in now if row["act"] == "withdrawal"])
    assert (withdrawal["rescinded_by"], withdrawal["known_from"]) == (3, 3)
    assert withdrawal["position"] == 2
    assert only([row for row in now if row["act"] == "withdrawal_rescission"])["concerns"] == 2


def test_a_rectification_changes_the_dates_from_its_position_on(told: Told) -> None:
    recorded = told.tell(makers.signature_recorded("ZZA"))
    rectified = told.tell(
        makers.act_rectified("ZZA", rectifies=1, effective_on=date(2020, 5, 1), reason="Misread.")
    )
    old = signature(known(told.engine, participation_act, recorded))
    new = signature(known(told.engine, participation_act, rectified))
    assert (old["effective_on"], old["latest_on"]) == (SIGNED, SIGNED)
    assert (new["effective_on"], new["latest_on"]) == (date(2020, 5, 1), date(2020, 5, 1))
    assert (new["rectified_by"], new["known_from"], old["known_to"]) == (2, 2, 2)
    unchanged = ("position", "recorded_at", "kind", "name", "sources", "received_on")
    assert [old[name] for name in unchanged] == [new[name] for name in unchanged]
    act = only(
        [r for r in known(told.engine, participation_act, rectified) if r["act"] == "rectification"]
    )
    assert (act["concerns"], act["reason"]) == (1, "Misread.")


def test_the_last_rectification_of_an_act_stands(told: Told) -> None:
    days = [date(2019, 1, day) for day in range(1, 5)]
    told.tell(
        makers.signature_recorded("ZZA"),
        *(makers.act_rectified("ZZA", rectifies=1, effective_on=day) for day in days),
    )
    for position, day in enumerate(days, 2):
        assert signature(known(told.engine, participation_act, position))["effective_on"] == day


def test_a_rectification_leaves_the_acts_of_others_alone(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.act_rectified("ZZA", rectifies=1),
    )
    others = [row for row in rows(told.engine, participation_act) if row["participant"] == "ZZB"]
    assert only(others)["known_to"] is None


def test_a_membership_has_its_organisation_and_its_end(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.membership_recorded("ZZA", organisation="ORG-ZZX", ended_on=date(2022, 1, 1)),
    )
    row = only(rows(told.engine, membership))
    assert (row["organisation"], row["status"]) == ("ORG-ZZX", "member")
    assert (row["effective_on"], row["ended_on"]) == (date(2020, 1, 1), date(2022, 1, 1))
    assert [row["act"] for row in rows(told.engine, participation_act)] == ["signature"]


def test_the_dates_of_a_membership_are_rectified_like_those_of_an_act(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.membership_recorded("ZZA"),
        makers.act_rectified("ZZA", rectifies=2, effective_on=date(2021, 1, 1)),
    )
    before = only(known(told.engine, membership, 2))
    after = only(known(told.engine, membership, 3))
    assert (before["effective_on"], after["effective_on"]) == (date(2020, 1, 1), date(2021, 1, 1))
    assert after["rectified_by"] == 3
    assert signature(known(told.engine, participation_act, 3))["rectified_by"] is None
