"""Questions on the matrix: participants by reporting units of one cycle, in codes."""

from datetime import date

from sqlalchemy import Connection

from contracts.instrument import Edition
from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import COMPILATION, SUBMISSION, Slot
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.distributions import METRIC
from services.reporting.queries.obligations import obligation
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.participants import group_of, names
from services.reporting.queries.record import Record
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.statements import cells, edition_of
from services.reporting.queries.tracing import traced


def list_matrix(connection: Connection, moment: Moment, page: Page, *, cycle_id: str) -> Listed:
    """List, by code, everybody expected to report and everybody there is a report on.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    seen = overview(connection, moment, get_cycle_row(connection, moment, cycle_id))
    instrument = edition_of(seen.cycle)
    named = names(connection, moment)
    codes = sorted({*seen.expected, *seen.records})
    rows = [(code, _row(seen, moment, code, named.get(code, {}), instrument)) for code in codes]
    return cut(rows, page, units=list(instrument.units), instrument_edition=instrument.version)


def _row(
    seen: Overview, moment: Moment, code: str, name: dict[str, str], instrument: Edition
) -> Row:
    record = seen.records.get(code)
    owed = obligation(seen, moment, code)
    under = cells(instrument, record)
    return {
        "participant": code,
        "name": name,
        "regional_group": group_of(code),
        "cycle_id": seen.cycle["cycle_id"],
        "expectation": owed["expectation"] if owed else None,
        "timeliness": owed["timeliness"] if owed else None,
        "report_id": record.report_id if record else None,
        "report_version": record.latest.number if record else None,
        "origin": record.latest.origin if record else None,
        "received_on": record.latest.received_on if record else None,
        "substance_received_on": _substance(record),
        "cells": under,
        "positions": positions(
            *(owed["positions"] if owed else ()),
            *(at for cell in under.values() for at in cell["positions"]),
        ),
        "explained_at": traced(
            moment,
            "matrix",
            Slot(
                metric=METRIC,
                dimension="participant",
                key=code,
                cycle_id=seen.cycle["cycle_id"],
                origin=COMPILATION if record and not record.is_submission else SUBMISSION,
            ),
        ),
        "asserted_by": "system",
    }


def _substance(record: Record | None) -> date | None:
    """Give the day of the newest document, which is older than the act where nothing is new."""
    return record.documents[-1].received_on if record and record.documents else None
