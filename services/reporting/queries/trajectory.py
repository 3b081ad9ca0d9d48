"""The statuses of open statements, closed cycle by closed cycle, and where that would lead."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, RowMapping

from services.reporting.queries.as_of import Moment
from services.reporting.queries.commitment_state import DONE
from services.reporting.queries.counting import SUBMISSION, Fact, Slice, Slot
from services.reporting.queries.cycles import cycle_rows, is_closed
from services.reporting.queries.distributions import CODES, statement_facts
from services.reporting.queries.outlook import (
    LEAST_CYCLES,
    UNTIL_YEAR,
    Outlook,
    Point,
    last_days,
    outlook,
    per_cent,
)
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.rows import positions
from services.reporting.queries.statements import NOT_REPORTED, RESTRICTED, edition_of

NOT_APPLICABLE = "not_applicable"
NOT_ENOUGH = "not_enough_cycles"
STATUSES = tuple(one for one in CODES if one not in {NOT_REPORTED, RESTRICTED, NOT_APPLICABLE})
"""What an open statement may say of something that applies."""


def by_cycle(connection: Connection, moment: Moment, _cycle_id: str | None) -> Iterator[Slice]:
    """Give the shares of each status in the closed cycles, then what they would come to."""
    day = moment.effective_on
    closed = [row for row in cycle_rows(connection, moment) if is_closed(row, day)]
    closed.sort(key=lambda row: (row["period_to"], row["cycle_id"]))
    points, rested_on = [], []
    for row in closed:
        for one in _counted(overview(connection, moment, row)):
            if one.slot.origin == SUBMISSION and (point := _point(row, one.facts)) is not None:
                points.append(point)
                rested_on.append(row)
            yield one
    yield from _carried_on(points, rested_on)


def _counted(seen: Overview) -> Iterator[Slice]:
    cycle_id = seen.cycle["cycle_id"]
    for origin, facts in statement_facts(seen, edition_of(seen.cycle).units).items():
        said = [_as_counted(one) for one in facts if one.code in STATUSES or one.is_restricted]
        if not facts and origin != SUBMISSION:
            continue
        slot = Slot(
            metric="share_of_open_statements",
            dimension="total",
            key=None,
            cycle_id=cycle_id,
            origin=origin,
        )
        yield Slice(slot=slot, codes=STATUSES, facts=said)


def _as_counted(fact: Fact) -> Fact:
    """Let what is sealed stand beside: it is in no share here, not even in the denominator."""
    if not fact.is_restricted:
        return fact
    return Fact(
        participant=fact.participant,
        item=fact.item,
        code=None,
        is_certain=fact.is_certain,
        is_restricted=True,
        report_id=fact.report_id,
        report_version=fact.report_version,
        positions=fact.positions,
        asserted_by=fact.asserted_by,
    )


def _point(row: RowMapping, facts: Sequence[Fact]) -> Point | None:
    said = [one.code for one in facts if one.is_certain and one.code is not None]
    if not said:
        return None
    return Point(on=row["period_to"], share=Fraction(said.count(DONE), len(said)))


def _carried_on(points: Sequence[Point], cycles: Sequence[RowMapping]) -> Iterator[Slice]:
    found = outlook(points, last_days(points[-1].on)) if points else []
    code = DONE if found else NOT_ENOUGH
    facts = [_fact(row, code) for row in cycles]
    if not found:
        yield _told(date(UNTIL_YEAR, 12, 31), facts, code, None)
    for one in found:
        yield _told(one.on, facts, code, one)


def _fact(row: RowMapping, code: str) -> Fact:
    """Give a closed cycle as what an outlook, or that there is none, rests on."""
    return Fact(
        participant=None,
        item=row["cycle_id"],
        code=code,
        positions=tuple(positions(row["position"], row["closed_at_position"])),
        asserted_by="secretariat",
    )


def _told(day: date, facts: Sequence[Fact], code: str, found: Outlook | None) -> Slice:
    said: dict[str, Any] = {
        "value": per_cent(found.value) if found else None,
        "low": per_cent(found.low) if found else None,
        "high": per_cent(found.high) if found else None,
        "numerator": len(facts),
        "denominator": max(LEAST_CYCLES, len(facts)),
    }
    slot = Slot(metric="projected_share_in_place", dimension="year", key=str(day.year))
    return Slice(slot=slot, codes=(code,), facts=facts, said=said)
