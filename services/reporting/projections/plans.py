"""Projections: national and regional plans."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.plans import PlanRegistered
from services.reporting.projections.base import (
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    json_text,
    sources_text,
    text_by_language,
)

plan = bitemporal(
    "plan",
    ("plan_id",),
    Column("plan_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("version", Integer, nullable=False),
    Column("participant", String(16), nullable=False),
    # national | regional
    Column("scope", String(16), nullable=False),
    text_by_language("title"),
    Column("adopted_on", Date),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date),
    json_text("pillars"),
    json_text("postulates"),
    Column("lead_body", Text),
    Column("monitoring_body", Text),
    Column("reference", Text),
    # submission | illustrative_compilation
    Column("origin", String(32), nullable=False),
    json_text("sources"),
    Index("ix_plan_generation_participant", "generation", "participant"),
)
"""One row per registered plan."""


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case PlanRegistered():
            yield Insert(
                plan,
                {
                    "plan_id": event.plan_id,
                    "position": entry.position,
                    "recorded_at": entry.recorded_at,
                    "version": entry.version,
                    "participant": event.participant,
                    "scope": event.scope,
                    "title": as_text(event.title),
                    "adopted_on": as_day(event.adopted_on),
                    "period_from": as_day(event.period_from),
                    "period_to": as_day(event.period_to),
                    "pillars": as_text(event.pillars),
                    "postulates": as_text(event.postulates),
                    "lead_body": event.lead_body,
                    "monitoring_body": event.monitoring_body,
                    "reference": event.reference,
                    "origin": event.origin,
                    "sources": sources_text(event.sources),
                    "known_from": entry.position,
                    "known_to": None,
                },
            )
        case _:
            pass


PLANS = Projection(
    name="plans",
    version=1,
    tables=(plan,),
    cares_about=frozenset({PlanRegistered}),
    on=_on,
)
