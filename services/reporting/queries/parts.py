"""What the versions of reports say, part by part."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from services.reporting.projections.reports import postulate_statement, report_section
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.record import Part, Parts

_FIGURES = (
    "report_id",
    "report_version",
    "unit",
    "position",
    "restricted",
    "visibility",
    "changed",
    "implementation_status",
    "measure_count",
)
"""Columns of a statement that figures need: everything but its words."""


def list_parts(
    connection: Connection, moment: Moment, reports: Iterable[str], *, with_words: bool
) -> Parts:
    """Give what each version of some reports says.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        reports: ids of the reports.
        with_words: the whole rows, and parts E and F too; else codes and counts by unit.
    """
    found: defaultdict[tuple[str, int], dict[str, Part]] = defaultdict(dict)
    wanted = list(reports)
    for table, name in ((postulate_statement, "unit"), (report_section, "section")):
        if not with_words and table is report_section:
            continue
        columns = list(table.c) if with_words else [table.c[column] for column in _FIGURES]
        for row in _rows(connection, moment, table, columns, wanted):
            found[row["report_id"], row["report_version"]][row[name]] = row
    return found


def _rows(
    connection: Connection,
    moment: Moment,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    reports: list[str],
) -> Iterable[Part]:
    of_these = table.c.report_id.in_(reports)
    return connection.execute(select(*columns).where(known(table, moment), of_these)).mappings()
