"""Questions on unmet needs: by pillar and regional group, by version 1.0.0 of the method."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from contracts.codelists import code_list
from services.reporting.queries.as_of import Moment
from services.reporting.queries.assistance import STANDING, Stated, list_stated
from services.reporting.queries.participants import NO_GROUP, group_of
from services.reporting.queries.pillars import pillars_of_every_edition
from services.reporting.queries.rows import Listed, Page, Row, cut, positions

METHODOLOGY = "assistance-needs"
METHODOLOGY_VERSION = "1.0.0"

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
    rows = [row for metric in METRICS for row in _rows(metric, standing)]
    return cut([(f"{number:06}", row) for number, row in enumerate(rows)], page)


def _rows(metric: str, standing: Sequence[Stated]) -> Iterator[Row]:
    counted = [one for one in standing if METRICS[metric](one)]
    yield _figure(metric, counted, counted, pillar=None, group=None)
    for pillar in _pillars(standing):
        for group in (*code_list("un-regional-group"), NO_GROUP):
            cell = [
                one
                for one in counted
                if (one.row["pillar"], group_of(one.row["participant"])) == (pillar, group)
            ]
            yield _figure(metric, cell, counted, pillar=pillar, group=group)


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
        "value": len(cell),
        "total": len(whole),
        "participants": len({one.row["participant"] for one in cell}),
        "restricted": sum(one.row["said_visibility"] != "public" for one in cell),
        "methodology": METHODOLOGY,
        "methodology_version": METHODOLOGY_VERSION,
        "positions": positions(
            *(one.row["position"] for one in cell),
            *(match["position"] for one in cell for match in one.matches),
        ),
        "asserted_by": "system" if metric == "needs_unmet" else "participant",
    }
