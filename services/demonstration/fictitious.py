"""Fictitious participants (ISO 3166 user-assigned codes ZZA to ZZZ) and what they submit."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from contracts.instrument import edition
from services.demonstration.compilation import NATIONAL_REPORT

Body = dict[str, Any]
SOURCE = "Fictitious note verbale made for this demonstration"
NAMES: Mapping[str, Mapping[str, str]] = {
    "ZZA": {"en": "Fictitious State of Arcadia", "fr": "État fictif d'Arcadie"},
    "ZZB": {"en": "Fictitious Republic of Belmora", "fr": "République fictive de Belmore"},
    "ZZC": {"en": "Fictitious Commonwealth of Cordovia", "fr": "Communauté fictive de Cordovie"},
}
SECRETARIAT = "secretariat-1"
"""Id of who acts for the secretariat."""
AUDITOR = "auditor-1"
"""Id of an auditor: that of the mandate."""


def focal_point_id(code: str) -> str:
    """Name a participant's first focal point."""
    return f"fp-{code.lower()}-capital"


def drafter_id(code: str) -> str:
    """Name who may write the whole report of a participant."""
    return f"drafter-{code.lower()}"


ROLES: Mapping[str, str] = {
    SECRETARIAT: "secretariat",
    AUDITOR: "auditor",
    **{focal_point_id(code): f"focal-point:{code}" for code in NAMES},
    **{drafter_id(code): f"drafter:{code}" for code in NAMES},
}
"""In the tokens of those who act, by the id under which the register knows them."""
_ARCADIA: tuple[tuple[str, str, str, str], ...] = (
    ("P1", "in_place", "legislation", "Consolidated act on the obligations of the 19 instruments"),
    ("P2", "in_place", "criminalisation", "Support of terrorist groups made an offence"),
    ("P3", "largely_in_place", "prevention", "National prevention programme in all provinces"),
    ("P4", "in_progress", "plan", "Joint plan of security, development and humanitarian bodies"),
    ("P5", "largely_in_place", "prosecution", "Central authority for mutual legal assistance"),
    ("P6", "in_progress", "border_security", "Advance passenger data at three of five crossings"),
    ("P7", "planned", "prevention", "Media literacy in secondary schools from next year"),
    ("P8.a", "in_progress", "plan", "Action plan on the four pillars of the Strategy"),
    ("P8.b", "planned", "capacity_building", "Seat offered to a regional training centre"),
    ("P8.c", "in_place", "assessment_visit", "Visit of the United Nations hosted"),
    ("P8.d", "not_started", "position", "Position on a comprehensive convention under study"),
    ("P9", "in_progress", "initiative", "Yearly meeting of partners on the aim of 2045"),
    ("P10", "in_place", "event", "Seminar for focal points of neighbouring participants"),
)
_BELMORA: tuple[tuple[str, str, str, str], ...] = (
    ("P1", "largely_in_place", "treaty_action", "Accession to two of the remaining instruments"),
    ("P3", "in_progress", "institution", "Coordination centre of police and social services"),
    ("P5", "in_progress", "legislation", "Extradition act before parliament"),
    ("P6", "planned", "border_security", "Pilot of joint patrols with one neighbour"),
    ("P7", "in_progress", "prevention", "Referral of unlawful content with two platforms"),
    ("P9", "planned", "initiative", "National day of partners under preparation"),
)
_ACCESSIONS: tuple[Body, ...] = tuple(
    {"instrument": instrument, "consent": "accession", "consent_on": "2025-06-01"}
    for instrument in ("bombings-1997", "nuclear-terrorism-2005")
)
"""Belmora's, in the period reported on."""
_RESTRICTED = {("ZZB", "P6"): "secretariat"}
_GOOD_PRACTICES = {
    ("ZZA", "P3"): "Teachers and police plan each year's programme together.",
    ("ZZA", "P10"): "Focal points of neighbours meet before their reports are due.",
    ("ZZB", "P7"): "Platforms are told within a day what became of a referral.",
}
"""What others may learn from, by whose and under which unit."""
_CITED = {("2026", "ZZA", "P7"): "ZZA-NEED-1", ("2026", "ZZB", "P7"): "ZZB-OFFER-1"}
"""The need or offer that a statement rests on, by cycle, whose and unit."""


