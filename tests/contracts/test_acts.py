"""The days of an act, and who is in force on a day."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.acts import Span, Withdrawn, contested, effect, span, standing
from contracts.instrument import opened_on
from tests.makers import act_rectified, signature_recorded, source

OPENED_ON = date(2018, 9, 28)


def days(earliest: date, latest: date | None = None, **changes: Any) -> Span:
    return Span(earliest=earliest, latest=latest or earliest, **changes)


@pytest.mark.parametrize(
    ("precision", "day", "expected"),
    [
        ("day", date(2019, 3, 4), days(date(2019, 3, 4))),
        ("month", date(2020, 2, 1), days(date(2020, 2, 1), date(2020, 2, 29))),
        ("month", date(2019, 12, 1), days(date(2019, 12, 1), date(2019, 12, 31))),
        ("year", date(2019, 1, 1), days(date(2019, 1, 1), date(2019, 12, 31))),
        ("inferred", date(2019, 3, 4), days(date(2019, 3, 4), date(2019, 5, 6))),
        ("inferred", date(2019, 6, 4), days(date(2019, 6, 4))),
        ("not_later_than", date(2019, 3, 4), days(OPENED_ON, date(2019, 3, 4))),
        ("unknown", None, days(OPENED_ON, date(2019, 5, 6))),
    ],
)
def test_precision_says_between_which_days_an_act_took_effect(
    precision: str, day: date | None, expected: Span
) -> None:
    act = signature_recorded(
        date_precision=precision, effective_on=day, received_on=date(2019, 5, 6)
    )
    assert span(act) == expected


def test_an_act_of_unknown_day_had_happened_when_its_first_source_was_published() -> None:
    act = signature_recorded(
        date_precision="unknown",
        effective_on=None,
        received_on=date(2026, 11, 1),
        sources=[
            source("a book"),
            source("an agency", published_on="2018-10-01"),
            source("a paper", published_on="2018-09-30"),
        ],
    )
    assert span(act) == days(OPENED_ON, date(2018, 9, 30))


@pytest.mark.parametrize("precision", ["unknown", "not_later_than"])
def test_nothing_took_effect_before_the_instrument_was_opened_or_the_day_named(
    precision: str,
) -> None:
    day = None if precision == "unknown" else date(2019, 3, 1)
    act = signature_recorded(date_precision=precision, effective_on=day)
    assert opened_on() == OPENED_ON
    assert span(act) == days(OPENED_ON, date(2019, 3, 1))
    assert span(act, not_before=date.min) == days(date.min, date(2019, 3, 1))
    assert span(act, not_before=date(2020, 1, 1)) == days(date(2019, 3, 1))


def test_a_rectification_gives_the_days_that_the_act_should_have_had() -> None:
    assert span(act_rectified(effective_on=date(2019, 2, 27))) == days(date(2019, 2, 27))


@pytest.mark.parametrize("status", ["probable", "unconfirmed"])
def test_what_is_not_confirmed_says_so(status: str) -> None:
    assert not span(signature_recorded(claim_status=status)).is_confirmed


# --- who is in force

SIGNED = days(date(2019, 3, 1))
WITHDRAWN = days(date(2024, 7, 10))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 2, 28), "none"),
        (date(2019, 3, 1), "certain"),
        (date(2024, 7, 9), "certain"),
        (date(2024, 7, 10), "none"),
    ],
)
def test_a_signature_is_in_force_until_the_day_the_withdrawal_takes_effect(
    day: date, expected: str
) -> None:
    assert standing(SIGNED, [Withdrawn(days=WITHDRAWN)], day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 12, 31), "none"),
        (date(2019, 1, 1), "possible"),
        (date(2019, 12, 30), "possible"),
        (date(2019, 12, 31), "certain"),
    ],
)
def test_a_signature_some_time_in_a_year_is_certain_when_the_year_ends(
    day: date, expected: str
) -> None:
    assert standing(days(date(2019, 1, 1), date(2019, 12, 31)), [], day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 12, 31), "certain"),
        (date(2024, 1, 1), "possible"),
        (date(2024, 12, 30), "possible"),
        (date(2024, 12, 31), "none"),
    ],
)
def test_a_withdrawal_some_time_in_a_year_leaves_the_year_in_doubt(
    day: date, expected: str
) -> None:
    withdrawn = Withdrawn(days=days(date(2024, 1, 1), date(2024, 12, 31)))
    assert standing(SIGNED, [withdrawn], day) == expected


def test_hearsay_makes_nothing_certain() -> None:
    long_after = date(2030, 1, 1)
    assert standing(days(date(2019, 3, 1), is_confirmed=False), [], long_after) == "possible"
    rumoured = [Withdrawn(days=days(date(2024, 7, 10), is_confirmed=False))]
    assert standing(SIGNED, rumoured, long_after) == "possible"
    assert standing(SIGNED, rumoured, date(2024, 7, 9)) == "certain"


@pytest.mark.parametrize(
    ("taken_back", "by_day"),
    [
        (days(date(2024, 7, 1)), ("certain", "certain", "certain")),
        (days(date(2024, 9, 1)), ("certain", "none", "certain")),
        (days(date(2024, 7, 20), date(2024, 8, 31)), ("certain", "possible", "certain")),
        (days(date(2024, 7, 1), is_confirmed=False), ("certain", "possible", "possible")),
    ],
)
def test_a_withdrawal_taken_back_ends_nothing_from_the_day_that_is_certain(
    taken_back: Span, by_day: tuple[str, ...]
) -> None:
    withdrawn = Withdrawn(days=WITHDRAWN, taken_back=taken_back)
    asked = (date(2024, 7, 9), date(2024, 8, 1), date(2024, 9, 1))
    assert tuple(standing(SIGNED, [withdrawn], day) for day in asked) == by_day


@given(
    precision=st.sampled_from(["day", "month", "year", "inferred", "not_later_than", "unknown"]),
    day=st.none() | st.dates(),
    received_on=st.dates(),
    published_on=st.none() | st.dates(),
    not_before=st.dates(),
)
def test_no_act_ends_its_days_before_it_begins_them(
    precision: str, day: date | None, received_on: date, published_on: date | None, not_before: date
) -> None:
    act = signature_recorded(
        date_precision=precision,
        effective_on=day,
        received_on=received_on,
        sources=[source(published_on=published_on)],
    )
    found = span(act, not_before=not_before)
    assert found.earliest <= found.latest
    if day is not None and precision != "unknown":
        assert found.earliest <= day <= found.latest


# --- objections


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2019, 2, 28), "none"), (date(2019, 3, 1), "possible"), (date(2030, 1, 1), "possible")],
)
def test_a_contested_signature_is_possible_on_every_day_it_was_certain(
    day: date, expected: str
) -> None:
    assert standing(contested(SIGNED), [], day) == expected


def test_a_contested_withdrawal_ends_nothing_for_certain() -> None:
    withdrawn = [Withdrawn(days=contested(WITHDRAWN))]
    assert standing(SIGNED, withdrawn, date(2024, 7, 9)) == "certain"
    assert standing(SIGNED, withdrawn, date(2024, 7, 10)) == "possible"


@given(days_from=st.dates(), more=st.integers(0, 400), day=st.dates())
def test_an_objection_moves_no_day_and_only_takes_certainty_away(
    days_from: date, more: int, day: date
) -> None:
    until = date.fromordinal(min(days_from.toordinal() + more, date.max.toordinal()))
    before = days(days_from, until)
    expected = {"certain": "possible"}.get(effect(before, day), effect(before, day))
    assert effect(contested(before), day) == expected
