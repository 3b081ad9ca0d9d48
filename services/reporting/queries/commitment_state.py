"""Pure: how a commitment stands on a day, version 1.0.0 of the published methodology.

Nothing here is stored: the same entries give another answer on another day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

METHODOLOGY = "commitment-states"
METHODOLOGY_VERSION = "1.0.0"

STATES = ("not_yet", "open", "due", "late", "done", "withdrawn")
"""Every commitment that is declared is in exactly one of them on any day."""
STANDING = frozenset({"open", "due", "late", "done"})
"""Those in which a commitment stands, done or not."""
DUE_DAYS = 90
"""How long before its target day a commitment is due."""
DONE = "in_place"
"""What a participant says of a commitment that is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the participant said of the days up to one, as far as that was recorded."""

    latest: Mapping[Any, Any] | None
    """Row of the report that speaks of the latest day; `None` where none does."""
    done_on: date | None
    """First day since which it was said to be done without a break; `None` where it is not."""


def progress_by(rows: Sequence[Mapping[Any, Any]], day: date) -> Progress:
    """Look at the reports on a commitment that speak of a day or an earlier one.

    Args:
        rows: of one commitment, in the order of its stream; of equal days the last one holds.
        day: the day asked for.
    """
    by_day = {row["effective_on"]: row for row in rows if row["effective_on"] <= day}
    said = [by_day[one] for one in sorted(by_day)]
    done_on = None
    for row in reversed(said):
        if row["implementation_status"] != DONE:
            break
        done_on = row["effective_on"]
    return Progress(latest=said[-1] if said else None, done_on=done_on)


def state_of(commitment: Mapping[Any, Any], done_on: date | None, day: date) -> str:
    """Say how a commitment stands on a day; the first that fits of the rules as published.

    Args:
        commitment: its row: `effective_on`, `target_on`, `withdrawn_on`.
        done_on: the day since which it is done; `None` where it is not.
        day: the day asked for.
    """
    withdrawn_on = commitment["withdrawn_on"]
    if withdrawn_on is not None and withdrawn_on <= day:
        return "withdrawn"
    if day < commitment["effective_on"]:
        return "not_yet"
    return "done" if done_on is not None else _towards(commitment["target_on"], day)


def step_state(step: Mapping[Any, Any], commitment_state: str, day: date) -> str:
    """Say how a milestone stands on a day.

    Args:
        step: its row: `target_on`, `reached_on`.
        commitment_state: how its commitment stands on the day.
        day: the day asked for.
    """
    if step["reached_on"] is not None and step["reached_on"] <= day:
        return "reached"
    if commitment_state in {"withdrawn", "not_yet"}:
        return commitment_state
    return "not_reported" if commitment_state == "done" else _towards(step["target_on"], day)


def counted(states: Sequence[str]) -> dict[str, int]:
    """Count states, those that nothing is in too; they add up to the total."""
    return {"total": len(states), **{state: states.count(state) for state in STATES}}


def _towards(target_on: date, day: date) -> str:
    if target_on < day:
        return "late"
    return "due" if target_on - timedelta(days=DUE_DAYS) <= day else "open"
