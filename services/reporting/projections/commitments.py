"""Projections: what is promised in plans, the steps on the way, and how far it is."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.plans import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
)
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

commitment = bitemporal(
    "commitment",
    ("plan_id", "commitment_id"),
    Column("plan_id", String(64), nullable=False),
    Column("commitment_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # Version of the declaration in the plan's stream.
    Column("version", Integer, nullable=False),
    Column("participant", String(16), nullable=False),
    # The day from which it stands.
    Column("effective_on", Date, nullable=False),
    text_by_language("title"),
    text_by_language("description", nullable=True),
    json_text("pillars"),
    json_text("postulates"),
    Column("lead_body", Text),
    Column("target_on", Date, nullable=False),
    json_text("sources"),
    # Of a withdrawal: the day from which it no longer stands, why, and where that was recorded.
    Column("withdrawn_on", Date),
    text_by_language("withdrawal_reason", nullable=True),
    Column("withdrawn_at", BigInteger),
    Index("ix_commitment_generation_participant", "generation", "participant"),
)
"""One row per commitment; a withdrawal amends it. Whether it is done or late hangs on the day."""

commitment_milestone = bitemporal(
    "commitment_milestone",
    ("plan_id", "commitment_id", "milestone_id"),
    Column("plan_id", String(64), nullable=False),
    Column("commitment_id", String(64), nullable=False),
    Column("milestone_id", String(64), nullable=False),
    # Its place in the declaration, from 1.
    Column("place", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("participant", String(16), nullable=False),
    text_by_language("title"),
    Column("target_on", Date, nullable=False),
    # As the report recorded last says; NULL while none does.
    Column("reached_on", Date),
    Column("reached_at", BigInteger),
)
"""One row per step; a report that names it as reached amends it."""

commitment_progress = bitemporal(
    "commitment_progress",
    ("plan_id", "version"),
    Column("plan_id", String(64), nullable=False),
    # Version in the plan's stream.
    Column("version", Integer, nullable=False),
    Column("commitment_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    # The day of which it speaks.
    Column("effective_on", Date, nullable=False),
    Column("implementation_status", String(32), nullable=False),
    json_text("milestones_reached"),
    text_by_language("note", nullable=True),
    json_text("sources"),
)
"""One row per report of progress, also of an earlier day than one before."""


def _recorded(
    entry: Entry, event: CommitmentDeclared | CommitmentProgressReported
) -> dict[str, Any]:
    return {
        "plan_id": event.plan_id,
        "commitment_id": event.commitment_id,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "version": entry.version,
        "participant": event.participant,
        "effective_on": as_day(event.effective_on),
        "sources": sources_text(event.sources),
        "known_from": entry.position,
        "known_to": None,
    }


def _declared(entry: Entry, event: CommitmentDeclared) -> Iterator[Statement]:
    yield Insert(
        commitment,
        {
            **_recorded(entry, event),
            "title": as_text(event.title),
            "description": None if event.description is None else as_text(event.description),
            "pillars": as_text(event.pillars),
            "postulates": as_text(event.postulates),
            "lead_body": event.lead_body,
            "target_on": as_day(event.target_on),
            "withdrawn_on": None,
            "withdrawal_reason": None,
            "withdrawn_at": None,
        },
    )
    for place, step in enumerate(event.milestones, start=1):
        yield Insert(
            commitment_milestone,
            {
                "plan_id": event.plan_id,
                "commitment_id": event.commitment_id,
                "milestone_id": step.milestone_id,
                "place": place,
                "position": entry.position,
                "participant": event.participant,
                "title": as_text(step.title),
                "target_on": as_day(step.target_on),
                "reached_on": None,
                "reached_at": None,
                "known_from": entry.position,
                "known_to": None,
            },
        )


def _progressed(entry: Entry, event: CommitmentProgressReported) -> Iterator[Statement]:
    reached = [
        {"milestone_id": one.milestone_id, "reached_on": as_day(one.reached_on)}
        for one in event.milestones_reached
    ]
    yield Insert(
        commitment_progress,
        {
            **_recorded(entry, event),
            "implementation_status": event.implementation_status,
            "milestones_reached": as_text(reached),
            "note": None if event.note is None else as_text(event.note),
        },
    )
    for one in reached:
        key = {
            "plan_id": event.plan_id,
            "commitment_id": event.commitment_id,
            "milestone_id": one["milestone_id"],
        }
        changes = {"reached_on": one["reached_on"], "reached_at": entry.position}
        yield Amend(commitment_milestone, key, entry.position, changes)


def _withdrawn(entry: Entry, event: CommitmentWithdrawn) -> Statement:
    return Amend(
        commitment,
        {"plan_id": event.plan_id, "commitment_id": event.commitment_id},
        entry.position,
        {
            "withdrawn_on": as_day(event.effective_on),
            "withdrawal_reason": as_text(event.reason),
            "withdrawn_at": entry.position,
        },
    )


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case CommitmentDeclared():
            yield from _declared(entry, event)
        case CommitmentProgressReported():
            yield from _progressed(entry, event)
        case CommitmentWithdrawn():
            yield _withdrawn(entry, event)
        case _:
            pass


COMMITMENTS = Projection(
    name="commitments",
    version=1,
    tables=(commitment, commitment_milestone, commitment_progress),
    cares_about=frozenset({CommitmentDeclared, CommitmentProgressReported, CommitmentWithdrawn}),
    on=_on,
)
