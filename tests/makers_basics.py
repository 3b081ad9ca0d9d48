"""Makers: what all of them share: days, sources, sealed markers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from contracts.canonical import canonical, digest
from contracts.sealing import Disclosure

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OPENED_ON = date(2018, 9, 28)
"""The day the instrument was opened for signature."""
UNITS = frozenset(
    ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10"]
)
REPORTS = "https://concord.example/contracts/reports/"
REPORT_SCHEMA = f"{REPORTS}national-report/1.0.0/schema.json"


def kind_of(participant: str) -> str:
    return "organisation" if participant.startswith("ORG-") else "state"


def report_schema(participant: str) -> str:
    """What a participant of this kind writes its report to."""
    name = "regional-report" if kind_of(participant) == "organisation" else "national-report"
    return f"{REPORTS}{name}/1.0.0/schema.json"


def source(citation: str = "Note verbale 12/2019", **changes: Any) -> dict[str, Any]:
    return {"citation": citation, **changes}


def sealed(content: str, **changes: Any) -> dict[str, Any]:
    """A marker as sealing leaves it; what it hides is what `hidden` gives."""
    return {"sealed": hidden(content).digest(), **changes}


def hidden(content: str) -> Disclosure:
    """What opens the marker of this content: a unit, or another part of a report, by its name."""
    name = f"/document/{'statements/' if content.startswith('P') else ''}{content}"
    said = {
        "changed": True,
        "narrative": {"en": f"What {content} says."},
        "original": "en",
        "measures": [],
        "implementation_status": "planned",
        "visibility": "secretariat",
    }
    return Disclosure(name, "c2FsdCBvZiBzaXh0ZWVuIQ", said)


def act(participant: str, on: date, changes: Mapping[str, Any]) -> dict[str, Any]:
    act = {"participant": participant, "received_on": on, "effective_on": on, "sources": [source()]}
    return {**act, **changes}


def digest_of(document: Mapping[str, Any]) -> str:
    return digest(canonical(dict(document)))
