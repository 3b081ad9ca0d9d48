"""Projections: needs for assistance, offers of it, and what was brought together.

Whether a need is unmet hangs on the day, and is for queries.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.assistance import (
    AssistanceConcluded,
    AssistanceMatched,
    AssistanceOffered,
    AssistanceRequested,
)
from services.reporting.projections.base import (
    Amend,
    Expect,
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    json_text,
)
from services.reporting.projections.passages import no_passage, passage_columns, passage_values

assistance = bitemporal(
    "assistance",
    ("assistance_id",),
    Column("assistance_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    # need | offer
    Column("kind", String(16), nullable=False),
    Column("effective_on", Date, nullable=False),
    # NULL where it is open.
    Column("stands_to", Date),
    Column("unit", String(16), nullable=False),
    Column("pillar", String(8), nullable=False),
    Column("assistance_type", String(32), nullable=False),
    json_text("languages"),
    *passage_columns("said"),
    # Of a conclusion: the last day, how it ended, and where that was recorded.
    Column("concluded_on", Date),
    Column("outcome", String(32)),
    Column("concluded_at", BigInteger),
    *passage_columns("conclusion", nullable=True),
    Index("ix_assistance_generation_participant", "generation", "participant"),
)
"""One row per need and per offer; a conclusion amends it."""

assistance_match = bitemporal(
    "assistance_match",
    ("assistance_id", "version"),
    # The need.
    Column("assistance_id", String(64), nullable=False),
    # Version in the need's stream.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("offer_id", String(64), nullable=False),
    Column("provider", String(16), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("reference", Text, nullable=False),
    Index("ix_assistance_match_generation_participant", "generation", "participant"),
)
"""One row per match."""


def _recorded(entry: Entry, event: Any) -> dict[str, Any]:
    return {
        "assistance_id": event.assistance_id,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "participant": event.participant,
        "effective_on": as_day(event.effective_on),
        "known_from": entry.position,
        "known_to": None,
    }


def _stated(entry: Entry, event: AssistanceRequested | AssistanceOffered) -> Statement:
    is_need = isinstance(event, AssistanceRequested)
    said = event.request if isinstance(event, AssistanceRequested) else event.offer
    row = {
        **_recorded(entry, event),
        "kind": "need" if is_need else "offer",
        "stands_to": as_day(event.stands_to),
        "unit": event.unit,
        "pillar": event.pillar,
        "assistance_type": event.assistance_type,
        "languages": as_text(event.languages),
        **passage_values("said", said),
        "concluded_on": None,
        "outcome": None,
        "concluded_at": None,
        **no_passage("conclusion"),
    }
    return Insert(assistance, row)


def _matched(entry: Entry, event: AssistanceMatched) -> Statement:
    row = {
        **_recorded(entry, event),
        "offer_id": event.offer_id,
        "provider": event.provider,
        "reference": event.reference,
    }
    return Insert(assistance_match, row)


def _concluded(entry: Entry, event: AssistanceConcluded) -> Statement:
    changes = {
        "concluded_on": as_day(event.effective_on),
        "outcome": event.outcome,
        "concluded_at": entry.position,
        **passage_values("conclusion", event.conclusion),
    }
    return Amend(assistance, {"assistance_id": event.assistance_id}, entry.position, changes)


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case AssistanceRequested() | AssistanceOffered():
            yield _stated(entry, event)
        case AssistanceMatched():
            # The offer is another participant's, whose entries may be held back: it is not looked
            # for, and a match without it is shown by its names.
            key = {"assistance_id": event.assistance_id}
            yield Expect(assistance, key, entry.position)
            yield _matched(entry, event)
        case AssistanceConcluded():
            key = {"assistance_id": event.assistance_id}
            yield Expect(assistance, key, entry.position)
            yield _concluded(entry, event)
        case _:
            pass


ASSISTANCE = Projection(
    name="assistance",
    version=1,
    tables=(assistance, assistance_match),
    cares_about=frozenset(
        {AssistanceRequested, AssistanceOffered, AssistanceMatched, AssistanceConcluded}
    ),
    on=_on,
)
