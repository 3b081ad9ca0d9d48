"""Arcadia's people, and what they say for 2026: a report that comes through a draft."""

from collections.abc import Mapping
from datetime import date, timedelta

from services.demonstration import fictitious, files
from services.demonstration.fictitious import SOURCE, Body

CODE = "ZZA"
CAPITAL, NEW_YORK = "fp-zza-capital", "fp-zza-new-york"
JUSTICE, BORDERS = "dl-zza-justice", "dl-zza-borders"
WHO: Mapping[str, str] = {
    CAPITAL: "focal point, capital",
    NEW_YORK: "focal point, New York",
    JUSTICE: "delegate, Ministry of Justice",
    BORDERS: "delegate, Border Service",
}
"""Everybody who works on the draft, by the id under which the register knows them."""
ROLES: Mapping[str, str] = {
    **fictitious.ROLES,
    NEW_YORK: f"focal-point:{CODE}",
    JUSTICE: f"drafter:{CODE}",
    BORDERS: f"drafter:{CODE}",
}
"""In the tokens of everybody who acts, by the id under which the register knows them."""
DELEGATED: Mapping[str, tuple[str, ...]] = {
    JUSTICE: ("P1", "P2", "P3", "P4", "P5", "P8.a"),
    BORDERS: ("P6", "P7", "P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10"),
}
SHARED = "P8.a"
"""The unit that both delegates write."""
SHOWN_LATER = "P8.d"
"""The unit that is sealed when the report is submitted, and shown afterwards."""
CLEARANCE: Body = {"drafted_by": CAPITAL, "cleared_by": NEW_YORK}
EXPLANATION: Body = {
    "code": "G-R01",
    "pointer": "/cover/period_from",
    "text": {"en": "The national plan, whose years are reported on, began in February 2025."},
}
"""What is said on the one finding that is not mended."""


def people(today: date) -> tuple[tuple[str, str, Body], ...]:
    """Give who acts beside the first focal point: title, path below the participant, body."""
    second = fictitious.focal_point(CODE) | {
        "focal_point_id": NEW_YORK,
        "seat": "new_york",
        "reference": f"{SOURCE} {CODE}/5",
        "person": {"name": "Fictitious Counsellor of ZZA"},
    }
    delegations = tuple(
        (f"{CODE}: {WHO[actor]}", "delegations", _delegation(actor, number, today))
        for number, actor in enumerate(DELEGATED, start=6)
    )
    return ((f"{CODE}: {WHO[NEW_YORK]}", "focal-points", second), *delegations)


def _delegation(actor: str, number: int, today: date) -> Body:
    return {
        "type": "delegation-granted",
        "delegation_id": actor,
        "granted_by": CAPITAL,
        "units": list(DELEGATED[actor]),
        "term_from": "2026-01-05",
        "term_to": (today + timedelta(days=365)).isoformat(),
        "received_on": "2026-01-05",
        "reference": f"{SOURCE} {CODE}/{number}",
        "person": {"name": f"Fictitious Author {number} of {CODE}"},
    }


def sections(cycle_id: str, today: date) -> dict[str, Body]:
    """Give what is written, by section; the year of the plan is not the cycle's."""
    document: Body = fictitious.report(CODE, cycle_id, today)["document"]
    written = {**document, **document["statements"]}
    for name in ("$schema", "statements"):
        del written[name]
    written["cover"] = {**written["cover"], "period_from": "2025-02-01"}
    written[SHOWN_LATER] = {**written[SHOWN_LATER], "visibility": "participants"}
    files.cite(written[files.UNIT], files.REVISED)
    return written


def in_words(statement: Body, text: str) -> Body:
    """Give a statement in other words."""
    return {**statement, "narrative": {"en": f"{text} This text is fictitious."}}


def showing(digest: str) -> Body:
    """Let everybody read what was sealed in the first version."""
    return {
        "type": "publication-authorised",
        "report_version": 1,
        "digest": digest,
        "units": [SHOWN_LATER],
        "clearance": CLEARANCE,
    }
