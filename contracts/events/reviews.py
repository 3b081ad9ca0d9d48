"""Reviews: the secretariat's technical step. Acceptance is not endorsement."""

from datetime import date

from contracts.events.reports import VersionNamed
from contracts.events.shared import Digest, ParticipantCode, Sealed, Value


class Decision(Value):
    """What a decision is bound to: this version, these bytes, this ruleset."""

    report_id: str
    participant: ParticipantCode
    cycle_id: str
    report_version: int
    digest: Digest
    ruleset_version: str


class ReportReturned(Decision):
    """The secretariat returned a version, with reasons per reporting unit (sealed)."""

    units: tuple[str, ...]
    """The reporting units, or other parts of the report, that the reasons speak of."""
    reasons: Sealed


class ReportAccepted(Decision):
    """The secretariat accepted a version (technical acceptance)."""


class ReviewOpened(Decision):
    """The secretariat took a version up for its technical review."""


class ClarificationRequested(Decision):
    """The secretariat asked the participant about a version; the questions are sealed."""

    clarification_id: str
    """Stable within the report."""
    units: tuple[str, ...]
    due_on: date | None = None
    """The day by which an answer is hoped for."""
    questions: Sealed


class ClarificationProvided(VersionNamed):
    """A participant answered a question on a version; the answers are sealed."""

    clarification_id: str
    units: tuple[str, ...]
    answers: Sealed


class AcceptanceRevoked(Decision):
    """The secretariat took the technical acceptance of a version back; the reasons are sealed."""

    units: tuple[str, ...]
    reasons: Sealed
