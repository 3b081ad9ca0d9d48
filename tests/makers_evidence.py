"""Makers: evidence put forward, revised, withdrawn, redacted."""

from datetime import date
from hashlib import sha256
from typing import Any

from contracts.events.evidence import (
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
)
from tests.makers_audits import passage

FILE = "Programme of the course, first day.\n"
SIGNED_FILE = "Programme of the course, first day. Signed.\n"


def bytes_digest(text: str = FILE) -> str:
    """The digest of a file of plain text."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _forward(participant: str, text: str) -> dict[str, Any]:
    return {
        "evidence_id": "E-1",
        "participant": participant,
        "digest": bytes_digest(text),
        "media_type": "text/plain",
        "size_bytes": len(text.encode()),
        "collected_on": date(2026, 3, 1),
        "description": passage("Programme of the course."),
    }


def evidence_deposited(participant: str = "ZZA", **changes: Any) -> EvidenceDeposited:
    about = {"cycle_id": "2026", "unit": "P5"}
    return EvidenceDeposited.model_validate({**_forward(participant, FILE), **about, **changes})


def evidence_revised(participant: str = "ZZA", **changes: Any) -> EvidenceRevised:
    about = {"replaces": bytes_digest(FILE)}
    return EvidenceRevised.model_validate(
        {**_forward(participant, SIGNED_FILE), **about, **changes}
    )


def evidence_withdrawn(participant: str = "ZZA", **changes: Any) -> EvidenceWithdrawn:
    withdrawal = {
        "evidence_id": "E-1",
        "participant": participant,
        "digest": bytes_digest(),
        "reason": {"en": "It was deposited for another unit."},
    }
    return EvidenceWithdrawn.model_validate({**withdrawal, **changes})


def evidence_redacted(participant: str = "ZZA", **changes: Any) -> EvidenceRedacted:
    redaction = {
        "evidence_id": "E-1",
        "participant": participant,
        "digest": bytes_digest(),
        "reason": {"en": "It names a witness."},
        "reference": "Request 5/2026",
    }
    return EvidenceRedacted.model_validate({**redaction, **changes})
