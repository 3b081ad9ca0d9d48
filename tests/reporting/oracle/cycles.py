"""Oracle: who is to report by when, whether it has, and the five metrics."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, TypeAlias

from contracts.catalogue import BASE, load
from contracts.events import CycleOpened, ExtensionGranted
from contracts.participants import states
from tests.reporting.oracle.history import History
from tests.reporting.oracle.participation import codes_of, standing_of
from tests.reporting.oracle.reports import Section, Standing, standing


@dataclass(frozen=True, slots=True)
class Owed:
    """What one participant owes for a cycle."""

    expectation: str
    due_on: date
    on_time_until: date
    timeliness: str
    received_on: date | None
    report: Standing | None


def owed(history: History, cycle: CycleOpened, day: date) -> dict[str, Owed]:
    """Give who is to report, certainly or possibly, and how that stands in time."""
    reference = min(cycle.due_on, day)
    found: dict[str, Owed] = {}
    for code in codes_of(history):
        how = standing_of(history, code, reference)
        if how is None or how[0] not in {"certain", "possible"}:
            continue
        if how[1] in cycle.participant_kinds:
            found[code] = _owed(history, cycle, code, how[0], day)
    return found


def _owed(history: History, cycle: CycleOpened, code: str, how: str, day: date) -> Owed:
    grace = timedelta(days=cycle.grace_days)
    due_on = cycle.due_on
    for one in history.of(ExtensionGranted):
        event: Any = one.event
        if (event.cycle_id, event.participant) == (cycle.cycle_id, code):
            due_on = event.due_on
    report = standing(history, f"{code}-{cycle.cycle_id}", day)
    if report is not None and report.versions[-1].event.origin != "submission":
        report = None
    received_on = report.versions[0].received_on if report else None
    if received_on is not None:
        timeliness = "on_time" if received_on <= due_on + grace else "late"
    elif day < cycle.opens_on:
        timeliness = "not_due"
    elif day <= cycle.due_on + grace:
        timeliness = "due"
    else:
        timeliness = "excused" if day <= due_on + grace else "overdue"
    return Owed(how, due_on, due_on + grace, timeliness, received_on, report)


def figures(history: History, cycle: CycleOpened, day: date, units: list[str]) -> dict[Any, Any]:
    """Give the metrics by dimension, key and name: value, numerator, beside, restricted."""
    everybody = owed(history, cycle, day)
    groups = {code: _group(code) for code in everybody}
    found: dict[Any, Any] = {}
    _count(found, ("total", None), everybody, None)
    for group in {*groups.values(), "none"}:
        own = {code: one for code, one in everybody.items() if groups[code] == group}
        _count(found, ("regional_group", group), own, None)
    for unit in units:
        _count(found, ("reporting_unit", unit), everybody, (unit,))
    for pillar, served in _served().items():
        _count(found, ("pillar", pillar), everybody, served)
    return found


def statuses(history: History, cycle: CycleOpened, day: date, units: list[str]) -> dict[Any, int]:
    """Count what is said of each unit by those certainly expected, by unit and status."""
    found: Counter[Any] = Counter()
    for one in owed(history, cycle, day).values():
        if one.expectation == "certain":
            sections = one.report.sections if one.report else {}
            found.update((unit, _status(sections.get(unit))) for unit in units)
    return dict(found)


def _status(part: Section | None) -> str:
    if part is None:
        return "not_reported"
    if not part.is_open:
        return "restricted"
    return str((part.content or {}).get("implementation_status", "not_reported"))


def _served() -> dict[str, tuple[str, ...]]:
    """Read from the catalogue which units serve which pillar."""
    served: dict[str, list[str]] = {}
    for row in load(f"{BASE}instrument/code-of-conduct/1.0.0.json")["postulates"]:
        for pillar in row["pillars_inferred"]:
            served.setdefault(pillar, []).extend(one["id"] for one in row["sub_items"] or [row])
    return {pillar: tuple(units) for pillar, units in served.items()}


Units: TypeAlias = tuple[str, ...] | None
"""Of which one must be answered; `None` where the report alone counts."""


def _count(
    found: dict[Any, Any], scope: tuple[str, Any], of: dict[str, Owed], units: Units
) -> None:
    counts: dict[str, dict[str, int]] = {}
    for how in ("certain", "possible"):
        those = [one for one in of.values() if one.expectation == how]
        counts[how] = {
            "expected": len(those),
            "actual": sum(_is_actual(one, units) for one in those),
            "on_time": sum(_is_on_time(one, units) for one in those),
            "restricted": sum(_is_restricted(one, units) for one in those),
        }
    certain, possible = counts["certain"], counts["possible"]
    for metric, above, below in (
        ("expected_reports", "expected", None),
        ("actual_reports", "actual", None),
        ("actual_reports_on_time", "on_time", None),
        ("reporting_rate", "actual", "expected"),
        ("reporting_rate_on_time", "on_time", "expected"),
    ):
        whole = None if below is None else certain[below]
        value = str(certain[above]) if whole is None else percent(certain[above], whole)
        found[(*scope, metric)] = (value, certain[above], possible[above], certain["restricted"])


def percent(part: int, whole: int) -> str | None:
    """Give a decimal string with one digit, half to even."""
    if whole == 0:
        return None
    exact = Decimal(part * 100) / Decimal(whole)
    return str(exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN))


def _group(code: str) -> str:
    state = states().get(code)
    return (state.electoral_group if state else None) or "none"


def _stated(one: Owed, units: Units) -> dict[str, Section]:
    sections = one.report.sections if one.report else {}
    return {unit: sections[unit] for unit in units or () if unit in sections}


def _is_actual(one: Owed, units: Units) -> bool:
    if one.report is None:
        return False
    return units is None or any(part.is_open for part in _stated(one, units).values())


def _is_on_time(one: Owed, units: Units) -> bool:
    if one.report is None or not _is_actual(one, units):
        return False
    since = [one.report.versions[0]]
    if units is not None:
        opened = (unit for unit, part in _stated(one, units).items() if part.is_open)
        since = [one.report.first_open[unit] for unit in opened]
    return min(version.received_on for version in since) <= one.on_time_until


def _is_restricted(one: Owed, units: Units) -> bool:
    return not _is_actual(one, units) and bool(_stated(one, units))
