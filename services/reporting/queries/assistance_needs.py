"""Questions on unmet needs: by pillar and regional group, by version 1.0.0 of the method."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from contracts.codelists import code_list
from services.reporting.queries.as_of import Moment
from services.reporting.queries.assistance import STANDING, Stated, list_stated
from services.reporting.queries.counting import Fact, Slice, Slot
from services.reporting.queries.participants import NO_GROUP, group_of
from services.reporting.queries.pillars import pillars_of_every_edition
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.tracing import traced

METHODOLOGY = "assistance-needs"
METHODOLOGY_VERSION = "1.0.0"
COUNTED, ELSEWHERE = "counted", "elsewhere"
"""What a fact is counted under: it is in the part, or in another one."""

METRICS: Mapping[str, Callable[[Stated], bool]] = {
    "needs": lambda one: one.row["kind"] == "need",
    "needs_unmet": lambda one: one.row["kind"] == "need" and one.state == "open",
    "offers": lambda one: one.row["kind"] == "offer",
}
"""What each metric counts, of what stands on the day."""


def list_needs(connection: Connection, moment: Moment, page: Page) -> Listed:
    """Count what stands on the day: of each metric in all, then by pillar and regional group.

    The parts add up to the whole: each need and offer has one pillar, and whoever states it one
    group, or none.
    """
    standing = [one for one in list_stated(connection, moment) if one.state in STANDING]
    rows = [row for metric in METRICS for row in _rows(moment, metric, standing)]
    return cut([(f"{number:06}", row) for number, row in enumerate(rows)], page)


def by_pillar_and_group(
    connection: Connection, moment: Moment, _cycle_id: str | None
) -> Iterator[Slice]:
    """Give the same as slices of facts: what is in a part, and what is elsewhere."""
    standing = [one for one in list_stated(connection, moment) if one.state in STANDING]
    for metric in METRICS:
        facts = {id(one): _facts(one, metric) for one in standing}
        for pillar, group, cell, whole in _parted(metric, standing):
            within = set(map(id, cell))
            yield Slice(
                slot=_slot(metric, pillar, group),
                codes=(COUNTED,),
                facts=[facts[id(one)][id(one) not in within] for one in whole],
                measured_in=_unit(metric),
            )


def list_unmet(connection: Connection, moment: Moment) -> list[Fact]:
    """Give a fact for each need that stands on the day and is matched with no offer."""
    metric = "needs_unmet"
    found = (one for one in list_stated(connection, moment) if METRICS[metric](one))
    return [_facts(one, metric)[0] for one in found]


def _parted(
    metric: str, standing: Sequence[Stated]
) -> Iterator[tuple[str | None, str | None, Sequence[Stated], Sequence[Stated]]]:
    """Give pillar, group, what is in that part, and the whole; first the whole itself."""
    counted = [one for one in standing if METRICS[metric](one)]
    yield None, None, counted, counted
    cells: defaultdict[tuple[str, str], list[Stated]] = defaultdict(list)
    for one in counted:
        cells[one.row["pillar"], group_of(one.row["participant"])].append(one)
    for pillar in _pillars(standing):
        for group in (*code_list("un-regional-group"), NO_GROUP):
            yield pillar, group, cells[pillar, group], counted


def _rows(moment: Moment, metric: str, standing: Sequence[Stated]) -> Iterator[Row]:
    for pillar, group, cell, whole in _parted(metric, standing):
        row = _figure(metric, cell, whole, pillar=pillar, group=group)
        link = traced(moment, "assistance", _slot(metric, pillar, group), COUNTED)
        yield {**row, "explained_at": link}


def _slot(metric: str, pillar: str | None, group: str | None) -> Slot:
    if pillar is None:
        return Slot(metric=metric, dimension="total", key=None)
    return Slot(metric=metric, dimension="pillar_and_group", key=f"{pillar}.{group}")


def _facts(one: Stated, metric: str) -> tuple[Fact, Fact]:
    """Give what it is where it is counted, and what in every other part."""
    counted = Fact(
        participant=one.row["participant"],
        item=one.row["assistance_id"],
        code=COUNTED,
        is_restricted=_is_sealed(one),
        positions=_resting_on(one),
        asserted_by=_voice(metric),
    )
    return counted, replace(counted, code=ELSEWHERE, is_restricted=False)


def _is_sealed(one: Stated) -> bool:
    return bool(one.row["said_visibility"] != "public")


def _unit(metric: str) -> str:
    return "offers" if metric == "offers" else "needs"


def _voice(metric: str) -> str:
    return "system" if metric == "needs_unmet" else "participant"


def _resting_on(one: Stated) -> tuple[int, ...]:
    return tuple(positions(one.row["position"], *(match["position"] for match in one.matches)))


def _pillars(standing: Sequence[Stated]) -> list[str]:
    """Give the pillars of the instrument in its order, and others that somebody names."""
    ordered = pillars_of_every_edition()
    return [*ordered, *sorted({one.row["pillar"] for one in standing}.difference(ordered))]


def _figure(
    metric: str,
    cell: Sequence[Stated],
    whole: Sequence[Stated],
    *,
    pillar: str | None,
    group: str | None,
) -> Row:
    return {
        "metric": metric,
        "pillar": pillar,
        "regional_group": group,
        "value": str(len(cell)),
        "measured_in": _unit(metric),
        "numerator": len(cell),
        "denominator": len(whole),
        "participants": len({one.row["participant"] for one in cell}),
        "restricted": sum(_is_sealed(one) for one in cell),
        "methodology": METHODOLOGY,
        "methodology_version": METHODOLOGY_VERSION,
        "positions": positions(*(at for one in cell for at in _resting_on(one))),
        "asserted_by": _voice(metric),
    }
