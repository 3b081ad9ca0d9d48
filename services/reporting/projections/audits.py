"""Projections: what auditors saw, found and recommend on claims, and what was answered.

Nothing here says whether a response is awaited or a finding open: that hangs on the day.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String
from sqlalchemy.schema import SchemaItem

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.audits import (
    AssessedPassage,
    AuditAct,
    ClaimNamed,
    FindingClosed,
    FindingIssued,
    FindingResponded,
    ObservationRecorded,
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
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


def _recorded_columns() -> tuple[SchemaItem, ...]:
    return (
        # Version in the stream of the audit.
        Column("version", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("recorded_at", String(27), nullable=False),
        Column("participant", String(16), nullable=False),
        Column("cycle_id", String(20), nullable=False),
    )


def _claim_columns() -> tuple[SchemaItem, ...]:
    return (
        Column("mandate_id", String(64), nullable=False),
        Column("report_version", Integer, nullable=False),
        Column("digest", String(71), nullable=False),
        Column("unit", String(16), nullable=False),
        # NULL where the claim is the statement as a whole.
        Column("measure_id", String(64)),
    )


observation = bitemporal(
    "observation",
    ("report_id", "observation_id"),
    Column("report_id", String(40), nullable=False),
    Column("observation_id", String(64), nullable=False),
    *_recorded_columns(),
    *_claim_columns(),
    # examine | interview | test
    Column("method", String(16), nullable=False),
    Column("observed_on", Date, nullable=False),
    *passage_columns("observation"),
    Index("ix_observation_generation_participant", "generation", "participant"),
)
"""One row per observation."""

finding = bitemporal(
    "finding",
    ("report_id", "finding_id"),
    Column("report_id", String(40), nullable=False),
    Column("finding_id", String(64), nullable=False),
    *_recorded_columns(),
    *_claim_columns(),
    json_text("observations"),
    # The day by which a response is asked for.
    Column("respond_by", Date, nullable=False),
    # NULL where the finding is sealed.
    Column("assessment", String(32)),
    *passage_columns("finding"),
    # Of the closing; NULL until there is one.
    Column("closed_by", BigInteger),
    Column("closed_at", String(27)),
    Column("closing_mandate_id", String(64)),
    Column("outcome", String(32)),
    *passage_columns("closing", nullable=True),
    Index("ix_finding_generation_participant", "generation", "participant"),
)
"""One row per finding; closed, it goes on with its closing."""

recommendation = bitemporal(
    "recommendation",
    ("report_id", "recommendation_id"),
    Column("report_id", String(40), nullable=False),
    Column("recommendation_id", String(64), nullable=False),
    *_recorded_columns(),
    Column("finding_id", String(64), nullable=False),
    Column("mandate_id", String(64), nullable=False),
    Column("respond_by", Date, nullable=False),
    *passage_columns("recommendation"),
    Index("ix_recommendation_generation_participant", "generation", "participant"),
)
"""One row per recommendation."""

audit_response = bitemporal(
    "audit_response",
    ("report_id", "version"),
    Column("report_id", String(40), nullable=False),
    *_recorded_columns(),
    Column("finding_id", String(64), nullable=False),
    # NULL where the response is to the finding itself.
    Column("recommendation_id", String(64)),
    # accepted | noted
    Column("answer", String(16), nullable=False),
    *passage_columns("response"),
    Index("ix_audit_response_generation_participant", "generation", "participant"),
)
"""One row per response; the last one by the day is what the participant says."""

follow_up = bitemporal(
    "follow_up",
    ("report_id", "version"),
    Column("report_id", String(40), nullable=False),
    *_recorded_columns(),
    Column("finding_id", String(64), nullable=False),
    Column("recommendation_id", String(64), nullable=False),
    Column("mandate_id", String(64), nullable=False),
    # The day of which it speaks.
    Column("effective_on", Date, nullable=False),
    # not_started | in_progress | implemented | overtaken
    Column("status", String(32), nullable=False),
    *passage_columns("note"),
    Index("ix_follow_up_generation_participant", "generation", "participant"),
)
"""One row per follow-up, also of an earlier day than one before."""

NOT_CLOSED: Mapping[str, None] = {
    "closed_by": None,
    "closed_at": None,
    "closing_mandate_id": None,
    "outcome": None,
    **no_passage("closing"),
}
"""What a finding says of its end while none is recorded."""


def _recorded(entry: Entry, event: AuditAct) -> dict[str, Any]:
    return {
        "report_id": event.report_id,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "known_from": entry.position,
        "known_to": None,
    }


def _on_claim(entry: Entry, event: ClaimNamed) -> dict[str, Any]:
    return {
        **_recorded(entry, event),
        "mandate_id": event.mandate_id,
        "report_version": event.report_version,
        "digest": event.digest,
        "unit": event.unit,
        "measure_id": event.measure_id,
    }


def _observed(entry: Entry, event: ObservationRecorded) -> Statement:
    row = {
        **_on_claim(entry, event),
        "observation_id": event.observation_id,
        "method": event.method,
        "observed_on": as_day(event.observed_on),
        **passage_values("observation", event.observation),
    }
    return Insert(observation, row)


def _found(entry: Entry, event: FindingIssued) -> Statement:
    said = event.finding
    row = {
        **_on_claim(entry, event),
        "finding_id": event.finding_id,
        "observations": as_text(event.observations),
        "respond_by": as_day(event.respond_by),
        "assessment": said.assessment if isinstance(said, AssessedPassage) else None,
        **passage_values("finding", said),
        **NOT_CLOSED,
    }
    return Insert(finding, row)


def _closed(entry: Entry, event: FindingClosed) -> Statement:
    changes = {
        "closed_by": entry.position,
        "closed_at": entry.recorded_at,
        "closing_mandate_id": event.mandate_id,
        "outcome": event.outcome,
        **passage_values("closing", event.closing),
    }
    return Amend(finding, _finding_key(event), entry.position, changes)


def _recommended(entry: Entry, event: RecommendationIssued) -> Statement:
    row = {
        **_recorded(entry, event),
        "recommendation_id": event.recommendation_id,
        "finding_id": event.finding_id,
        "mandate_id": event.mandate_id,
        "respond_by": as_day(event.respond_by),
        **passage_values("recommendation", event.recommendation),
    }
    return Insert(recommendation, row)


def _responded(entry: Entry, event: FindingResponded | RecommendationResponded) -> Statement:
    row = {
        **_recorded(entry, event),
        "finding_id": event.finding_id,
        "recommendation_id": getattr(event, "recommendation_id", None),
        "answer": event.answer,
        **passage_values("response", event.response),
    }
    return Insert(audit_response, row)


def _followed_up(entry: Entry, event: RecommendationFollowedUp) -> Statement:
    row = {
        **_recorded(entry, event),
        "finding_id": event.finding_id,
        "recommendation_id": event.recommendation_id,
        "mandate_id": event.mandate_id,
        "effective_on": as_day(event.effective_on),
        "status": event.status,
        **passage_values("note", event.note),
    }
    return Insert(follow_up, row)


def _finding_key(event: Any) -> dict[str, Any]:
    return {"report_id": event.report_id, "finding_id": event.finding_id}


def _recommendation_key(event: Any) -> dict[str, Any]:
    return {"report_id": event.report_id, "recommendation_id": event.recommendation_id}


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ObservationRecorded():
            yield _observed(entry, event)
        case FindingIssued():
            yield _found(entry, event)
        case FindingResponded():
            yield Expect(finding, _finding_key(event), entry.position)
            yield _responded(entry, event)
        case FindingClosed():
            yield Expect(finding, _finding_key(event), entry.position)
            yield _closed(entry, event)
        case RecommendationIssued():
            yield Expect(finding, _finding_key(event), entry.position)
            yield _recommended(entry, event)
        case RecommendationResponded():
            yield Expect(recommendation, _recommendation_key(event), entry.position)
            yield _responded(entry, event)
        case RecommendationFollowedUp():
            yield Expect(recommendation, _recommendation_key(event), entry.position)
            yield _followed_up(entry, event)
        case _:
            pass


AUDITS = Projection(
    name="audits",
    version=1,
    tables=(observation, finding, recommendation, audit_response, follow_up),
    cares_about=frozenset(
        {
            ObservationRecorded,
            FindingIssued,
            FindingResponded,
            FindingClosed,
            RecommendationIssued,
            RecommendationResponded,
            RecommendationFollowedUp,
        }
    ),
    on=_on,
)
