"""Projections: evidence that participants put forward: digests and what is said, never bytes."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.evidence import (
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
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
    text_by_language,
)
from services.reporting.projections.passages import passage_columns, passage_values

evidence = bitemporal(
    "evidence",
    ("participant", "digest"),
    Column("participant", String(16), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("evidence_id", String(64), nullable=False),
    # Version in the stream of the participant's evidence.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # Of a deposit; a revision is for the same.
    Column("cycle_id", String(20)),
    Column("unit", String(16)),
    Column("media_type", String(128), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("collected_on", Date, nullable=False),
    Column("valid_to", Date),
    # Of a revision: the digest whose place these bytes take.
    Column("replaces", String(71)),
    *passage_columns("description"),
    # By which entry, and when, other bytes took their place.
    Column("replaced_by", BigInteger),
    Column("replaced_at", String(27)),
    Column("withdrawn_by", BigInteger),
    Column("withdrawn_at", String(27)),
    text_by_language("withdrawal_reason", nullable=True),
    Column("redacted_by", BigInteger),
    Column("redacted_at", String(27)),
    text_by_language("redaction_reason", nullable=True),
    Column("redaction_reference", Text),
)
"""One row per file; what becomes of it amends it."""

NOTHING_SINCE = {
    "replaced_by": None,
    "replaced_at": None,
    "withdrawn_by": None,
    "withdrawn_at": None,
    "withdrawal_reason": None,
    "redacted_by": None,
    "redacted_at": None,
    "redaction_reason": None,
    "redaction_reference": None,
}


def _put_forward(entry: Entry, event: EvidenceDeposited | EvidenceRevised) -> Statement:
    deposited = event if isinstance(event, EvidenceDeposited) else None
    row: dict[str, Any] = {
        "participant": event.participant,
        "digest": event.digest,
        "evidence_id": event.evidence_id,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "cycle_id": deposited and deposited.cycle_id,
        "unit": deposited and deposited.unit,
        "media_type": event.media_type,
        "size_bytes": event.size_bytes,
        "collected_on": as_day(event.collected_on),
        "valid_to": as_day(event.valid_to),
        "replaces": event.replaces if isinstance(event, EvidenceRevised) else None,
        **passage_values("description", event.description),
        **NOTHING_SINCE,
        "known_from": entry.position,
        "known_to": None,
    }
    return Insert(evidence, row)


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case EvidenceDeposited():
            yield _put_forward(entry, event)
        case EvidenceRevised():
            key = _key(event.participant, event.replaces)
            yield Expect(evidence, key, entry.position)
            replaced = {"replaced_by": entry.position, "replaced_at": entry.recorded_at}
            yield Amend(evidence, key, entry.position, replaced)
            yield _put_forward(entry, event)
        case EvidenceWithdrawn():
            key = _key(event.participant, event.digest)
            yield Expect(evidence, key, entry.position)
            withdrawn = {
                "withdrawn_by": entry.position,
                "withdrawn_at": entry.recorded_at,
                "withdrawal_reason": as_text(event.reason),
            }
            yield Amend(evidence, key, entry.position, withdrawn)
        case EvidenceRedacted():
            key = _key(event.participant, event.digest)
            yield Expect(evidence, key, entry.position)
            redacted = {
                "redacted_by": entry.position,
                "redacted_at": entry.recorded_at,
                "redaction_reason": as_text(event.reason),
                "redaction_reference": event.reference,
            }
            yield Amend(evidence, key, entry.position, redacted)
        case _:
            pass


def _key(participant: str, digest: str) -> dict[str, Any]:
    return {"participant": participant, "digest": digest}


EVIDENCE = Projection(
    name="evidence",
    version=1,
    tables=(evidence,),
    cares_about=frozenset(
        {EvidenceDeposited, EvidenceRevised, EvidenceWithdrawn, EvidenceRedacted}
    ),
    on=_on,
)
