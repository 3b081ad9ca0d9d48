"""Pure: who counts in a figure, and by which entries; figures and explanations count the same."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.codelists import code_list
from contracts.instrument import Edition
from services.reporting.queries.memberships import NO_ORGANISATIONS, Organisations
from services.reporting.queries.methodology import COUNTED_BY, METHODOLOGY, Method, rate
from services.reporting.queries.overview import Overview
from services.reporting.queries.participants import NO_GROUP, group_of
from services.reporting.queries.participation import Signatory
from services.reporting.queries.record import Record, Stated
from services.reporting.queries.rows import Row, positions
from services.reporting.queries.statements import edition_of
from services.reporting.queries.versions import Version

DIMENSIONS = ("total", "regional_group", "organisation", "pillar", "reporting_unit")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is of: the `total`, or one key of another dimension."""

    dimension: str
    key: str | None
    """`None` of the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One expected participant as a figure sees it."""

    signatory: Signatory
    is_certain: bool
    """Whether figures count it: its signature is certain, and so is what puts it into scope."""
    expected_at: tuple[int, ...]
    """Positions that make it expected, and put it into scope."""
    record: Record | None
    first: Version | None
    """By which its report was first received, as the method counts."""
    received_at: tuple[int, ...]
    """Positions that make its report, or its statement on the unit, received."""
    extended_at: int | None
    """Position of the extension that holds, by which it is on time or not."""
    is_actual: bool
    is_on_time: bool
    is_restricted: bool
    """What it said is sealed, so it is not counted."""

    def is_in(self, part: str) -> bool:
        """Say whether it is among the `expected`, the `actual`, or the `on_time`."""
        return {"expected": True, "actual": self.is_actual, "on_time": self.is_on_time}[part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Everybody in scope: those whom figures count, and those who stand beside."""

    certain: Sequence[Counted]
    possible: Sequence[Counted]


def scopes(seen: Overview, organisations: Organisations) -> list[Scope]:
    """Give everything that there are figures of in a cycle, in the order of lists."""
    instrument = edition_of(seen.cycle)
    keys: dict[str, Sequence[str]] = {
        "regional_group": (*code_list("un-regional-group"), NO_GROUP),
        "organisation": tuple(organisations),
        "pillar": tuple(one for one in instrument.pillars if units_of_pillar(instrument, one)),
        "reporting_unit": tuple(instrument.units),
    }
    found = [Scope("total", None)]
    for dimension in DIMENSIONS[1:]:
        found += [Scope(dimension, key) for key in keys[dimension]]
    return found


def units_of_pillar(instrument: Edition, pillar: str) -> tuple[str, ...]:
    """Give the reporting units whose postulate the edition puts under a pillar."""
    return tuple(one.id for one in instrument.units.values() if pillar in one.pillars_inferred)


def tally(seen: Overview, scope: Scope, organisations: Organisations = NO_ORGANISATIONS) -> Tally:
    """Look at everybody expected in a cycle who is in scope, by code."""
    units = _units(seen, scope)
    is_in = in_scope(scope, organisations)
    counted = [
        _within(_counted(seen, signatory, units), scope, organisations)
        for code, signatory in seen.expected.items()
        if is_in(code)
    ]
    return Tally(
        certain=[one for one in counted if one.is_certain],
        possible=[one for one in counted if not one.is_certain],
    )


def in_scope(scope: Scope, organisations: Organisations) -> Callable[[str], bool]:
    """Give whether a participant is one whom the figure is of; every one reports on every unit."""
    match scope.dimension:
        case "regional_group":
            return lambda code: group_of(code) == scope.key
        case "organisation":
            return organisations.get(scope.key or "", {}).__contains__
        case _:
            return lambda _: True


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
        "measured_in": "participants" if denominator is None else "per_cent",
        "numerator": numerator,
        "denominator": denominator,
        "possible_numerator": _count(found.possible, above),
        "possible_denominator": None if below is None else _count(found.possible, below),
        "restricted": sum(one.is_restricted for one in found.certain),
        "methodology": METHODOLOGY,
        "methodology_version": seen.method.version,
        "reference_day": seen.reference_day,
        "asserted_by": "system",
    }


def _count(counted: Sequence[Counted], part: str) -> int:
    return sum(one.is_in(part) for one in counted)


def _units(seen: Overview, scope: Scope) -> tuple[str, ...] | None:
    """Give the units of which one must be answered; `None` where the report alone counts."""
    match scope.dimension:
        case "reporting_unit":
            return (scope.key or "",)
        case "pillar":
            return units_of_pillar(edition_of(seen.cycle), scope.key or "")
        case _:
            return None


def _within(counted: Counted, scope: Scope, organisations: Organisations) -> Counted:
    """Let a member count as certainly as it is one, and name what makes it one."""
    if scope.dimension != "organisation":
        return counted
    belonging = organisations[scope.key or ""][counted.signatory.participant]
    return replace(
        counted,
        is_certain=counted.is_certain and belonging.is_certain,
        expected_at=tuple(positions(*counted.expected_at, *belonging.positions)),
    )


def _counted(seen: Overview, signatory: Signatory, units: tuple[str, ...] | None) -> Counted:
    record = seen.submission(signatory.participant)
    first = _first(record, seen.method)
    stated = _stated(record, units)
    told = {unit: one for unit, one in stated.items() if _is_told(one, seen.method)}
    is_actual = first is not None and (units is None or bool(told))
    since = _since(record, first, told, seen.method) if units is not None else first
    return Counted(
        signatory=signatory,
        is_certain=signatory.is_certain,
        expected_at=tuple(positions(*signatory.positions, seen.cycle["position"])),
        record=record,
        first=first,
        received_at=tuple(_received_at(record, first, told, seen.method) if is_actual else ()),
        extended_at=first.extended_at if first else None,
        is_actual=is_actual,
        is_on_time=is_actual and since is not None and since.is_on_time,
        is_restricted=not told and any(not one.is_open for one in stated.values()),
    )


def _first(record: Record | None, counting: Method) -> Version | None:
    """Give the version by which a report was first received."""
    versions = record.versions if record else ()
    return next((one for one in versions if counting.counts(one)), None)


def _stated(record: Record | None, units: tuple[str, ...] | None) -> dict[str, Stated]:
    """Give what stands under some units."""
    if record is None or units is None:
        return {}
    return {unit: record.stated[unit] for unit in units if unit in record.stated}


def _is_told(stated: Stated, counting: Method) -> bool:
    """Say whether a statement counts: everybody can read it, and what makes it stand counts."""
    return stated.is_open and counting.counts(stated.act)


def _opened(record: Record, counting: Method, unit: str) -> Version:
    """Give the version since which an open statement on a unit stands or stood."""
    return (record.first_open if counting.counts_renewals else record.first_said)[unit]


def _since(
    record: Record | None, first: Version | None, told: dict[str, Stated], counting: Method
) -> Version | None:
    """Give the version by which the first of some open statements was received."""
    if record is None or first is None or not told:
        return None
    opened = (_opened(record, counting, unit) for unit in told)
    return min(opened, key=lambda one: one.position)


def _received_at(
    record: Record | None, first: Version | None, told: dict[str, Stated], counting: Method
) -> Iterator[int]:
    if record is None or first is None:
        return
    found = [first.position]
    for unit, stated in told.items():
        since = _opened(record, counting, unit)
        found += [*stated.rests_on, since.position]
    yield from positions(*found)
