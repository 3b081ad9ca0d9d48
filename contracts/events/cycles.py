"""Cycles: the periods for which participants report."""

from datetime import date
from typing import Literal

from contracts.events.shared import Kind, LanguageMap, ParticipantCode, Value


class CycleOpened(Value):
    """A reporting cycle was opened; everything that governs it is named here."""

    cycle_id: str
    title: LanguageMap
    period_from: date
    period_to: date
    opens_on: date
    due_on: date
    grace_days: int
    time_zone: str
    """IANA name; on time = the date of `recorded_at` in this zone is at most due + grace."""
    participant_kinds: tuple[Kind, ...]
    template_version: str
    ruleset_version: str
    methodology_version: str
    instrument_edition: str


class CycleClosed(Value):
    """No report is received for the cycle any more; what was received can still be put right."""

    cycle_id: str
    effective_on: date
    """Last day on which a report was received for it."""
    note: LanguageMap | None = None


class ExtensionGranted(Value):
    """The secretariat gave one participant more time for a cycle."""

    cycle_id: str
    participant: ParticipantCode
    due_on: date
    """The day its report is due now; the days of grace come on top."""
    received_on: date
    """The day the request was received."""
    reason: LanguageMap
    reference: str


class ReminderSent(Value):
    """The secretariat reminded a participant of a report."""

    cycle_id: str
    participant: ParticipantCode
    reminder: Literal["before_due", "due", "after_due"]
    due_on: date
    """The day that the reminder named."""
    sent_on: date
    channel: Literal["outbox", "smtp", "correspondence"]
    """How it was sent; never to whom."""
