"""Questions on obligations: who is to report for a cycle by when, and whether it has."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from contracts.authority.policy import Resource
from services.reporting.queries.actions import action_rows
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import cycle_rows, get_cycle_row, is_closed
from services.reporting.queries.due import extension_row, reminder_row
from services.reporting.queries.methodology import timeliness as timeliness_of
from services.reporting.queries.obligation_actions import obligation_actions
from services.reporting.queries.overview import Overview, obligation_stream, overview
from services.reporting.queries.owing import Asked, list_owed
from services.reporting.queries.participation import Signatory
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.statements import ages


def list_obligations(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    cycle_id: str | None = None,
    participant: str | None = None,
    timeliness: str | None = None,
) -> Listed:
    """List who is to report, by cycle and code; the possible stand among the certain, marked.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        cycle_id: only this cycle.
        participant: only this participant.
        timeliness: only rows that stand so in time.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    cycles = (
        [get_cycle_row(connection, moment, cycle_id)]
        if cycle_id is not None
        else cycle_rows(connection, moment)
    )
    found: dict[str, Asked] = {}
    rows: list[tuple[str, Row]] = []
    for cycle in cycles:
        seen = overview(connection, moment, cycle, participant=participant, depth="arrivals")
        for key, row in _rows(seen, moment):
            if timeliness in (None, row["timeliness"]):
                rows.append((key, {**row, "key": key}))
                found[key] = seen, row["participant"]
    return _with_actions(connection, moment, cut(rows, page), found)


def _with_actions(
    connection: Connection, moment: Moment, listed: Listed, found: Mapping[str, Asked]
) -> Listed:
    """Say of the rows of one page what may be done next."""
    owed = list_owed(connection, moment, [found[row.pop("key")] for row in listed.rows])
    rows = []
    for row, one in zip(listed.rows, owed, strict=True):
        on = Resource(participant=one.participant, cycle_id=one.cycle["cycle_id"])
        rows.append({**row, "actions": action_rows(obligation_actions(one), moment.reader, on)})
    return replace(listed, rows=rows)


def obligation(seen: Overview, moment: Moment, code: str) -> Row | None:
    """Give what a participant owes for a cycle; `None` where it is not expected to report."""
    signatory = seen.expected.get(code)
    return _row(seen, moment, signatory) if signatory else None


def _rows(seen: Overview, moment: Moment) -> Iterator[tuple[str, Row]]:
    for code, signatory in seen.expected.items():
        yield f"{seen.cycle['cycle_id']} {code}", _row(seen, moment, signatory)


def _row(seen: Overview, moment: Moment, signatory: Signatory) -> Row:
    record = seen.submission(signatory.participant)
    first = record.first if record else None
    spoken = (record.first, record.latest, *record.documents[-1:]) if record else ()
    cycle, due = seen.cycle, seen.due(signatory.participant)
    withdrawal = seen.withdrawal(signatory.participant)
    sent = seen.reminders.get(signatory.participant, ())
    stream = obligation_stream(signatory.participant, cycle["cycle_id"])
    return {
        "participant": signatory.participant,
        "cycle_id": cycle["cycle_id"],
        "expectation": signatory.standing,
        "reference_day": seen.reference_day,
        "opens_on": cycle["opens_on"],
        "cycle_due_on": cycle["due_on"],
        "due_on": due.due_on,
        "on_time_until": due.on_time_until,
        "extension": extension_row(due.extension),
        "time_zone": cycle["time_zone"],
        "timeliness": timeliness_of(cycle, due, first, moment.effective_on),
        "received_on": first.received_on if first else None,
        "report_id": first.report_id if first else None,
        **ages(record, moment.effective_on),
        "reminders": [reminder_row(one) for one in sent],
        "cycle_closed": is_closed(cycle, moment.effective_on),
        "cycle_closed_on": cycle["closed_on"],
        "methodology_version": seen.method.version,
        "positions": positions(
            *signatory.positions,
            cycle["position"],
            due.extension["position"] if due.extension else None,
            *(one.position for one in spoken),
            withdrawal.position if withdrawal else None,
        ),
        "asserted_by": "system",
        "stream": stream,
        "version": seen.streams.get(stream, 0),
    }
