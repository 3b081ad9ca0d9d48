"""Questions on cycles: the periods for which participants report."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from contracts.authority.policy import Resource
from services.kit.errors import NotFound
from services.reporting.projections.cycles import cycle
from services.reporting.queries.actions import Action, action_rows
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.publications import Published, governing, published
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions


def list_cycles(connection: Connection, moment: Moment, page: Page) -> Listed:
    """List the cycles, by id."""
    official = published(connection, moment)
    rows = cycle_rows(connection, moment)
    return cut([(row["cycle_id"], _row(row, official, moment)) for row in rows], page)


def cycle_rows(connection: Connection, moment: Moment) -> list[RowMapping]:
    """Give every cycle known at the moment, as it stands in the table."""
    rows = connection.execute(select(cycle).where(known(cycle, moment)))
    return list(rows.mappings())


def get_cycle_row(connection: Connection, moment: Moment, cycle_id: str) -> RowMapping:
    """Give one cycle as it stands in the table.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    found = connection.execute(
        select(cycle).where(known(cycle, moment), cycle.c.cycle_id == cycle_id)
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound
    return row


def phase(row: RowMapping, day: date) -> str:
    """Say where it stands on a day: `not_open`, `open`, `grace`, `after_due` or `closed`."""
    if is_closed(row, day):
        return "closed"
    if day < row["opens_on"]:
        return "not_open"
    if day <= row["due_on"]:
        return "open"
    return "grace" if day <= row["on_time_until"] else "after_due"


def is_closed(row: Mapping[Any, Any], day: date) -> bool:
    """Say whether a cycle takes no reports any more on a day."""
    last: date | None = row["closed_on"]
    return last is not None and day > last


def _closing(row: RowMapping) -> Row | None:
    if row["closed_on"] is None:
        return None
    return {
        "effective_on": row["closed_on"],
        "note": decoded(row["closing_note"]),
        "recorded_at": row["closed_recorded_at"],
        "positions": positions(row["closed_at_position"]),
        "asserted_by": "secretariat",
    }


def _close(row: RowMapping) -> Action:
    """Say whether the cycle can be closed: once, on a day for the secretariat to choose."""
    last: date | None = row["closed_on"]
    return Action(
        rel="close",
        method="POST",
        href=f"/v1/cycles/{row['cycle_id']}/acts",
        by="secretariat",
        reason=f"The cycle was closed already; its last day is {last}." if last else None,
    )


def _row(row: RowMapping, official: Published, moment: Moment) -> Row:
    return {
        "cycle_id": row["cycle_id"],
        "title": decoded(row["title"]),
        "period_from": row["period_from"],
        "period_to": row["period_to"],
        "opens_on": row["opens_on"],
        "due_on": row["due_on"],
        "grace_days": row["grace_days"],
        "on_time_until": row["on_time_until"],
        "time_zone": row["time_zone"],
        "phase": phase(row, moment.effective_on),
        "participant_kinds": decoded(row["participant_kinds"]),
        "template_version": row["template_version"],
        "ruleset_version": row["ruleset_version"],
        "methodology_version": row["methodology_version"],
        "instrument_edition": row["instrument_edition"],
        "governing": governing(row, official),
        "closing": _closing(row),
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"], row["closed_at_position"]),
        "asserted_by": "secretariat",
        "actions": action_rows([_close(row)], moment.reader, Resource(cycle_id=row["cycle_id"])),
        "stream": f"cycle-{row['cycle_id']}",
        "version": row["version"],
    }
