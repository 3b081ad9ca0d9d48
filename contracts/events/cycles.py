"""Cycles: the periods for which participants report."""

from datetime import date

from contracts.events.shared import Kind, LanguageMap, Value


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
