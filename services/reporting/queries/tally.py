"""Pure: who counts in a figure, and by which entries; figures and explanations count the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.reporting.queries.methodology import COUNTED_BY, rate
from services.reporting.queries.overview import Overview
from services.reporting.queries.participants import group_of
from services.reporting.queries.participation import Signatory
from services.reporting.queries.record import Record
from services.reporting.queries.rows import Row, positions
from services.reporting.queries.versions import Version


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is of: the `total`, one `regional_group`, or one `reporting_unit`."""

    dimension: str
    key: str | None
    """`None` of the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One expected participant as a figure sees it."""

    signatory: Signatory
    expected_at: tuple[int, ...]
    """Positions that make it expected."""
    record: Record | None
    received_at: tuple[int, ...]
    """Positions that make its report, or its statement on the unit, received."""
    extended_at: int | None
    """Position of the extension that holds, by which it is on time or not."""
    is_actual: bool
    is_on_time: bool
    is_restricted: bool
    """It said something that is sealed, so it is not counted."""

    def is_in(self, part: str) -> bool:
        """Say whether it is among the `expected`, the `actual`, or the `on_time`."""
        return {"expected": True, "actual": self.is_actual, "on_time": self.is_on_time}[part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Everybody in scope: those whom figures count, and those who stand beside."""

    certain: Sequence[Counted]
    possible: Sequence[Counted]


def tally(seen: Overview, scope: Scope) -> Tally:
    """Look at everybody expected in a cycle who is in scope, by code."""
    counted = [
        _counted(seen, signatory, scope)
        for code, signatory in seen.expected.items()
        if is_in_scope(code, scope)
    ]
    return Tally(
        certain=[one for one in counted if one.signatory.is_certain],
        possible=[one for one in counted if not one.signatory.is_certain],
    )


def is_in_scope(code: str, scope: Scope) -> bool:
    """Say whether a participant is one whom the figure is of; every one reports on every unit."""
    return scope.dimension != "regional_group" or group_of(code) == scope.key


def figure(seen: Overview, scope: Scope, metric: str, found: Tally) -> Row:
    """Count one metric; counts have no denominator, rates are decimal strings."""
    above, below = COUNTED_BY[metric]
    numerator = _count(found.certain, above)
    denominator = None if below is None else _count(found.certain, below)
    return {
        "metric": metric,
        "cycle_id": seen.cycle["cycle_id"],
        "dimension": scope.dimension,
        "key": scope.key,
        "value": str(numerator) if denominator is None else rate(numerator, denominator),
        "numerator": numerator,
        "denominator": denominator,
        "possible_numerator": _count(found.possible, above),
        "possible_denominator": None if below is None else _count(found.possible, below),
        "restricted": sum(one.is_restricted for one in found.certain),
        "methodology_version": seen.method.version,
        "reference_day": seen.reference_day,
        "asserted_by": "system",
    }


def _count(counted: Sequence[Counted], part: str) -> int:
    return sum(one.is_in(part) for one in counted)


def _counted(seen: Overview, signatory: Signatory, scope: Scope) -> Counted:
    record = seen.submission(signatory.participant)
    expected_at = positions(*signatory.positions, seen.cycle["position"])
    unit = scope.key if scope.dimension == "reporting_unit" else None
    stated = record.stated.get(unit) if record and unit else None
    is_actual = record is not None and (unit is None or (stated is not None and stated.is_open))
    since = _since(record, unit)
    return Counted(
        signatory=signatory,
        expected_at=tuple(expected_at),
        record=record,
        received_at=tuple(_received_at(record, unit) if is_actual else ()),
        extended_at=record.first.extended_at if record else None,
        is_actual=is_actual,
        is_on_time=is_actual and since is not None and since.is_on_time,
        is_restricted=stated is not None and not stated.is_open,
    )


def _since(record: Record | None, unit: str | None) -> Version | None:
    """Give the version by which a report, or an open statement on a unit, was first received."""
    if record is None:
        return None
    return record.first if unit is None else record.first_open.get(unit)


def _received_at(record: Record | None, unit: str | None) -> Iterator[int]:
    if record is None:
        return
    yield record.first.position
    if unit is not None:
        stated, since = record.stated[unit], record.first_open[unit]
        yield from positions(stated.part["position"], stated.act.position, since.position)