def signature(code: str) -> Body:
    """Give the signature of a fictitious participant."""
    return {
        "type": "signature-recorded",
        "kind": "state",
        "name": dict(NAMES[code]),
        "received_on": "2018-10-05",
        "effective_on": "2018-09-28",
        "date_precision": "day",
        "claim_status": "confirmed",
        "sources": [{"citation": SOURCE, "published_on": "2018-10-05"}],
    }


def focal_point(code: str) -> Body:
    """Give the designation of a focal point; the person block will be sealed by the registry."""
    return {
        "type": "focal-point-designated",
        "focal_point_id": focal_point_id(code),
        "seat": "capital",
        "term_from": "2026-01-01",
        "received_on": "2026-01-05",
        "reference": f"{SOURCE} {code}/1",
        "person": {
            "name": f"Fictitious Person of {code}",
            "title": "Head of unit",
            "email": f"focal.point@{code.lower()}.example",
        },
    }


def delegation(code: str, today: date) -> Body:
    """Let the drafter write the whole report, for a year."""
    return {
        "type": "delegation-granted",
        "delegation_id": drafter_id(code),
        "granted_by": focal_point_id(code),
        "units": ["cover", "plans", "treaties", "human_rights", *(unit for unit, *_ in _ARCADIA)],
        "term_from": "2026-01-05",
        "term_to": (today + timedelta(days=365)).isoformat(),
        "received_on": "2026-01-05",
        "reference": f"{SOURCE} {code}/4",
        "person": {"name": f"Fictitious Drafter of {code}"},
    }


def plan(code: str) -> Body:
    """Give a national plan under the Code."""
    return {
        "plan_id": f"{code}-NATIONAL-PLAN-2025",
        "participant": code,
        "scope": "national",
        "title": {"en": f"National plan of {NAMES[code]['en']}, 2025 to 2029"},
        "adopted_on": "2025-01-20",
        "period_from": "2025-02-01",
        "period_to": "2029-12-31",
        "pillars": ["I", "II", "III", "IV"],
        "postulates": ["P1", "P3", "P8"],
        "lead_body": "Office of the Coordinator",
        "monitoring_body": "Committee of the Parliament",
        "reference": f"{SOURCE} {code}/2",
        "origin": "submission",
        "sources": [{"citation": SOURCE}],
    }


def plan_acts(code: str) -> tuple[tuple[str, Body], ...]:
    """Give what follows on the plan, each with what it is: promises, and how far they are."""
    acts = [(f"promises {one['commitment_id']}", {**one}) for one in _PROMISED]
    acts += [(f"reports progress on {one['commitment_id']}", {**one}) for one in _PROGRESS]
    return tuple((title, {**body, "participant": code}) for title, body in acts)


_PROMISED: tuple[Body, ...] = (
    {
        "type": "commitment-declared",
        "commitment_id": "crossings",
        "effective_on": "2025-02-01",
        "title": {"en": "Advance passenger data at every crossing"},
        "pillars": ["II"],
        "postulates": ["P6"],
        "lead_body": "Border Service",
        "target_on": "2026-09-30",
        "milestones": [
            {
                "milestone_id": "three-of-five",
                "title": {"en": "Three of five crossings"},
                "target_on": "2025-12-31",
            }
        ],
        "sources": [{"citation": SOURCE}],
    },
    {
        "type": "commitment-declared",
        "commitment_id": "yearly-review",
        "effective_on": "2025-02-01",
        "title": {"en": "A yearly review of listings goes to parliament"},
        "pillars": ["IV"],
        "postulates": ["P1"],
        "target_on": "2026-06-30",
        "sources": [{"citation": SOURCE}],
    },
    {
        "type": "commitment-declared",
        "commitment_id": "media-literacy",
        "effective_on": "2025-02-01",
        "title": {"en": "Media literacy in every secondary school"},
        "pillars": ["I", "III"],
        "postulates": ["P7"],
        "target_on": "2028-08-31",
        "sources": [{"citation": SOURCE}],
    },
)
_PROGRESS: tuple[Body, ...] = (
    {
        "type": "commitment-progress-reported",
        "commitment_id": "crossings",
        "effective_on": "2026-01-15",
        "implementation_status": "in_progress",
        "milestones_reached": [{"milestone_id": "three-of-five", "reached_on": "2025-11-20"}],
    },
    {
        "type": "commitment-progress-reported",
        "commitment_id": "yearly-review",
        "effective_on": "2026-05-20",
        "implementation_status": "in_place",
    },
)
_CARRIED_OUT = {"P6": "crossings", "P7": "media-literacy"}
"""The commitment that the measure under a unit carries out."""


