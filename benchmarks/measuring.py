"""Benchmarks: how a figure and the limit beside it are measured: in pairs, one after the other.

Whatever else the machine does falls on both of a pair alike; the ratio is taken pair by pair, and
the median of the pairs is what is reported, with the lowest and the highest beside it.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import TypeAlias

Measure: TypeAlias = Callable[[], float]
"""Does the work once and gives a figure: a rate, or seconds."""
Told: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

FOLD = "\N{MULTIPLICATION SIGN}"
"""Unit of a ratio that is spelled `12 ×`; a share has none."""
PAIRS = 7
"""Pairs of a comparison where the caller does not say; five at least."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a ratio should be."""

    sign: str
    """`>=` or `<=`; `>` where anything above counts."""
    value: float
    unit: str = ""
    """What stands behind the figure: `FOLD`, or nothing for a share."""

    def is_met(self, ratio: float) -> bool:
        """Say whether a ratio is as it should be."""
        match self.sign:
            case ">=":
                return ratio >= self.value
            case "<=":
                return ratio <= self.value
            case _:
                return ratio > self.value

    def text(self) -> str:
        """Spell it as the tables do."""
        sign = {">=": "≥", "<=": "≤", ">": ">"}[self.sign]
        return f"{sign} {self.value:g}{' ' + self.unit if self.unit else ''}"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Figures of both sides, pair by pair."""

    ours: Sequence[float]
    limit: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """Give ours over the limit's, pair by pair, from low to high."""
        return sorted(a / b for a, b in zip(self.ours, self.limit, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the results."""

    what: str
    beside: str
    """What the limit is."""
    ours: str
    """Our figure, spelled with its unit."""
    limit: str
    """The limit's figure."""
    ratio: float
    low: float
    high: float
    aim: Aim | None
    """`None`: shown because it explains another line."""
    unit: str = ""

    @property
    def verdict(self) -> str:
        """Say `pass` or `miss`, or nothing where there is no aim."""
        if self.aim is None:
            return ""
        return "pass" if self.aim.is_met(self.ratio) else "miss"


def line(
    what: str,
    beside: str,
    pairs: Pairs,
    aim: Aim | None,
    *,
    spell: Callable[[float], str],
    unit: str = "",
) -> Line:
    """Make a line of pairs: the medians of both sides, and the median of the ratios."""
    ratios = pairs.ratios
    return Line(
        what=what,
        beside=beside,
        ours=spell(median(pairs.ours)),
        limit=spell(median(pairs.limit)),
        ratio=median(ratios),
        low=ratios[0],
        high=ratios[-1],
        aim=aim,
        unit=aim.unit if aim else unit,
    )


def interleaved(
    measures: dict[str, Measure], *, rounds: int = PAIRS, told: Told, what: str
) -> dict[str, list[float]]:
    """Take all measures in turn, round by round, every second round in reverse order.

    A round before the first warms everything up and is thrown away.
    """
    figures: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        told(what, number, rounds + 1)
        order = list(measures.items())
        for name, measure in reversed(order) if number % 2 else order:
            gc.collect()
            figure = measure()
            if number:
                figures[name].append(figure)
    told(what, rounds + 1, rounds + 1)
    return figures


def seconds_of(work: Callable[[], object], times: int = 1) -> Measure:
    """Make a measure of the processor's seconds for one piece of work, as the mean of several.

    For work that waits for nothing: on an idle machine these are the seconds of the clock.
    """

    def measure() -> float:
        began = process_time()
        for _ in range(times):
            work()
        return (process_time() - began) / times

    return measure


def rate_of(work: Callable[[], int], *, clock: Callable[[], float] = perf_counter) -> Measure:
    """Make a measure of how many things a second; `work` says how many it did.

    Args:
        work: does it once.
        clock: `time.process_time` for work that waits for nothing.
    """

    def measure() -> float:
        began = clock()
        count = work()
        return count / (clock() - began)

    return measure


def per_second(thing: str) -> Callable[[float], str]:
    """Spell rates of something: `12,345 events/s`."""
    return lambda rate: f"{rate:,.0f} {thing}/s"


def spell_seconds(seconds: float) -> str:
    """Spell a time: `1.23 ms`, or `0.456 ms` where it is short."""
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"
