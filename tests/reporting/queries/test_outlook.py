"""Queries: shares of closed cycles, carried on exactly and within bounds."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import BASE, load
from services.reporting.queries.commitment_state import DONE
from services.reporting.queries.outlook import (
    LEAST_CYCLES,
    METHODOLOGY,
    METHODOLOGY_VERSION,
    UNTIL_YEAR,
    Outlook,
    Point,
    last_days,
    outlook,
    per_cent,
)
from services.reporting.queries.trajectory import STATUSES

END = date(2045, 12, 31)


def points(*per_cents: int, first: int = 2021) -> list[Point]:
    return [
        Point(on=date(first + number, 12, 31), share=Fraction(share, 100))
        for number, share in enumerate(per_cents)
    ]


def told(found: list[Outlook]) -> tuple[str | None, str | None, str | None]:
    (one,) = found
    return per_cent(one.low), per_cent(one.value), per_cent(one.high)


def test_the_published_method_is_the_one_that_carries_on() -> None:
    published = load(f"{BASE}methodologies/{METHODOLOGY}/{METHODOLOGY_VERSION}.json")
    assert published["parameters"] == {"least_cycles": LEAST_CYCLES, "until": UNTIL_YEAR}
    assert DONE in STATUSES
    assert "not_applicable" not in STATUSES


def test_a_share_that_grew_evenly_grows_on_evenly() -> None:
    evenly = [
        Point(on=date(2021, 1, 1) + timedelta(days=100 * number), share=Fraction(number, 100))
        for number in range(4)
    ]
    found = outlook(evenly, [evenly[-1].on + timedelta(days=1000)])
    assert told(found) == ("13.0", "13.0", "13.0")


@pytest.mark.parametrize("count", range(LEAST_CYCLES))
def test_too_few_cycles_are_not_carried_on(count: int) -> None:
    assert outlook(points(*range(count)), [END]) == []


def test_cycles_of_one_day_give_no_slope() -> None:
    same = [Point(on=date(2021, 12, 31), share=Fraction(1, number)) for number in range(1, 6)]
    assert outlook(same, [END]) == []


def test_a_value_stays_between_nothing_and_the_whole() -> None:
    assert told(outlook(points(10, 40, 70, 90), [END])) == ("100.0", "100.0", "100.0")
    assert told(outlook(points(90, 70, 40, 10), [END])) == ("0.0", "0.0", "0.0")
    assert told(outlook(points(40, 60, 40, 60), [END])) == ("0.0", "100.0", "100.0")


def test_years_follow_the_last_cycle_up_to_the_last_year() -> None:
    assert last_days(date(2043, 12, 31)) == [date(2044, 12, 31), date(2045, 12, 31)]
    assert last_days(date(2044, 6, 30))[0] == date(2044, 12, 31)
    assert last_days(date(2046, 1, 1)) == []


@given(
    st.lists(st.fractions(0, 1, max_denominator=200), min_size=4, max_size=10),
    st.integers(1, 20 * 365),
)
def test_the_value_lies_between_lowest_and_highest_which_part_ever_further(
    shares: list[Fraction], days: int
) -> None:
    given_points = [
        Point(on=date(2021 + number, 12, 31), share=share) for number, share in enumerate(shares)
    ]
    last = given_points[-1].on
    near, far = outlook(
        given_points, [last + timedelta(days=days), last + timedelta(days=days + 9)]
    )
    for one in (near, far):
        assert 0 <= one.low <= one.value <= one.high <= 1
    assert far.low <= near.low or far.high >= near.high
    mirrored = [Point(on=one.on, share=1 - one.share) for one in given_points]
    (turned,) = outlook(mirrored, [near.on])
    assert (turned.low, turned.value, turned.high) == (1 - near.high, 1 - near.value, 1 - near.low)
