"""The versions of reports received by the day, and whether they were withdrawn by then."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from services.reporting.projections.cycles import cycle
from services.reporting.projections.reports import report_version, report_withdrawal
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
    "renews_digest",
)
"""Columns that say what a version is, without its document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A participant took back what it had filed for a cycle."""

    report_version: int
    """The latest version then; those before it are withdrawn as well."""
    position: int
    recorded_at: str
    withdrawn_on: date
    """Day of `recorded_at` in the cycle's time zone."""
    reason: str
    """Language map as text."""


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
    withdrawn: Withdrawal | None = None
    """By which it was withdrawn; the first, where there are several."""

    @property
    def digest(self) -> str:
        """Give what acts on it are bound to: of a renewal, the digest that it renews."""
        return str(self.row["digest"] or self.row["renews_digest"])

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
    withdrawals = _list_withdrawals(connection, moment, found)
    return {
        report_id: [_withdrawn(version, withdrawals.get(report_id, ())) for version in versions]
        for report_id, versions in found.items()
    }


def _withdrawn(version: Version, withdrawals: Sequence[Withdrawal]) -> Version:
    by = next((one for one in withdrawals if version.number <= one.report_version), None)
    return version if by is None else replace(version, withdrawn=by)


def _list_withdrawals(
    connection: Connection, moment: Moment, reports: Collection[str]
) -> dict[str, list[Withdrawal]]:
    """Give the withdrawals by the day, oldest first, by report."""
    if not reports:
        return {}
    withdrawal = report_withdrawal.c
    rows = connection.execute(
        select(report_withdrawal, cycle.c.time_zone)
        .join(cycle, cycle.c.cycle_id == withdrawal.cycle_id)
        .where(
            known(report_withdrawal, moment),
            known(cycle, moment),
            withdrawal.report_id.in_(list(reports)),
        )
        .order_by(withdrawal.report_id, withdrawal.version)
    )
    found: defaultdict[str, list[Withdrawal]] = defaultdict(list)
    for row in rows.mappings():
        day = day_received(row["recorded_at"], row["time_zone"])
        if day <= moment.effective_on:
            found[row["report_id"]].append(
                Withdrawal(
                    report_version=row["report_version"],
                    position=row["position"],
                    recorded_at=row["recorded_at"],
                    withdrawn_on=day,
                    reason=row["reason"],
                )
            )
    return found


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
