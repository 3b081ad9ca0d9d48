"""Statements of one cycle by status: in all, and part by part of a dimension."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from contracts.codelists import code_list
from contracts.instrument import Edition
from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import COMPILATION, SUBMISSION, Fact, Slice, Slot, voice
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.memberships import Belonging, list_organisations
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.participants import NO_GROUP, group_of
from services.reporting.queries.pillar_balance import NO_PILLAR
from services.reporting.queries.record import Record, Stated
from services.reporting.queries.rows import positions
from services.reporting.queries.statements import NOT_REPORTED, RESTRICTED, edition_of
from services.reporting.queries.tally import units_of_pillar

METRIC = "share_of_statements"
CODES = (*code_list("implementation-status"), NOT_REPORTED, RESTRICTED)
"""Every unit of everybody expected is under exactly one of them."""


def by_unit(connection: Connection, moment: Moment, cycle_id: str | None) -> Iterator[Slice]:
    """Part the statements of a cycle by reporting unit."""
    seen = _look(connection, moment, cycle_id)
    yield from _parted(seen, "reporting_unit", edition_of(seen.cycle).units, _by_item)


def by_pillar(connection: Connection, moment: Moment, cycle_id: str | None) -> Iterator[Slice]:
    """Part the statements of a cycle by the pillars that their units serve, which overlap."""
    seen = _look(connection, moment, cycle_id)
    served = pillars_of(edition_of(seen.cycle))

    def grouped(facts: Sequence[Fact]) -> Mapping[str, Sequence[Fact]]:
        found = _by_item(facts)
        return {
            pillar: [one for unit in units for one in found.get(unit, ())]
            for pillar, units in served.items()
        }

    yield from _parted(seen, "pillar", served, grouped)


def by_group(connection: Connection, moment: Moment, cycle_id: str | None) -> Iterator[Slice]:
    """Part the statements of a cycle by the one electoral group of the participant."""
    seen = _look(connection, moment, cycle_id)
    groups = (*code_list("un-regional-group"), NO_GROUP)
    yield from _parted(
        seen, "regional_group", groups, lambda facts: _by(facts, lambda one: group_of(_whose(one)))
    )


def by_organisation(
    connection: Connection, moment: Moment, cycle_id: str | None
) -> Iterator[Slice]:
    """Give the statements of the members of each organisation; organisations overlap."""
    seen = _look(connection, moment, cycle_id)
    organisations = list_organisations(connection, moment, on=seen.reference_day)

    def grouped(facts: Sequence[Fact]) -> Mapping[str, Sequence[Fact]]:
        found = by_whose(facts)
        return {name: list(of_members(found, one)) for name, one in organisations.items()}

    yield from _parted(seen, "organisation", organisations, grouped)


def by_participant(connection: Connection, moment: Moment, cycle_id: str | None) -> Iterator[Slice]:
    """Part the statements of a cycle by participant, in the order of codes."""
    seen = _look(connection, moment, cycle_id)
    codes = sorted({*seen.expected, *seen.records})
    yield from _parted(seen, "participant", codes, by_whose)


def pillars_of(instrument: Edition) -> dict[str, tuple[str, ...]]:
    """Give the units that serve each pillar; those that serve none stand under a key of theirs."""
    served = {one: units_of_pillar(instrument, one) for one in instrument.pillars}
    idle = tuple(one.id for one in instrument.units.values() if not one.pillars_inferred)
    return {**served, NO_PILLAR: idle} if idle else served


def statement_facts(seen: Overview, units: Iterable[str]) -> dict[str, list[Fact]]:
    """Give a fact for each unit of everybody expected, and of each compilation; by origin."""
    wanted = tuple(units)
    found: dict[str, list[Fact]] = {SUBMISSION: [], COMPILATION: []}
    for code, signatory in seen.expected.items():
        expected_at = tuple(positions(*signatory.positions, seen.cycle["position"]))
        record = seen.submission(code)
        found[SUBMISSION] += (
            _fact(code, unit, record, expected_at, is_certain=signatory.is_certain)
            for unit in wanted
        )
    for code, record in sorted(seen.records.items()):
        if not record.is_submission:
            filed_at = (record.latest.position,)
            found[COMPILATION] += (
                _fact(code, unit, record, filed_at, is_certain=True) for unit in wanted
            )
    return found


def status_of(stated: Stated | None) -> str:
    """Give the code that a unit is counted under; nothing is told of what is sealed."""
    if stated is None:
        return NOT_REPORTED
    if not stated.is_open:
        return RESTRICTED
    return str(stated.part["implementation_status"] or NOT_REPORTED)


def _look(connection: Connection, moment: Moment, cycle_id: str | None) -> Overview:
    return overview(connection, moment, get_cycle_row(connection, moment, cycle_id or ""))


def _fact(
    code: str, unit: str, record: Record | None, otherwise: tuple[int, ...], *, is_certain: bool
) -> Fact:
    """Make the fact of one unit.

    Args:
        code: whose it is.
        unit: the reporting unit.
        record: what stands; `None` where nothing does.
        otherwise: positions it rests on where nothing is said.
        is_certain: whether figures count it.
    """
    stated = record.stated.get(unit) if record else None
    return Fact(
        participant=code,
        item=unit,
        code=status_of(stated),
        is_certain=is_certain,
        is_restricted=stated is not None and not stated.is_open,
        report_id=stated.act.report_id if stated else None,
        report_version=stated.act.number if stated else None,
        positions=stated.rests_on if stated else otherwise,
        asserted_by=voice(record) if stated else "system",
    )


def _parted(
    seen: Overview,
    dimension: str,
    keys: Iterable[str],
    grouped: Callable[[Sequence[Fact]], Mapping[str, Sequence[Fact]]],
) -> Iterator[Slice]:
    """Give the whole, then each part; of compilations only those in which there are some."""
    ordered = tuple(keys)
    for origin, facts in statement_facts(seen, edition_of(seen.cycle).units).items():
        parts: dict[tuple[str, str | None], Sequence[Fact]] = {("total", None): facts}
        found = grouped(facts)
        parts |= {(dimension, key): found.get(key, ()) for key in ordered}
        for (of, key), some in parts.items():
            if not some and origin != SUBMISSION:
                continue
            slot = Slot(
                metric=METRIC,
                cycle_id=seen.cycle["cycle_id"],
                dimension=of,
                key=key,
                origin=origin,
            )
            yield Slice(slot=slot, codes=CODES, facts=some)


def of_members(
    facts: Mapping[str, Sequence[Fact]], members: Mapping[str, Belonging]
) -> Iterator[Fact]:
    """Let facts count as certainly as their member is one, and name what makes it one."""
    for code, belonging in members.items():
        for one in facts.get(code, ()):
            yield replace(
                one,
                is_certain=one.is_certain and belonging.is_certain,
                positions=tuple(positions(*one.positions, *belonging.positions)),
            )


def by_whose(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Put facts together by the participant whose they are."""
    return _by(facts, _whose)


def _by(facts: Iterable[Fact], key: Callable[[Fact], str]) -> dict[str, list[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for one in facts:
        found[key(one)].append(one)
    return found


def _by_item(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    return _by(facts, lambda one: one.item or "")


def _whose(fact: Fact) -> str:
    return fact.participant or ""
