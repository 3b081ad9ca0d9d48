"""The versions of reports received by the day, and what was decided on each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from services.reporting.projections.cycles import cycle
from services.reporting.projections.decisions import review_decision
from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.due import Due, due_of, list_extensions

HEADER = (
    "report_id",
    "report_version",
    "position",
    "recorded_at",
    "version",
    "participant",
    "cycle_id",
    "origin",
    "act",
    "form",
    "supersedes",
    "digest",
    "renews_report",
    "renews_version",
)
"""Columns that say what a version is, without its document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a report as it was received."""

    report_id: str
    number: int
    participant: str
    cycle_id: str
    position: int
    received_on: date
    """Day of `recorded_at` in the cycle's time zone."""
    on_time_until: date
    """Last day on which this participant's report is on time, with an extension that holds."""
    extended_at: int | None
    """Position of that extension; `None` if none was granted."""
    origin: str
    form: str
    """`full`, `update` or `nothing_new`."""
    renews: tuple[str, int] | None
    """Report and version that a declaration of nothing new stands for."""
    row: RowMapping
    """The columns of `HEADER`."""

    @property
    def is_on_time(self) -> bool:
        """Say whether it was received by the due day that holds and the days of grace."""
        return self.received_on <= self.on_time_until


def list_versions(
    connection: Connection, moment: Moment, *chosen: ColumnElement[bool]
) -> dict[str, list[Version]]:
    """Give the versions received by the day, oldest first, by report.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        chosen: conditions on `report_version`.
    """
    header = (report_version.c[name] for name in HEADER)
    rows = connection.execute(
        select(
            *header,
            cycle.c.time_zone,
            cycle.c.due_on,
            cycle.c.grace_days,
            cycle.c.on_time_until,
        )
        .join(cycle, cycle.c.cycle_id == report_version.c.cycle_id)
        .where(known(report_version, moment), known(cycle, moment), *chosen)
        .order_by(report_version.c.report_id, report_version.c.report_version)
    )
    headers = rows.mappings().all()
    cycles = {row["cycle_id"] for row in headers}
    extensions = list_extensions(connection, moment, cycles) if cycles else {}
    found: defaultdict[str, list[Version]] = defaultdict(list)
    for row in headers:
        extended = extensions.get((row["cycle_id"], row["participant"]))
        version = _version(row, due_of(row, extended))
        if version.received_on <= moment.effective_on:
            found[version.report_id].append(version)
    return dict(found)


def with_renewed(
    connection: Connection, moment: Moment, versions: dict[str, list[Version]]
) -> dict[str, list[Version]]:
    """Add the reports, of whatever cycle, that declarations of nothing new stand for."""
    everything = dict(versions)
    while missing := _renewed(everything) - everything.keys():
        chosen = report_version.c.report_id.in_(missing)
        found = list_versions(connection, moment, chosen)
        everything |= {report_id: found.get(report_id, []) for report_id in missing}
    return everything


def day_received(recorded_at: str, time_zone: str) -> date:
    """Give the day of an instant in a cycle's time zone."""
    return datetime.fromisoformat(recorded_at).astimezone(ZoneInfo(time_zone)).date()


def list_decisions(
    connection: Connection, moment: Moment, reports: Collection[str]
) -> dict[str, list[RowMapping]]:
    """Give what was decided by the day, oldest first, by report."""
    decision = review_decision.c
    rows = connection.execute(
        select(review_decision, cycle.c.time_zone)
        .join(cycle, cycle.c.cycle_id == decision.cycle_id)
        .where(
            known(review_decision, moment),
            known(cycle, moment),
            decision.report_id.in_(reports),
        )
        .order_by(decision.report_id, decision.version)
    )
    found: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in rows.mappings():
        if day_received(row["recorded_at"], row["time_zone"]) <= moment.effective_on:
            found[row["report_id"]].append(row)
    return dict(found)


def _version(row: RowMapping, due: Due) -> Version:
    return Version(
        report_id=row["report_id"],
        number=row["report_version"],
        participant=row["participant"],
        cycle_id=row["cycle_id"],
        position=row["position"],
        received_on=day_received(row["recorded_at"], row["time_zone"]),
        on_time_until=due.on_time_until,
        extended_at=due.extension["position"] if due.extension else None,
        origin=row["origin"],
        form=row["form"],
        renews=_renews(row),
        row=row,
    )


def _renews(row: Any) -> tuple[str, int] | None:
    if row["renews_report"] is None:
        return None
    return str(row["renews_report"]), int(row["renews_version"])


def _renewed(versions: dict[str, list[Version]]) -> set[str]:
    return {one.renews[0] for found in versions.values() for one in found if one.renews}
