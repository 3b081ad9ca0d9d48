"""Questions on availability: for which participants, cycles and units there is anything to show."""

from collections.abc import Iterator

from sqlalchemy import Connection, RowMapping

from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import cycle_rows
from services.reporting.queries.overview import overview
from services.reporting.queries.record import Record
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.statements import cells, edition_of


def list_availability(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    cycle_id: str | None = None,
) -> Listed:
    """List each participant and cycle of which a report stands, with the units it speaks of.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only this one.
        cycle_id: only this cycle; of one that is not known there is nothing.
    """
    rows = [
        row
        for cycle in cycle_rows(connection, moment)
        if cycle_id in (None, cycle["cycle_id"])
        for row in _of_cycle(connection, moment, cycle, participant)
    ]
    filters = {
        "participants": sorted({row["participant"] for row in rows}),
        "cycles": sorted({row["cycle_id"] for row in rows}),
        "units": list(dict.fromkeys(unit for row in rows for unit in row["units"])),
        "origins": sorted({row["origin"] for row in rows}),
    }
    keyed = [(f"{row['participant']} {row['cycle_id']}", row) for row in rows]
    return cut(keyed, page, filters=filters)


def _of_cycle(
    connection: Connection, moment: Moment, cycle: RowMapping, participant: str | None
) -> Iterator[Row]:
    seen = overview(connection, moment, cycle, participant=participant)
    for code, record in seen.records.items():
        yield _row(cycle, code, record)


def _row(cycle: RowMapping, code: str, record: Record) -> Row:
    under = cells(edition_of(cycle), record)
    stated = {unit: cell for unit, cell in under.items() if cell["stated"]}
    return {
        "participant": code,
        "cycle_id": cycle["cycle_id"],
        "origin": record.latest.origin,
        "report_id": record.report_id,
        "report_version": record.latest.number,
        "units": [unit for unit, cell in stated.items() if not cell["restricted"]],
        "restricted_units": [unit for unit, cell in stated.items() if cell["restricted"]],
        "positions": positions(
            record.latest.position, *(at for cell in stated.values() for at in cell["positions"])
        ),
        "asserted_by": "system",
    }
