"""Pure: facts counted into rows ready to plot; rows and explanations come from the same facts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.reporting.queries.methodology import rate
from services.reporting.queries.record import Record
from services.reporting.queries.rows import ASSERTED_BY, Row, positions

SUBMISSION = "submission"
COMPILATION = "illustrative_compilation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is counted, or stands beside."""

    participant: str | None
    item: str | None
    """What it is among the participant's: a reporting unit, a type of entry, a cycle."""
    code: str | None
    """What it is counted under; `None`: under nothing, it is only counted as restricted."""
    is_certain: bool = True
    is_restricted: bool = False
    report_id: str | None = None
    report_version: int | None = None
    positions: tuple[int, ...] = ()
    asserted_by: str = "system"
    count: int = 1
    """How often it counts: more than once where it stands for several."""
    texts: tuple[Mapping[str, str], ...] = ()
    """What it says, by language, where the aggregate is about words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What a set of figures is of."""

    metric: str
    dimension: str
    key: str | None
    """`None` of the total."""
    cycle_id: str | None = None
    participant: str | None = None
    """Whose figures they are; `None` of everybody together."""
    origin: str = SUBMISSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The facts of one slot, and the codes that part them."""

    slot: Slot
    codes: Sequence[str]
    """Each gives a row, whether or not anything is counted under it."""
    facts: Sequence[Fact]
    measured_in: str = "per_cent"
    """`per_cent`: the value is a share of the whole; else it is the number itself, of these."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """Members of the rows that are not counted: of a projection."""


def figures(one: Slice) -> list[Row]:
    """Give a row for each code of a slice."""
    certain, possible = _counts(one.facts, certain=True), _counts(one.facts, certain=False)
    restricted = sum(fact.count for fact in one.facts if fact.is_restricted and fact.is_certain)
    return [_row(one, code, certain, possible, restricted) for code in one.codes]


def whole(one: Slice) -> Row:
    """Give the row of all that a slice counts, whatever its code."""
    certain, possible = _counts(one.facts, certain=True), _counts(one.facts, certain=False)
    restricted = sum(fact.count for fact in one.facts if fact.is_restricted and fact.is_certain)
    return _row(one, None, certain, possible, restricted)


def explained(one: Slice, code: str | None) -> Row:
    """Give every fact behind a figure, and those beside it.

    Args:
        one: the slice that the figure is in.
        code: of the figure; `None`: of the whole.
    """
    counted = [fact for fact in one.facts if fact.code is not None]
    above = [fact for fact in counted if code in (None, fact.code)]
    return {
        "numerator": [_member(fact) for fact in above if fact.is_certain],
        "denominator": [_member(fact) for fact in counted if fact.is_certain],
        "possible_numerator": [_member(fact) for fact in above if not fact.is_certain],
        "possible_denominator": [_member(fact) for fact in counted if not fact.is_certain],
        "restricted": [
            _member(fact) for fact in one.facts if fact.is_restricted and fact.is_certain
        ],
    }


def resting_on(facts: Iterable[Fact]) -> set[int]:
    """Give the positions that facts rest on."""
    return {at for fact in facts for at in fact.positions}


def voice(record: Record | None) -> str:
    """Say who speaks in a report."""
    return ASSERTED_BY.get(record.latest.origin, "system") if record else "system"


def _counts(facts: Iterable[Fact], *, certain: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    for fact in facts:
        if fact.is_certain is certain and fact.code is not None:
            found[fact.code] += fact.count
    return found


def _row(
    one: Slice,
    code: str | None,
    certain: Counter[str],
    possible: Counter[str],
    restricted: int,
) -> Row:
    numerator = certain.total() if code is None else certain[code]
    denominator = certain.total()
    is_share = one.measured_in == "per_cent"
    return {
        "metric": one.slot.metric,
        "cycle_id": one.slot.cycle_id,
        "dimension": one.slot.dimension,
        "key": one.slot.key,
        "participant": one.slot.participant,
        "code": code,
        "origin": one.slot.origin,
        "value": rate(numerator, denominator) if is_share else str(numerator),
        "low": None,
        "high": None,
        "measured_in": one.measured_in,
        "numerator": numerator,
        "denominator": denominator,
        "possible_numerator": possible.total() if code is None else possible[code],
        "possible_denominator": possible.total(),
        "restricted": restricted,
        **one.said,
        "asserted_by": "system",
    }


def _member(fact: Fact) -> Row:
    return {
        "participant": fact.participant,
        "item": fact.item,
        "code": fact.code,
        "count": fact.count,
        "report_id": fact.report_id,
        "report_version": fact.report_version,
        "good_practices": [dict(text) for text in fact.texts],
        "positions": positions(*fact.positions),
        "asserted_by": fact.asserted_by,
    }
