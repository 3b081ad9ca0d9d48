"""Oracle: what changed under each unit since the cycle before, and how plans in force stand."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.reporting.oracle import plans
from tests.reporting.oracle.history import History
from tests.reporting.oracle.reports import Section, Standing, standing

Change = tuple[str, bool | None, Mapping[str, Any] | None]
"""What came of comparing, whether the narrative is another one, and ids of measures by fate."""


def cycle_before(history: History, code: str, cycle_id: str) -> str | None:
    """Give the cycle whose period began last before, of those that ask such a participant."""
    kind = "organisation" if code.startswith("ORG-") else "state"
    cycles = history.cycles()
    earlier = [
        (one.period_from, name)
        for name, one in cycles.items()
        if one.period_from < cycles[cycle_id].period_from and kind in one.participant_kinds
    ]
    return max(earlier)[1] if earlier else None


def changed(
    history: History, code: str, cycle_id: str, day: date, units: list[str]
) -> dict[str, Change]:
    """Give the changes by unit; nothing where there is no cycle before."""
    before = cycle_before(history, code, cycle_id)
    if before is None:
        return {}
    now = standing(history, f"{code}-{cycle_id}", day)
    then = standing(history, f"{code}-{before}", day)
    is_other = bool(now and then) and _voice(now) != _voice(then)
    return {
        unit: _change(
            now.sections.get(unit) if now else None,
            then.sections.get(unit) if then and not is_other else None,
            is_other=is_other,
        )
        for unit in units
    }


def _voice(stands: Standing | None) -> str | None:
    return str(stands.versions[-1].event.origin) if stands else None


def _change(now: Section | None, then: Section | None, *, is_other: bool) -> Change:
    if (now and not now.is_open) or (then and not then.is_open):
        return "restricted", None, None
    if now is None:
        return "not_stated", None, None
    if is_other:
        return "other_voice", None, None
    said, was = now.content or {}, (then.content if then else None) or {}
    if said.get("changed") is False and not ("narrative" in said and "measures" in said):
        return "said_unchanged", None, None
    here = {one["measure_id"]: one for one in said.get("measures", ())}
    there = {one["measure_id"]: one for one in was.get("measures", ())}
    both = here.keys() & there.keys()
    fates = {
        "new": here.keys() - there.keys(),
        "changed": {name for name in both if here[name] != there[name]},
        "kept": {name for name in both if here[name] == there[name]},
        "no_longer_named": there.keys() - here.keys(),
    }
    return "compared", said.get("narrative") != was.get("narrative"), fates


def shown(row: Mapping[str, Any]) -> Change:
    """Read the same from a row of the answer."""
    fates = row["measures"] and {
        name: {one["measure_id"] if name == "changed" else one for one in found}
        for name, found in row["measures"].items()
    }
    return row["comparison"], row["narrative_changed"], fates


def states(history: History, plan_id: str, day: date) -> Mapping[str, int]:
    """Count the commitments of a plan by state."""
    found = plans.promised(history, day).items()
    return Counter(one.state for (plan, _), one in found if plan == plan_id)
