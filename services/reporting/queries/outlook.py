"""Pure: carries shares of closed cycles on to later years, version 1.0.0 of the method trajectory.

The line through the last closed cycle rises by the middle one of the slopes between all pairs of
closed cycles; the flattest and the steepest of these slopes give the lowest and highest value. It
says what would be if things went on as they did; it is no forecast and no target.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from statistics import median

from services.reporting.queries.methodology import rate

METHODOLOGY = "trajectory"
METHODOLOGY_VERSION = "1.0.0"
LEAST_CYCLES = 4
"""Closed cycles with a share below which nothing is carried on."""
UNTIL_YEAR = 2045


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The share of one closed cycle."""

    on: date
    """Last day of the period that was reported on."""
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a share would be on a later day; each between nothing and the whole."""

    on: date
    value: Fraction
    low: Fraction
    high: Fraction


def outlook(points: Sequence[Point], days: Iterable[date]) -> list[Outlook]:
    """Carry shares on; nothing where too few cycles have one.

    Args:
        points: of closed cycles, by day; at least two days differ.
        days: those wanted, after the last point.
    """
    slopes = [
        (later.share - earlier.share) / (later.on - earlier.on).days
        for earlier, later in combinations(points, 2)
        if later.on > earlier.on
    ]
    if len(points) < LEAST_CYCLES or not slopes:
        return []
    last = points[-1]
    return [
        Outlook(
            on=day,
            value=_carried(last, median(slopes), day),
            low=_carried(last, min(slopes), day),
            high=_carried(last, max(slopes), day),
        )
        for day in days
    ]


def last_days(after: date) -> list[date]:
    """Give the last day of each year that follows a day, up to the last year of the method."""
    years = range(after.year, UNTIL_YEAR + 1)
    return [day for day in (date(year, 12, 31) for year in years) if day > after]


def per_cent(share: Fraction) -> str | None:
    """Spell a share as a decimal string with one digit, half to even."""
    return rate(share.numerator, share.denominator)


def _carried(last: Point, slope: Fraction, day: date) -> Fraction:
    value = last.share + slope * (day - last.on).days
    return max(Fraction(0), min(Fraction(1), value))
