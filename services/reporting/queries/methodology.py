"""Pure: the counting rules of reporting rates, as the versions of the published method set them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from contracts.catalogue import catalogue, load
from services.kit.errors import Unavailable
from services.reporting.queries.due import Due
from services.reporting.queries.versions import Version

METHODOLOGY = "reporting-rates"
METHODOLOGY_VERSION = "1.0.0"
"""What is counted by where no cycle names a version."""

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
    """One version of the methodology, by what its document sets."""

    version: str
    reference_by: str
    """`due_on` or `opens_on`: the cycle's day after which a signature changes nothing."""
    counts_renewals: bool
    """Whether a declaration that nothing is new counts as a report."""

    def reference_day(self, cycle: Mapping[Any, Any], day: date) -> date:
        """Give the day on which signatures are looked at, when a day is asked for."""
        last: date = cycle[self.reference_by]
        return min(last, day)

    def counts(self, version: Version) -> bool:
        """Say whether a version is a report, as the method counts."""
        return self.counts_renewals or version.renews is None


def timeliness(cycle: Mapping[Any, Any], due: Due, first: Version | None, day: date) -> str:
    """Say how a report stands in time; never stored, since it hangs on the day.

    All versions of the method agree in this: a declaration that nothing is new is what was owed.

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


@cache
def methods() -> Mapping[str, Method]:
    """Give every published version, by its number."""
    found = (
        load(one.id)
        for one in catalogue().documents.values()
        if (one.kind, one.name) == ("methodologies", METHODOLOGY)
    )
    return MappingProxyType({one["version"]: _read(one) for one in found})


def method(version: str) -> Method:
    """Find the method that a cycle is counted by.

    Raises:
        Unavailable: this service is older than the methodology.
    """
    known = methods()
    if version not in known:
        raise Unavailable(
            f"expected methodology {', '.join(known)}, the cycle names another one",
            retry_after_seconds=60,
        )
    return known[version]


def _read(document: Mapping[str, Any]) -> Method:
    sets = document["parameters"]
    return Method(
        version=document["version"],
        reference_by=sets["reference_day"],
        counts_renewals=sets["renewals"] == "counted",
    )
