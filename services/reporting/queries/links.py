"""Questions on measures that carry out commitments: what readable parts that stand say of them.

A link is listed under the version that says it, as long as a report still stands on it and the
part is shown on the day. Where that is by a renewal, the link names it: the report that says it
may be withdrawn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection, RowMapping, or_, select

from services.reporting.projections.links import measure_link
from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.parts import list_parts
from services.reporting.queries.record import Stated, compile_record
from services.reporting.queries.rows import ASSERTED_BY, Row, some_at_a_time
from services.reporting.queries.statements import renewal
from services.reporting.queries.versions import list_versions, with_renewed

Place: TypeAlias = tuple[str, int, str]
"""Report, version, and unit or section."""
Links: TypeAlias = Mapping[tuple[str, str], list[Row]]
"""By plan and commitment, in the order of report, version and unit."""

NO_LINKS: Links = {}


def list_links(
    connection: Connection, moment: Moment, *, plans: Collection[str] | None = None
) -> Links:
    """Give the measures that name commitments, of whatever participant and cycle.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        plans: only links to commitments of these plans; `None`: of all.
    """
    rows = _rows(connection, moment, plans)
    standing = standing_parts(connection, moment, rows) if rows else {}
    found: defaultdict[tuple[str, str], dict[tuple[Place, str], Row]] = defaultdict(dict)
    for row in rows:
        place: Place = (row["report_id"], row["report_version"], row["part"])
        stated = standing.get(place)
        if stated is not None and stated.is_open:
            named = found[row["plan_id"], row["commitment_id"]]
            measure = {name: row[name] for name in ("measure_id", "implementation_status")}
            link = named_by(row, stated, moment.effective_on, **measure)
            named.setdefault((place, row["measure_id"]), link)
    return {key: list(named.values()) for key, named in found.items()}


def _rows(
    connection: Connection, moment: Moment, plans: Collection[str] | None
) -> list[RowMapping]:
    link = measure_link.c
    statement = (
        select(measure_link)
        .where(known(measure_link, moment))
        .order_by(link.report_id, link.report_version, link.part, link.version, link.place)
    )
    asked = [statement]
    if plans is not None:
        asked = [statement.where(link.plan_id.in_(some)) for some in some_at_a_time(plans)]
    found = [row for one in asked for row in connection.execute(one).mappings()]
    # By code points, whatever the collation of the database.
    return sorted(found, key=lambda row: (row["report_id"], row["report_version"], row["part"]))


def standing_parts(
    connection: Connection, moment: Moment, rows: Collection[RowMapping]
) -> dict[Place, Stated]:
    """Give the parts that stand on the day, in their own reports or renewed in later ones.

    A report that was withdrawn may stand in one that had renewed it before.
    """
    version = report_version.c
    reports = {row["report_id"] for row in rows}
    theirs = version.participant.in_({row["participant"] for row in rows})
    named = or_(version.report_id.in_(reports), version.renews_report.in_(reports))
    received = list_versions(connection, moment, theirs, named)
    versions = with_renewed(connection, moment, received)
    parts = list_parts(connection, moment, versions, with_sections=True)
    found: dict[Place, Stated] = {}
    for report_id in sorted(received, key=lambda one: one not in reports):
        for place, stated in _stated(report_id, versions, parts):
            found.setdefault(place, stated)
    return found


def _stated(report_id: str, versions: Any, parts: Any) -> Iterator[tuple[Place, Stated]]:
    record = compile_record(report_id, versions, parts)
    for name, stated in record.stated.items() if record else ():
        yield (stated.part["report_id"], stated.part["report_version"], name), stated


def named_by(row: RowMapping, stated: Stated, day: date, **said: Any) -> Row:
    """Say which part of which report names something, what it says of it, and what renewed that.

    Args:
        row: the link.
        stated: the part that stands.
        day: on which the age of a renewal is told.
        said: what more the link says.
    """
    said_by = stated.substance
    return {
        "participant": said_by.participant,
        "cycle_id": said_by.cycle_id,
        "report_id": row["report_id"],
        "report_version": row["report_version"],
        "unit": row["part"],
        **said,
        "origin": said_by.origin,
        "renewed_by": renewal(stated, day),
        "positions": list(stated.rests_on),
        "asserted_by": ASSERTED_BY.get(said_by.origin, "system"),
    }
