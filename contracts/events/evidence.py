"""Evidence: files that participants put forward; the bytes lie beside the log, digests in it."""

from datetime import date
from typing import Literal, TypeAlias

from contracts.events.shared import Digest, LanguageMap, ParticipantCode, Passage, Sealed, Value

MediaType: TypeAlias = Literal[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/plain",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
]


class EvidenceAct(Value):
    """What every act on a piece of evidence names: the piece, and bytes of it."""

    evidence_id: str
    """Stable within the participant."""
    participant: ParticipantCode
    digest: Digest


class PutForward(EvidenceAct):
    """Bytes, and what is said of them."""

    media_type: MediaType
    size_bytes: int
    collected_on: date
    valid_to: date | None = None
    """The last day for which it speaks; `None`: open."""
    description: Passage | Sealed
    """Its visibility is also that of the bytes."""


class EvidenceDeposited(PutForward):
    """A participant deposited a piece of evidence."""

    cycle_id: str | None = None
    unit: str | None = None


class EvidenceRevised(PutForward):
    """A participant deposited other bytes in the place of earlier ones, which are kept."""

    replaces: Digest


class EvidenceWithdrawn(EvidenceAct):
    """A participant no longer puts a piece forward; the bytes are kept, and shown to nobody."""

    reason: LanguageMap


class EvidenceRedacted(EvidenceAct):
    """Bytes of a piece are destroyed; their digest and this entry stay."""

    reason: LanguageMap
    reference: str
