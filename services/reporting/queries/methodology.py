"""Pure: the counting rules of reporting rates, version 1.0.0 of the published methodology."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.kit.errors import Unavailable
from services.reporting.queries.due import Due
from services.reporting.queries.versions import Version

METHODOLOGY_VERSION = "1.0.0"
"""The newest this service counts by; a cycle names its own."""

METRICS = (
    "expected_reports",
    "actual_reports",
    "actual_reports_on_time",
    "reporting_rate",
    "reporting_rate_on_time",
)

COUNTED_BY: Mapping[str, tuple[str, str | None]] = {
    "expected_reports": ("expected", None),
    "actual_reports": ("actual", None),
    "actual_reports_on_time": ("on_time", None),
    "reporting_rate": ("actual", "expected"),
    "reporting_rate_on_time": ("on_time", "expected"),
}
"""Numerator and denominator of each metric; a count has no denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One version of the methodology."""

    version: str
    reference_day: Callable[[date, date], date]
    """From the due day and the day asked for: the day on which signatures are looked at."""
    timeliness: Callable[[Mapping[Any, Any], Due, Version | None, date], str]
    """From a cycle's row, the participant's due day, the first version received, the day asked."""


def timeliness(cycle: Mapping[Any, Any], due: Due, first: Version | None, day: date) -> str:
    """Say how a report stands in time; never stored, since it hangs on the day.

    Args:
        cycle: row of the cycle.
        due: until when this participant's report is on time.
        first: the version by which the report was first received, by `day`; `None` if none was.
        day: the day asked for.
    """
    if first is not None:
        return "on_time" if first.is_on_time else "late"
    if day < cycle["opens_on"]:
        return "not_due"
    if day <= due.cycle_on_time_until:
        return "due"
    return "excused" if day <= due.on_time_until else "overdue"


def rate(numerator: int, denominator: int) -> str | None:
    """Give a percentage with one digit, half to even; `None` where nothing is expected."""
    if denominator == 0:
        return None
    tenths, rest = divmod(numerator * 1000, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and tenths % 2):
        tenths += 1
    return f"{tenths // 10}.{tenths % 10}"


_METHODS: Mapping[str, Method] = {
    "1.0.0": Method(version="1.0.0", reference_day=min, timeliness=timeliness),
}


def method(version: str) -> Method:
    """Find the method that a cycle is counted by.

    Raises:
        Unavailable: this service is older than the methodology.
    """
    if version not in _METHODS:
        raise Unavailable(
            f"expected methodology {', '.join(_METHODS)}, the cycle names another one",
            retry_after_seconds=60,
        )
    return _METHODS[version]
