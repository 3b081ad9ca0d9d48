"""Queries: the counting rules of the published methodology."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import RowMapping

from contracts.catalogue import BASE, load
from services.kit.errors import Unavailable
from services.reporting.queries.due import due_of
from services.reporting.queries.methodology import (
    COUNTED_BY,
    METHODOLOGY,
    METHODOLOGY_VERSION,
    METRICS,
    method,
    methods,
    rate,
    timeliness,
)
from services.reporting.queries.versions import Version

CYCLE = {
    "opens_on": date(2026, 1, 15),
    "due_on": date(2026, 6, 30),
    "grace_days": 30,
    "on_time_until": date(2026, 7, 30),
}


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (0, 3, "0.0"),
        (3, 3, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 16, "6.2"),  # 6.25: half goes to the even digit
        (3, 16, "18.8"),  # 18.75
        (1, 2000, "0.0"),  # 0.05
        (3, 2000, "0.2"),  # 0.15
        (1, 80, "1.2"),  # 1.25
        (5, 4, "125.0"),
    ],
)
def test_a_rate_has_one_digit_rounded_half_to_even(
    numerator: int, denominator: int, text: str
) -> None:
    assert rate(numerator, denominator) == text


def test_a_rate_of_nothing_is_not_defined() -> None:
    assert rate(0, 0) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_rate_is_what_decimal_arithmetic_gives(numerator: int, denominator: int) -> None:
    exact = Decimal(100 * numerator) / Decimal(denominator)
    expected = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    assert rate(numerator, denominator) == str(expected)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 1, 14), "not_due"),
        (date(2026, 1, 15), "due"),
        (date(2026, 6, 30), "due"),
        (date(2026, 7, 30), "due"),
        (date(2026, 7, 31), "overdue"),
    ],
)
def test_without_a_report_the_day_decides_how_it_stands(day: date, standing: str) -> None:
    assert timeliness(CYCLE, due_of(CYCLE, None), None, day) == standing


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 1, 14), "not_due"),
        (date(2026, 7, 30), "due"),
        (date(2026, 7, 31), "excused"),
        (date(2026, 10, 30), "excused"),
        (date(2026, 10, 31), "overdue"),
    ],
)
def test_who_was_given_more_time_is_excused_until_that_is_over(day: date, standing: str) -> None:
    due = due_of(CYCLE, cast("RowMapping", {"due_on": date(2026, 9, 30)}))
    assert (due.due_on, due.on_time_until) == (date(2026, 9, 30), date(2026, 10, 30))
    assert timeliness(CYCLE, due, None, day) == standing


@pytest.mark.parametrize(("is_on_time", "standing"), [(True, "on_time"), (False, "late")])
def test_a_report_is_on_time_or_late_whatever_the_day(*, is_on_time: bool, standing: str) -> None:
    first: Any = SimpleNamespace(is_on_time=is_on_time)
    due = due_of(CYCLE, None)
    assert timeliness(CYCLE, due, cast("Version", first), date(2030, 1, 1)) == standing


def test_an_unknown_methodology_is_not_guessed() -> None:
    with pytest.raises(Unavailable):
        method("9.0.0")


def test_every_published_version_is_one_that_counts() -> None:
    assert set(methods()) == {METHODOLOGY_VERSION, "2.0.0"}
    assert set(COUNTED_BY) == set(METRICS)
    for version, counting in methods().items():
        published = load(f"{BASE}methodologies/{METHODOLOGY}/{version}.json")
        assert tuple(published["metrics"]) == METRICS
        assert published["parameters"] == {
            "reference_day": counting.reference_by,
            "renewals": "counted" if counting.counts_renewals else "not_counted",
        }


@pytest.mark.parametrize(
    ("version", "day", "reference_day"),
    [
        ("1.0.0", date(2026, 1, 1), date(2026, 1, 1)),
        ("1.0.0", date(2027, 1, 1), date(2026, 6, 30)),
        ("2.0.0", date(2026, 1, 1), date(2026, 1, 1)),
        ("2.0.0", date(2027, 1, 1), date(2026, 1, 15)),
    ],
)
def test_the_method_says_until_when_signatures_count(
    version: str, day: date, reference_day: date
) -> None:
    assert method(version).reference_day(CYCLE, day) == reference_day
