"""What the versions of reports say, part by part; words only of the versions that stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, select, tuple_

from services.reporting.projections.reports import postulate_statement, report_section
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.reader import Reader
from services.reporting.queries.record import Part, Parts, Record
from services.reporting.queries.seen import as_seen
from services.reporting.queries.shown import as_shown, list_acts_of_showing

_HEADING = ("report_id", "report_version", "position", "restricted", "visibility", "seal")
_FIGURES = ("changed", "implementation_status", "measure_count")
_TABLES = (
    (postulate_statement, "unit", (*_HEADING, "unit", *_FIGURES)),
    (report_section, "section", (*_HEADING, "section")),
)
"""Each table of parts, the column that names a part, and all columns but its words."""


def list_parts(
    connection: Connection, moment: Moment, reports: Iterable[str], *, with_sections: bool
) -> Parts:
    """Give what each version of some reports says, in codes and counts.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        reports: ids of the reports.
        with_sections: parts E and F too; else the reporting units alone.
    """
    wanted = list(reports)
    found: defaultdict[tuple[str, int], dict[str, Part]] = defaultdict(dict)
    for table, name, columns in _TABLES if with_sections else _TABLES[:1]:
        chosen = [table.c[column] for column in columns]
        for row in _rows(connection, moment, table, chosen, table.c.report_id.in_(wanted)):
            found[row["report_id"], row["report_version"]][row[name]] = row
    return _as_shown(connection, moment, found, with_words=False)


def _as_shown(connection: Connection, moment: Moment, parts: Parts, *, with_words: bool) -> Parts:
    """Put upon the parts what their participants said on showing them."""
    reports = {report_id for report_id, _ in parts}
    acts = list_acts_of_showing(connection, moment, reports, with_words=with_words)
    if not acts:
        return parts
    return {
        (report_id, number): {
            name: as_shown(part, acts.get((report_id, number, name), ()))
            for name, part in own.items()
        }
        for (report_id, number), own in parts.items()
    }


def list_words(
    connection: Connection,
    moment: Moment,
    versions: Collection[tuple[str, int]],
    *,
    only: str | None = None,
    reader: Reader | None = None,
) -> Parts:
    """Give the whole parts of some versions.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        versions: report and version of each.
        only: this unit or section; `None` gives all.
        reader: is shown what was disclosed to this one, and everything sealed here is asked for;
            `None`, as in every figure: what everybody is shown.
    """
    found: defaultdict[tuple[str, int], dict[str, Part]] = defaultdict(dict)
    for table, name, _ in _TABLES:
        wanted = tuple_(table.c.report_id, table.c.report_version).in_(list(versions))
        which = wanted if only is None else and_(wanted, table.c[name] == only)
        for row in _rows(connection, moment, table, list(table.c), which):
            found[row["report_id"], row["report_version"]][row[name]] = row
    shown = _as_shown(connection, moment, found, with_words=True)
    return shown if reader is None else _as_seen(reader, found, shown)


def _as_seen(reader: Reader, parts: Parts, shown: Parts) -> Parts:
    """Put what was disclosed to a reader in place of what is not shown to everybody.

    Args:
        reader: who is signed in.
        parts: as filed: with the visibility in the marker of what is sealed.
        shown: the same, as they are shown to everybody.
    """
    return {
        place: {name: as_seen(reader, name, parts[place][name], part) for name, part in own.items()}
        for place, own in shown.items()
    }


def spoken(
    connection: Connection, moment: Moment, record: Record | None, *, only: str | None = None
) -> Record | None:
    """Give a record with the words of what stands in it.

    A statement can be a megabyte and have many versions: only those that stand are read.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        record: compiled without words.
        only: keep this unit or section alone.
    """
    if record is None:
        return None
    stated = {name: one for name, one in record.stated.items() if only in (None, name)}
    said_by = {(one.part["report_id"], one.part["report_version"]) for one in stated.values()}
    words = (
        list_words(connection, moment, said_by, only=only, reader=moment.reader) if said_by else {}
    )
    return replace(
        record,
        stated={
            name: replace(one, part=words[one.part["report_id"], one.part["report_version"]][name])
            for name, one in stated.items()
        },
    )


def _rows(
    connection: Connection,
    moment: Moment,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    chosen: ColumnElement[bool],
) -> Iterator[RowMapping]:
    statement = select(*columns).where(known(table, moment), chosen)
    yield from connection.execute(statement).mappings()
