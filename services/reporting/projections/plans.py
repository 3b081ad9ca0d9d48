"""Projections: national and regional plans, as registered, as revised, and how they ended."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.plans import PlanConcluded, PlanRegistered, PlanRevised
from services.reporting.projections.base import (
    Amend,
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
    # Of a conclusion: the plan's last day, how it ended, and where that was recorded.
    Column("concluded_on", Date),
    # One of completed, discontinued, replaced.
    Column("outcome", String(16)),
    Column("replaced_by", String(64)),
    text_by_language("summary", nullable=True),
    json_text("conclusion_sources", nullable=True),
    Column("concluded_at", BigInteger),
    Index("ix_plan_generation_participant", "generation", "participant"),
)
"""One row per registered plan, as it was registered; a conclusion amends it."""

plan_revision = bitemporal(
    "plan_revision",
    ("plan_id", "version"),
    Column("plan_id", String(64), nullable=False),
    # Version in the plan's stream.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    # The day from which the plan is described so.
    Column("effective_on", Date, nullable=False),
    text_by_language("title"),
    Column("adopted_on", Date),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date),
    json_text("pillars"),
    json_text("postulates"),
    Column("lead_body", Text),
    Column("monitoring_body", Text),
    Column("reference", Text),
    text_by_language("reason"),
    json_text("sources"),
)
"""One row per revision: what describes the plan from its day until another one does."""


def _described(event: PlanRegistered | PlanRevised) -> dict[str, Any]:
    """Give what a registration and a revision both say of a plan."""
    return {
        "title": as_text(event.title),
        "adopted_on": as_day(event.adopted_on),
        "period_from": as_day(event.period_from),
        "period_to": as_day(event.period_to),
        "pillars": as_text(event.pillars),
        "postulates": as_text(event.postulates),
        "lead_body": event.lead_body,
        "monitoring_body": event.monitoring_body,
        "reference": event.reference,
        "sources": sources_text(event.sources),
    }


def _recorded(entry: Entry, event: PlanRegistered | PlanRevised) -> dict[str, Any]:
    return {
        "plan_id": event.plan_id,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "version": entry.version,
        "participant": event.participant,
        "known_from": entry.position,
        "known_to": None,
    }


NOT_CONCLUDED = {
    "concluded_on": None,
    "outcome": None,
    "replaced_by": None,
    "summary": None,
    "conclusion_sources": None,
    "concluded_at": None,
}
"""What a plan says of its end while none is recorded."""


def _concluded(entry: Entry, event: PlanConcluded) -> dict[str, Any]:
    return {
        "concluded_on": as_day(event.effective_on),
        "outcome": event.outcome,
        "replaced_by": event.replaced_by,
        "summary": None if event.summary is None else as_text(event.summary),
        "conclusion_sources": sources_text(event.sources),
        "concluded_at": entry.position,
    }


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case PlanRegistered():
            row = {**_recorded(entry, event), **_described(event), **NOT_CONCLUDED}
            yield Insert(plan, {**row, "scope": event.scope, "origin": event.origin})
        case PlanRevised():
            row = {**_recorded(entry, event), **_described(event)}
            row |= {"effective_on": as_day(event.effective_on), "reason": as_text(event.reason)}
            yield Insert(plan_revision, row)
        case PlanConcluded():
            key = {"plan_id": event.plan_id}
            yield Amend(plan, key, entry.position, _concluded(entry, event))
        case _:
            pass


PLANS = Projection(
    name="plans",
    version=2,
    tables=(plan, plan_revision),
    cares_about=frozenset({PlanRegistered, PlanRevised, PlanConcluded}),
    on=_on,
)
