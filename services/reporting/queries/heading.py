"""What every answer on one report begins with: whose it is, what is owed, what stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from contracts.instrument import Edition
from services.reporting.queries.as_of import Moment, missing
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.obligations import obligation
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.participants import group_of, names
from services.reporting.queries.record import Record
from services.reporting.queries.review import withdrawal_row
from services.reporting.queries.rows import ASSERTED_BY, Row, decoded, positions
from services.reporting.queries.statements import ages, edition_of
from services.reporting.queries.streams import stream_versions
from services.reporting.queries.versions import Version

STREAM = "report-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one question on a report looks at."""

    report_id: str
    record: Record | None
    """Without its words; `spoken` adds them."""
    versions: tuple[Version, ...]
    """All received, oldest first, withdrawn ones too."""
    carriers: Mapping[tuple[str, int], Version]
    """Every version looked at, also of the reports renewed, by report and number."""
    seen: Overview
    instrument: Edition
    heading: Row


def look(connection: Connection, moment: Moment, code: str, cycle_id: str) -> Looked:
    """Look at one participant's report for one cycle.

    Raises:
        NotFound: no such participant, or no such cycle, as known at the moment.
        Unavailable: all that was recorded of the participant is held back.
    """
    cycle = get_cycle_row(connection, moment, cycle_id)
    seen = overview(connection, moment, cycle, participant=code, depth="parts")
    record = seen.records.get(code)
    named = names(connection, moment, code)
    versions = seen.received(code)
    if code not in named and not versions:
        raise missing(moment, code)
    report_id = f"{code}-{cycle_id}"
    stream = STREAM + report_id
    instrument = edition_of(cycle)
    heading = {
        "report_id": report_id,
        "participant": code,
        "name": named.get(code, {}),
        "regional_group": group_of(code),
        "cycle_id": cycle_id,
        "cycle_title": decoded(cycle["title"]),
        "instrument": _instrument(instrument),
        "stream": stream,
        "version": stream_versions(connection, moment, [stream]).get(stream, 0),
        "obligation": obligation(seen, moment, code),
        "is_withdrawn": seen.withdrawal(code) is not None,
        "withdrawal": withdrawal_row(seen.withdrawal(code)),
        **_standing(record, moment),
    }
    return Looked(
        report_id=report_id,
        record=record,
        versions=versions,
        carriers={
            (one.report_id, one.number): one for found in seen.versions.values() for one in found
        },
        seen=seen,
        instrument=instrument,
        heading=heading,
    )


def _instrument(instrument: Edition) -> Row:
    """Say where the texts of the postulates come from: they are not the Code's own."""
    return {
        "instrument": instrument.instrument,
        "edition": instrument.version,
        "text_source": instrument.text_source,
        "text_status": instrument.text_status,
    }


def _standing(record: Record | None, moment: Moment) -> Row:
    """Say what stands: the act that came last, and the substance, which may be older."""
    latest = record.latest if record else None
    substance = record.documents[-1] if record and record.documents else None
    return {
        "origin": latest.origin if latest else None,
        "report_version": latest.number if latest else None,
        **ages(record, moment.effective_on),
        "positions": positions(
            latest.position if latest else None, substance.position if substance else None
        ),
        "asserted_by": ASSERTED_BY.get(latest.origin, "system") if latest else "system",
    }
