"""Projections: reporting cycles and what governs them."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Date, Integer, String

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.cycles import CycleClosed, CycleOpened
from services.reporting.projections.base import (
    Amend,
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    json_text,
    text_by_language,
)

cycle = bitemporal(
    "cycle",
    ("cycle_id",),
    Column("cycle_id", String(20), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("version", Integer, nullable=False),
    text_by_language("title"),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("grace_days", Integer, nullable=False),
    # due_on + grace_days: the last day in `time_zone` on which a report is on time.
    Column("on_time_until", Date, nullable=False),
    # IANA name.
    Column("time_zone", String(64), nullable=False),
    # JSON array of kinds: which participants are expected to report.
    json_text("participant_kinds"),
    Column("template_version", String(32), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
    Column("methodology_version", String(32), nullable=False),
    Column("instrument_edition", String(32), nullable=False),
    # Last day on which a report was received; this and the next are NULL while it is not closed.
    Column("closed_on", Date),
    text_by_language("closing_note", nullable=True),
    Column("closed_at_position", BigInteger),
    Column("closed_recorded_at", String(27)),
)
"""One row per cycle; its closing closes the row and opens one that says so."""


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case CycleOpened():
            yield Insert(
                cycle,
                {
                    "cycle_id": event.cycle_id,
                    "position": entry.position,
                    "recorded_at": entry.recorded_at,
                    "version": entry.version,
                    "title": as_text(event.title),
                    "period_from": as_day(event.period_from),
                    "period_to": as_day(event.period_to),
                    "opens_on": as_day(event.opens_on),
                    "due_on": as_day(event.due_on),
                    "grace_days": event.grace_days,
                    "on_time_until": as_day(event.due_on + timedelta(days=event.grace_days)),
                    "time_zone": event.time_zone,
                    "participant_kinds": as_text(event.participant_kinds),
                    "template_version": event.template_version,
                    "ruleset_version": event.ruleset_version,
                    "methodology_version": event.methodology_version,
                    "instrument_edition": event.instrument_edition,
                    "closed_on": None,
                    "closing_note": None,
                    "closed_at_position": None,
                    "closed_recorded_at": None,
                    "known_from": entry.position,
                    "known_to": None,
                },
            )
        case CycleClosed():
            changes = {
                "version": entry.version,
                "closed_on": as_day(event.effective_on),
                "closing_note": None if event.note is None else as_text(event.note),
                "closed_at_position": entry.position,
                "closed_recorded_at": entry.recorded_at,
            }
            yield Amend(cycle, {"cycle_id": event.cycle_id}, entry.position, changes)
        case _:
            pass


CYCLES = Projection(
    name="cycles",
    version=2,
    tables=(cycle,),
    cares_about=frozenset({CycleOpened, CycleClosed}),
    on=_on,
)
