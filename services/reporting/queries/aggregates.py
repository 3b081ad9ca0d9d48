"""Questions on aggregates: every one is slices of facts, listed and explained in the same way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlalchemy import Connection

from services.kit.errors import Malformed, NotFound
from services.reporting.queries import (
    assistance_needs,
    balance,
    distributions,
    members,
    outlook,
    pillar_balance,
    practices,
    trajectory,
    years,
)
from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import (
    COMPILATION,
    Slice,
    Slot,
    explained,
    figures,
    resting_on,
    whole,
)
from services.reporting.queries.rows import Listed, Page, Row, cut
from services.reporting.queries.tracing import list_entries, traced

Sliced: TypeAlias = Callable[[Connection, Moment, str | None], Iterator[Slice]]
OneByOne: TypeAlias = Callable[[Connection, Moment, Slot], Iterator[Slice]]

MOST_EXPLAINED = 20_000
"""Facts of which one answer tells: some twelve megabytes."""

METHODOLOGY = "aggregates"
METHODOLOGY_VERSION = "1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One aggregate: what its facts are, and by which method they are counted."""

    name: str
    slices: Sliced
    one_by_one: OneByOne | None = None
    """What a slot is of with a fact for each thing, where listing counts in the database."""
    among: OneByOne | None = None
    """Slices among which a slot is, where fewer are looked at for it than for all."""
    is_of_a_cycle: bool = True
    methodology: str = METHODOLOGY
    methodology_version: str = METHODOLOGY_VERSION


AGGREGATES: Mapping[str, Aggregate] = {
    one.name: one
    for one in (
        Aggregate(name="postulates", slices=distributions.by_unit),
        Aggregate(name="pillars", slices=distributions.by_pillar),
        Aggregate(name="regions", slices=distributions.by_group),
        Aggregate(name="organisations", slices=distributions.by_organisation),
        Aggregate(name="members", slices=members.by_organisation),
        Aggregate(name="good-practices", slices=practices.by_unit),
        Aggregate(
            name="timeline",
            slices=years.by_year,
            one_by_one=years.one_by_one,
            is_of_a_cycle=False,
        ),
        Aggregate(
            name="trajectory",
            slices=trajectory.by_cycle,
            is_of_a_cycle=False,
            methodology=outlook.METHODOLOGY,
            methodology_version=outlook.METHODOLOGY_VERSION,
        ),
        Aggregate(
            name="assistance",
            slices=assistance_needs.by_pillar_and_group,
            is_of_a_cycle=False,
            methodology=assistance_needs.METHODOLOGY,
            methodology_version=assistance_needs.METHODOLOGY_VERSION,
        ),
        Aggregate(name="matrix", slices=distributions.by_participant),
        Aggregate(
            name="pillar-balance",
            slices=balance.by_pillar,
            among=balance.of_whom,
            methodology=pillar_balance.METHODOLOGY,
            methodology_version=pillar_balance.METHODOLOGY_VERSION,
        ),
    )
}
"""All that are explained here; the last three are listed with rows of their own."""


class TooMuchToExplain(Malformed):
    """The figure counts more than one answer tells of; `/v1/changes` lists entries by the page."""

    code = "too-much-to-explain"
    title = "The figure counts more than is explained at once; ask for a year, or page by page."


def list_aggregate(
    connection: Connection, moment: Moment, page: Page, *, name: str, cycle_id: str | None = None
) -> Listed:
    """List the figures of an aggregate in its own order, which is never that of values.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        name: of the aggregate.
        cycle_id: of which cycle, where it is of one.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    aggregate = AGGREGATES[name]
    slices = list(aggregate.slices(connection, moment, cycle_id))
    rows = [row for one in slices for row in rows_of(name, moment, one)]
    compiled = {
        fact.participant
        for one in slices
        if one.slot.origin == COMPILATION
        for fact in one.facts
        if fact.participant is not None
    }
    keyed = [(f"{number:07}", row) for number, row in enumerate(rows)]
    return cut(keyed, page, illustrative=len(compiled))


def rows_of(name: str, moment: Moment, one: Slice) -> list[Row]:
    """Give the figures of one slice of an aggregate, as its list has them."""
    return [_named(AGGREGATES[name], moment, one.slot, row) for row in figures(one)]


def explain_figure(
    connection: Connection,
    moment: Moment,
    *,
    name: str,
    slot: Slot,
    code: str | None = None,
    most: int = MOST_EXPLAINED,
) -> Row:
    """Give a figure of an aggregate with every fact behind it, and the entries these rest on.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        name: of the aggregate.
        slot: what the figure is of.
        code: of the figure; `None`: everything in the slot.
        most: facts that it may rest on.

    Raises:
        NotFound: no such cycle, or no such figure, as known at the moment.
        TooMuchToExplain: it rests on more.
    """
    aggregate = AGGREGATES[name]
    found = _in(slot, _among(connection, moment, aggregate, slot))
    if found is None or code not in (None, *found.codes):
        raise NotFound
    if (counted := sum(fact.count for fact in found.facts)) > most:
        raise TooMuchToExplain(f"expected a figure that counts at most {most}, it is {counted}")
    if aggregate.one_by_one is not None:
        each = _in(slot, aggregate.one_by_one(connection, moment, slot))
        found = replace(found, facts=each.facts if each else ())
    rows = [whole(found)] if code is None else figures(found)
    (figure,) = (row for row in rows if row["code"] == code)
    return {
        "figure": _named(aggregate, moment, slot, figure),
        **explained(found, code),
        "entries": list_entries(connection, moment, resting_on(found.facts)),
        "asserted_by": "system",
    }


def _among(
    connection: Connection, moment: Moment, aggregate: Aggregate, slot: Slot
) -> Iterator[Slice]:
    if aggregate.among is not None:
        return aggregate.among(connection, moment, slot)
    return aggregate.slices(connection, moment, slot.cycle_id)


def _in(slot: Slot, slices: Iterator[Slice]) -> Slice | None:
    return next((one for one in slices if one.slot == slot), None)


def _named(aggregate: Aggregate, moment: Moment, slot: Slot, row: Row) -> Row:
    """Say by which method a figure is counted, and where it is explained."""
    return {
        "aggregate": aggregate.name,
        **row,
        "methodology": aggregate.methodology,
        "methodology_version": aggregate.methodology_version,
        "explained_at": traced(moment, aggregate.name, slot, row["code"]),
    }
