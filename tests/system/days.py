"""System: days of a story, counted from today, and what is said with them.

The services have clocks of their own, and midnight (UTC) may fall into any run: their day is then
one more than `TODAY`. So no day that something depends on lies less than two days away, and readers
ask about tomorrow, which is no earlier than anything that was sent, on either side of midnight.
"""

from datetime import timedelta
from typing import Any

from tests import makers
from tests.system.running import TODAY


def in_days(number: int) -> str:
    """Give the day that lies so many days ahead; behind, where the number is negative."""
    return (TODAY + timedelta(days=number)).isoformat()


def tomorrow() -> str:
    """Give the day that readers ask about if no other."""
    return in_days(1)


def cycle(cycle_id: str, *, opens: int, due: int) -> dict[str, Any]:
    """Open a cycle, days given as by `in_days`; five days of grace follow."""
    made = makers.cycle_opened(
        cycle_id, opens_on=in_days(opens), due_on=in_days(due), grace_days=5, time_zone="UTC"
    )
    body: dict[str, Any] = made.model_dump(mode="json", exclude_none=True)
    return body


def extension(code: str, *, due: int) -> dict[str, Any]:
    """Give a participant time until a day."""
    return {
        "type": "extension-granted",
        "participant": code,
        "due_on": in_days(due),
        "received_on": in_days(-1),
        "reason": {"en": "The lead body was reorganised."},
        "reference": "Note verbale 4/2026",
    }
