"""Questions on measures that carry out commitments: what open statements that stand say of them.

What is sealed is not looked into. A link is listed under the version that says it, as long as a
report still stands on it: its own, or one that renews it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from services.reporting.projections.reports import (
    postulate_statement,
    report_section,
    report_version,
)
from services.reporting.projections.sections import section_publication
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.parts import list_parts, list_words
from services.reporting.queries.record import Stated, compile_record
from services.reporting.queries.rows import ASSERTED_BY, Row, decoded, positions
from services.reporting.queries.versions import list_versions, with_renewed

Place: TypeAlias = tuple[str, int, str]
"""Report, version, and unit or section."""
Links: TypeAlias = Mapping[tuple[str, str], list[Row]]
"""By plan and commitment, in the order of report, version and unit."""

MOST_SOUGHT = 20
"""Plans that are searched for by name; with more of them everything that has links is read."""
_NAMES = (
    (postulate_statement, "unit"),
    (report_section, "section"),
    (section_publication, "part"),
)
"""Each table that has words of parts, revealed ones too, and the column that names a part."""


def list_links(
    connection: Connection, moment: Moment, *, plans: Collection[str] | None = None
) -> Links:
    """Give the measures that name commitments, of whatever participant and cycle.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        plans: only links to commitments of these plans.
    """
    places = _places(connection, moment, plans)
    standing = _standing(connection, moment, places) if places else {}
    words = list_words(connection, moment, {place[:2] for place in standing}) if standing else {}
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for place, stated in sorted(standing.items()):
        content = decoded(words[place[:2]][place[2]]["content"]) or {}
        for measure in content.get("measures", ()):
            for link in measure.get("commitments", ()):
                if plans is None or link["plan_id"] in plans:
                    key = link["plan_id"], link["commitment_id"]
                    found[key].append(_link(place, stated, measure))
    return found


def _places(connection: Connection, moment: Moment, plans: Collection[str] | None) -> set[Place]:
    """Find the parts whose text, open or revealed, has a link in it."""
    found: set[Place] = set()
    for table, name in _NAMES:
        has_links: ColumnElement[bool] = table.c.content.contains('"commitments":[{')
        if plans is not None and len(plans) <= MOST_SOUGHT:
            named = (table.c.content.contains(f'"plan_id":"{one}"') for one in plans)
            has_links = and_(has_links, or_(false(), *named))
        columns = (table.c.report_id, table.c.report_version, table.c[name])
        rows = connection.execute(select(*columns).where(known(table, moment), has_links))
        found |= {(row[0], row[1], row[2]) for row in rows}
    return found


def _standing(connection: Connection, moment: Moment, places: set[Place]) -> dict[Place, Stated]:
    """Keep the parts that stand on the day, in their own reports or in renewals of these."""
    reports = {report_id for report_id, _, _ in places}
    reports |= _renewing(connection, moment, reports)
    received = list_versions(connection, moment, report_version.c.report_id.in_(reports))
    versions = with_renewed(connection, moment, received)
    parts = list_parts(connection, moment, versions, with_sections=True)
    return {
        place: stated
        for report_id in received
        for place, stated in _stated(report_id, versions, parts)
        if place in places
    }


def _renewing(connection: Connection, moment: Moment, reports: Collection[str]) -> set[str]:
    """Find the reports in which something was declared to stand for one of these."""
    renewal = report_version.c
    chosen = select(renewal.report_id).where(
        known(report_version, moment), renewal.renews_report.in_(reports)
    )
    return set(connection.execute(chosen).scalars())


def _stated(report_id: str, versions: Any, parts: Any) -> Iterator[tuple[Place, Stated]]:
    record = compile_record(report_id, versions, parts)
    for name, stated in record.stated.items() if record else ():
        yield (stated.part["report_id"], stated.part["report_version"], name), stated


def _link(place: Place, stated: Stated, measure: Mapping[str, Any]) -> Row:
    report_id, report_version_number, unit = place
    said_by = stated.substance
    return {
        "participant": said_by.participant,
        "cycle_id": said_by.cycle_id,
        "report_id": report_id,
        "report_version": report_version_number,
        "unit": unit,
        "measure_id": measure["measure_id"],
        "implementation_status": measure.get("implementation_status"),
        "origin": said_by.origin,
        "positions": positions(stated.part["position"]),
        "asserted_by": ASSERTED_BY.get(said_by.origin, "system"),
    }
