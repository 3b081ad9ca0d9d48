"""When a report is due: the cycle's day, or the last extension's; and what was reminded of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from services.reporting.projections.obligations import extension, reminder
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.rows import Row, decoded, positions

Extensions: TypeAlias = Mapping[tuple[str, str], RowMapping]
"""By cycle and participant: the extension that holds. Whoever has none is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Until when one participant's report for a cycle is on time."""

    due_on: date
    """The day that holds."""
    on_time_until: date
    """That day and the days of grace."""
    cycle_on_time_until: date
    """The same without an extension."""
    extension: RowMapping | None


def due_of(cycle: Mapping[Any, Any], extended: RowMapping | None) -> Due:
    """Give the day that holds for one participant.

    Args:
        cycle: with `due_on`, `grace_days`, `on_time_until`.
        extended: row of the extension that holds; `None` if none was granted.
    """
    if extended is None:
        until = cycle["on_time_until"]
        return Due(
            due_on=cycle["due_on"], on_time_until=until, cycle_on_time_until=until, extension=None
        )
    return Due(
        due_on=extended["due_on"],
        on_time_until=extended["due_on"] + timedelta(days=cycle["grace_days"]),
        cycle_on_time_until=cycle["on_time_until"],
        extension=extended,
    )


def list_extensions(
    connection: Connection,
    moment: Moment,
    cycles: Collection[str],
    *,
    participant: str | None = None,
) -> Extensions:
    """Give the extensions that hold, as known at the moment.

    An extension moves the due day as such: once it is known, it holds whichever day is asked for.
    """
    chosen: list[ColumnElement[bool]] = [extension.c.cycle_id.in_(cycles)]
    if participant is not None:
        chosen.append(extension.c.participant == participant)
    rows = connection.execute(
        select(extension).where(known(extension, moment), *chosen).order_by(extension.c.version)
    )
    return {(row["cycle_id"], row["participant"]): row for row in rows.mappings()}


def list_reminders(
    connection: Connection, moment: Moment, cycle_id: str, *, participant: str | None = None
) -> dict[str, list[RowMapping]]:
    """Give the reminders sent by the day, oldest first, by participant."""
    chosen = [reminder.c.cycle_id == cycle_id]
    if participant is not None:
        chosen.append(reminder.c.participant == participant)
    rows = connection.execute(
        select(reminder)
        .where(known(reminder, moment), reminder.c.sent_on <= moment.effective_on, *chosen)
        .order_by(reminder.c.sent_on, reminder.c.version)
    )
    found: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in rows.mappings():
        found[row["participant"]].append(row)
    return dict(found)


def extension_row(extended: RowMapping | None) -> Row | None:
    """Give what was granted; `None` where nothing was."""
    if extended is None:
        return None
    return {
        "due_on": extended["due_on"],
        "received_on": extended["received_on"],
        "reason": decoded(extended["reason"]),
        "reference": extended["reference"],
        "recorded_at": extended["recorded_at"],
        "positions": positions(extended["position"]),
        "asserted_by": "secretariat",
    }


def reminder_row(sent: RowMapping) -> Row:
    """Give what was sent, and how; to whom is not known here."""
    return {
        "reminder": sent["reminder"],
        "due_on": sent["due_on"],
        "sent_on": sent["sent_on"],
        "channel": sent["channel"],
        "recorded_at": sent["recorded_at"],
        "positions": positions(sent["position"]),
        "asserted_by": "secretariat",
    }
