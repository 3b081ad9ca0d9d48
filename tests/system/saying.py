"""System: what people of a story say on a version of a report, as the bodies of their writes."""

from collections.abc import Mapping
from typing import Any

from tests import makers

Version = Mapping[str, Any]
"""Number and digest, as `on_version` gives them."""
RULESET = {"ruleset_version": "1.0.0"}


def decision(decided: str, version: Version, **reasons: str) -> dict[str, Any]:
    """Return it, with reasons by unit, accept it, or take its acceptance back."""
    said: dict[str, Any] = {"decision": decided, **version, **RULESET}
    if reasons:
        said["units"] = list(reasons)
        said["reasons"] = {unit: {"en": text} for unit, text in reasons.items()}
    return said


def taking_up(version: Version) -> dict[str, Any]:
    """Open its review."""
    return {"type": "review-opened", **version, **RULESET}


def question(version: Version, unit: str, text: str) -> dict[str, Any]:
    """Ask about one unit."""
    return {
        "type": "clarification-requested",
        **version,
        **RULESET,
        "clarification_id": "Q1",
        "units": [unit],
        "questions": {unit: {"en": text}},
    }


def answer(version: Version, unit: str, text: str) -> dict[str, Any]:
    """Answer the question about one unit."""
    return {
        "type": "clarification-provided",
        **version,
        "units": [unit],
        "answers": {unit: {"en": text}},
        "clearance": makers.clearance(),
    }


def withdrawal(version: Version, reason: str) -> dict[str, Any]:
    """Take the report back."""
    return {
        "type": "report-withdrawn",
        **version,
        "reason": {"en": reason},
        "clearance": makers.clearance(),
    }
