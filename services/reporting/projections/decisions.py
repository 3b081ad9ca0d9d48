"""Projections: the review of versions: taken up, asked about, decided. No endorsement."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, String

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.reviews import (
    AcceptanceRevoked,
    ClarificationProvided,
    ClarificationRequested,
    Decision,
    ReportAccepted,
    ReportReturned,
    ReviewOpened,
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

review_decision = bitemporal(
    "review_decision",
    ("report_id", "version"),
    Column("report_id", String(40), nullable=False),
    # Version in the report's stream.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("report_version", Integer, nullable=False),
    # Either `returned`, `accepted` or `acceptance_revoked`.
    Column("decision", String(32), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
    # JSON array of units that the reasons speak of; the reasons stay sealed.
    json_text("units"),
    Column("reasons_seal", String(64)),
)
"""One row per decision."""

review_opening = bitemporal(
    "review_opening",
    ("report_id", "version"),
    Column("report_id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("report_version", Integer, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
)
"""One row per version that was taken up."""

clarification = bitemporal(
    "clarification",
    ("report_id", "clarification_id"),
    Column("report_id", String(40), nullable=False),
    Column("clarification_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("report_version", Integer, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
    # JSON array of the parts asked about; questions and answers stay sealed.
    json_text("units"),
    Column("due_on", Date),
    Column("questions_seal", String(64), nullable=False),
    # Of the answer; NULL until there is one.
    Column("answered_by", BigInteger),
    Column("answered_at", String(27)),
    json_text("answered_units", nullable=True),
    Column("answers_seal", String(64)),
)
"""One row per question; answered, it goes on with its answer."""


def _on_version(entry: Entry, event: Decision) -> dict[str, Any]:
    return {
        "report_id": event.report_id,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "report_version": event.report_version,
        "digest": event.digest,
        "ruleset_version": event.ruleset_version,
        "known_from": entry.position,
        "known_to": None,
    }


def _decision(
    entry: Entry,
    event: ReportReturned | ReportAccepted | AcceptanceRevoked,
    decision: str,
    units: tuple[str, ...],
    reasons_seal: str | None,
) -> Insert:
    row = _on_version(entry, event)
    row |= {"decision": decision, "units": as_text(units), "reasons_seal": reasons_seal}
    return Insert(review_decision, row)


def _on_decision(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ReportReturned():
            yield _decision(entry, event, "returned", event.units, event.reasons.sealed)
        case ReportAccepted():
            yield _decision(entry, event, "accepted", (), None)
        case AcceptanceRevoked():
            seal = event.reasons.sealed
            yield _decision(entry, event, "acceptance_revoked", event.units, seal)
        case _:
            pass


def _on_review(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ReviewOpened():
            yield Insert(review_opening, _on_version(entry, event))
        case ClarificationRequested():
            row = _on_version(entry, event)
            row |= {
                "clarification_id": event.clarification_id,
                "units": as_text(event.units),
                "due_on": as_day(event.due_on),
                "questions_seal": event.questions.sealed,
                "answered_by": None,
                "answered_at": None,
                "answered_units": None,
                "answers_seal": None,
            }
            yield Insert(clarification, row)
        case ClarificationProvided():
            key = {"report_id": event.report_id, "clarification_id": event.clarification_id}
            yield Expect(clarification, key, entry.position)
            answer = {
                "answered_by": entry.position,
                "answered_at": entry.recorded_at,
                "answered_units": as_text(event.units),
                "answers_seal": event.answers.sealed,
            }
            yield Amend(clarification, key, entry.position, answer)
        case _:
            pass


DECISIONS = Projection(
    name="decisions",
    version=2,
    tables=(review_decision,),
    cares_about=frozenset({ReportReturned, ReportAccepted, AcceptanceRevoked}),
    on=_on_decision,
)

REVIEWS = Projection(
    name="reviews",
    version=1,
    tables=(review_opening, clarification),
    cares_about=frozenset({ReviewOpened, ClarificationRequested, ClarificationProvided}),
    on=_on_review,
)