def cycle(today: date) -> Body:
    """Give the cycle of the demonstration: it is open, and due 60 days after `today`."""
    return {
        "cycle_id": "2026",
        "title": {"en": "Demonstration cycle 2026"},
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "opens_on": (today - timedelta(days=30)).isoformat(),
        "due_on": (today + timedelta(days=60)).isoformat(),
        "grace_days": 14,
        "time_zone": "America/New_York",
        "participant_kinds": ["state", "organisation"],
        "template_version": "1.0.0",
        "ruleset_version": "1.0.0",
        "methodology_version": "1.0.0",
        "instrument_edition": "1.0.0",
    }


def report(code: str, cycle_id: str, today: date) -> Body:
    """Give a full report; Belmora keeps one statement for the secretariat alone.

    Args:
        code: whose report it is.
        cycle_id: for which cycle.
        today: the day of the first start; the note verbale is a week older.
    """
    lines = _ARCADIA if code == "ZZA" else _BELMORA
    document = {
        "$schema": NATIONAL_REPORT,
        "cover": {
            "origin": "submission",
            "participant": code,
            "cycle_id": cycle_id,
            "period_from": "2025-01-01",
            "period_to": "2025-12-31",
            "form": "full",
            "language": "en",
            "transmission": {
                "reference": f"{SOURCE} {code}/3",
                "dated_on": (today - timedelta(days=7)).isoformat(),
            },
            "lead_body": {"en": "Office of the Coordinator"},
            "contributing_bodies": [{"en": "Ministry of Justice"}, {"en": "Border Service"}],
            "contacts": {"capital": "Head of unit", "new_york": "Counsellor"},
        },
        "plans": [
            {
                "plan_id": f"{code}-NATIONAL-PLAN-2025",
                "scope": "national",
                "title": {"en": "National plan 2025 to 2029"},
                "status": "in_force",
            }
        ],
        "treaties": [
            {
                "instrument": "financing-1999",
                "signed_on": "2000-02-01",
                "consent": "ratification",
                "consent_on": "2003-05-06",
                "national_law": "Act 12/2003",
            },
            *(_ACCESSIONS if code == "ZZB" else ()),
        ],
        "statements": {unit: _statement(cycle_id, code, unit, *rest) for unit, *rest in lines},
        "human_rights": {
            "narrative": {"en": "Courts review every listing; a yearly report goes to parliament."},
            "measures": [],
            "visibility": "public",
        },
    }
    return {"document": document, "clearance": clearance(code), "explanations": []}


def clearance(code: str) -> Body:
    """Say who drafted and who released what a participant files."""
    return {
        "drafted_by": drafter_id(code),
        "cleared_by": focal_point_id(code),
    }


def _statement(cycle_id: str, code: str, unit: str, status: str, kind: str, title: str) -> Body:
    promised, practice = _CARRIED_OUT.get(unit), _GOOD_PRACTICES.get((code, unit))
    cited = _CITED.get((cycle_id, code, unit))
    link = {"plan_id": f"{code}-NATIONAL-PLAN-2025", "commitment_id": promised}
    return {
        "changed": True,
        "narrative": {"en": f"{title}. This text is fictitious."},
        "original": "en",
        "measures": [
            {
                "measure_id": f"{code}-{unit.replace('.', '')}-1",
                "measure_type": kind,
                "title": {"en": title},
                "dated_on": "2025-06-01",
                "date_precision": "month",
                "pillars": list(edition("1.0.0").units[unit].pillars_inferred),
                "implementation_status": status,
                "sources": [{"citation": SOURCE}],
                "commitments": [link] if promised else [],
            }
        ],
        "implementation_status": status,
        "good_practices": [{"en": practice}] if practice else [],
        "assistance_needed": [],
        "assistance_offered": [],
        "assistance_cited": [{"assistance_id": cited}] if cited else [],
        "visibility": _RESTRICTED.get((code, unit), "public"),
    }
