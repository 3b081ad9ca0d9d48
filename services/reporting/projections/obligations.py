"""Projections: what was granted to one participant for a cycle, and what it was reminded of.

Nothing here says that a report is late: that hangs on the day, and is for queries.
"""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Date, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import ExtensionGranted, RegistryEvent, ReminderSent
from services.reporting.projections.base import (
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    text_by_language,
)

extension = bitemporal(
    "extension",
    ("cycle_id", "participant", "version"),
    Column("cycle_id", String(20), nullable=False),
    Column("participant", String(16), nullable=False),
    # Version in the obligation's stream; the highest of an obligation's rows is the one that holds.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("received_on", Date, nullable=False),
    text_by_language("reason"),
    Column("reference", Text, nullable=False),
)
"""One row per extension."""

reminder = bitemporal(
    "reminder",
    ("cycle_id", "participant", "version"),
    Column("cycle_id", String(20), nullable=False),
    Column("participant", String(16), nullable=False),
    # Version in the obligation's stream.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # One of `before_due`, `due`, `after_due`.
    Column("reminder", String(16), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("channel", String(16), nullable=False),
)
"""One row per reminder; never to whom it went."""


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ExtensionGranted():
            yield Insert(
                extension,
                {
                    **_heading(entry, event),
                    "due_on": as_day(event.due_on),
                    "received_on": as_day(event.received_on),
                    "reason": as_text(event.reason),
                    "reference": event.reference,
                },
            )
        case ReminderSent():
            yield Insert(
                reminder,
                {
                    **_heading(entry, event),
                    "reminder": event.reminder,
                    "due_on": as_day(event.due_on),
                    "sent_on": as_day(event.sent_on),
                    "channel": event.channel,
                },
            )
        case _:
            pass


def _heading(entry: Entry, event: ExtensionGranted | ReminderSent) -> dict[str, object]:
    """Give what every row of an obligation begins with."""
    return {
        "cycle_id": event.cycle_id,
        "participant": event.participant,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "known_from": entry.position,
        "known_to": None,
    }


OBLIGATIONS = Projection(
    name="obligations",
    version=1,
    tables=(extension, reminder),
    cares_about=frozenset[type[RegistryEvent]]((ExtensionGranted, ReminderSent)),
    on=_on,
)
