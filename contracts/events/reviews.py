"""Reviews: the secretariat's technical step. Acceptance is not endorsement."""

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
