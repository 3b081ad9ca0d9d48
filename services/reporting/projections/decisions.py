"""Projections: what the secretariat decided on a version. Acceptance is not endorsement."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, String

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.reviews import ReportAccepted, ReportReturned
from services.reporting.projections.base import (
    Insert,
    Projection,
    Statement,
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
    # Either `returned` or `accepted`.
    Column("decision", String(16), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
    # JSON array of units that the reasons of a return speak of; the reasons stay sealed.
    json_text("units"),
    Column("reasons_seal", String(64)),
)
"""One row per decision."""


def _decision(
    entry: Entry,
    event: ReportReturned | ReportAccepted,
    decision: str,
    units: tuple[str, ...],
    reasons_seal: str | None,
) -> Insert:
    return Insert(
        review_decision,
        {
            "report_id": event.report_id,
            "version": entry.version,
            "position": entry.position,
            "recorded_at": entry.recorded_at,
            "participant": event.participant,
            "cycle_id": event.cycle_id,
            "report_version": event.report_version,
            "decision": decision,
            "digest": event.digest,
            "ruleset_version": event.ruleset_version,
            "units": as_text(units),
            "reasons_seal": reasons_seal,
            "known_from": entry.position,
            "known_to": None,
        },
    )


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ReportReturned():
            yield _decision(entry, event, "returned", event.units, event.reasons.sealed)
        case ReportAccepted():
            yield _decision(entry, event, "accepted", (), None)
        case _:
            pass


DECISIONS = Projection(
    name="decisions",
    version=1,
    tables=(review_decision,),
    cares_about=frozenset({ReportReturned, ReportAccepted}),
    on=_on,
)
