"""What happened year by year since the instrument was opened: entries, and who took part."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, true

from contracts.instrument import opened_on
from services.reporting.projections.entries import entry_table
from services.reporting.projections.plans import plan
from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import COMPILATION, SUBMISSION, Fact, Slice, Slot
from services.reporting.queries.participation import list_signatories

STANDINGS = ("certain", "possible", "ended", "not_yet")


def by_year(connection: Connection, moment: Moment, _cycle_id: str | None) -> Iterator[Slice]:
    """Count entries by the year they were recorded in, and participants at the end of each."""
    yield from _entries(connection, moment, each=False)
    yield from _participants(connection, moment)


def one_by_one(connection: Connection, moment: Moment, slot: Slot) -> Iterator[Slice]:
    """Give what a slot is of with a fact for each entry, to explain a figure of it."""
    if slot.metric == "entries":
        yield from _entries(connection, moment, each=True, of_year=slot.key)
    else:
        yield from _participants(connection, moment)


def _entries(
    connection: Connection, moment: Moment, *, each: bool, of_year: str | None = None
) -> Iterator[Slice]:
    """Part the entries by year, then by origin of what they carry.

    Args:
        connection: a reading transaction.
        moment: where the answer stands; entries are of the first clock alone.
        each: a fact for each entry; otherwise one for all of a type, without positions.
        of_year: only of those recorded in this one; `None`: of all.
    """
    compiled, within = is_compiled(moment), _is_of(of_year)
    for origin, of_it in ((SUBMISSION, ~compiled), (COMPILATION, compiled)):
        found = list(_rows(connection, moment, and_(of_it, within), each=each))
        types = sorted({fact.code for _, fact in found if fact.code is not None})
        if not found and origin != SUBMISSION:
            continue
        for key in (None, *sorted({year for year, _ in found})):
            yield Slice(
                slot=Slot(
                    metric="entries",
                    dimension="total" if key is None else "year",
                    key=key,
                    origin=origin,
                ),
                codes=types,
                facts=[fact for year, fact in found if key in (None, year)],
                measured_in="entries",
            )


def _rows(
    connection: Connection, moment: Moment, chosen: ColumnElement[bool], *, each: bool
) -> Iterator[tuple[str, Fact]]:
    entry = entry_table.c
    year = func.substr(entry.recorded_at, 1, 4)
    of_it = (
        entry.generation == moment.generation,
        entry.position <= moment.position,
        chosen,
    )
    if each:
        columns = (year, entry.type, entry.position, entry.participant)
        for when, what, at, who in connection.execute(
            select(*columns).where(*of_it).order_by(entry.position)
        ):
            yield when, Fact(participant=who, item=what, code=what, positions=(at,))
        return
    counted = select(year, entry.type, func.count()).where(*of_it).group_by(year, entry.type)
    for when, what, count in connection.execute(counted):
        yield when, Fact(participant=None, item=what, code=what, count=count)


def _is_of(year: str | None) -> ColumnElement[bool]:
    return true() if year is None else func.substr(entry_table.c.recorded_at, 1, 4) == year


def is_compiled(moment: Moment) -> ColumnElement[bool]:
    """Give whether an entry carries an illustrative compilation, or is in the stream of one."""
    versions = select(report_version.c.position).where(
        report_version.c.generation == moment.generation,
        report_version.c.origin == COMPILATION,
    )
    plans = select(literal("plan-") + plan.c.plan_id).where(
        plan.c.generation == moment.generation, plan.c.origin == COMPILATION
    )
    entry = entry_table.c
    return or_(entry.position.in_(versions), entry.stream.in_(plans))


def _participants(connection: Connection, moment: Moment) -> Iterator[Slice]:
    """Look at everybody who ever signed, on the last day of each year up to the day asked for."""
    for year in range(opened_on().year, moment.effective_on.year + 1):
        day = min(date(year, 12, 31), moment.effective_on)
        facts = [
            Fact(
                participant=one.participant,
                item=None,
                code=one.standing,
                positions=one.positions,
                asserted_by="secretariat",
            )
            for one in list_signatories(connection, moment, on=day).values()
        ]
        named: dict[str, Any] = {"dimension": "year", "key": str(year)}
        yield Slice(
            slot=Slot(metric="participants", **named),
            codes=STANDINGS,
            facts=facts,
            measured_in="participants",
        )
