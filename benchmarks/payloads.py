"""Benchmarks: what is appended, read and reported: fictitious, the same in every run.

Small events are about 600 bytes of body on 200 streams; a report is about 22 KB.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Body = dict[str, Any]

STREAMS = 200
REPORT_STREAMS = 40
"""Of the 200; the others are participations."""
UNITS = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10")
PILLARS = ("I", "II", "III", "IV")
SEALED_UNITS = frozenset({"P5", "P6"})
CYCLE = "2026"
REPORT_SCHEMA = "https://concord.example/contracts/reports/national-report/1.0.0/schema.json"

_FILLER = (
    "The competent authorities reviewed the framework that is in force, heard the bodies that"
    " apply it and those to whom it applies, and reported to parliament what they had found. "
)
_DAY = date(2019, 1, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A small event before it is in a log."""

    wire: str
    stream: str
    body: Body


def code(number: int) -> str:
    """Give a participant's code out of the range that ISO 3166 leaves to its users."""
    return f"X{chr(65 + number // 26)}{chr(65 + number % 26)}"


def text(length: int, number: int = 0) -> str:
    """Give a text of so many characters, another one for each number."""
    return (f"[{number}] " + _FILLER * (length // len(_FILLER) + 1))[:length]


def small_events(count: int) -> Iterator[Small]:
    """Give events in the order of a log: signatures and first reports, then what follows them."""
    return map(small_event, range(count))


def small_event(number: int) -> Small:
    """Give the event that comes after so many others; its stream is the number's remainder."""
    turn, stream = divmod(number, STREAMS)
    if stream < REPORT_STREAMS:
        return _on_report(code(stream), turn)
    return _on_participation(code(stream), turn)


def _on_participation(participant: str, turn: int) -> Small:
    day = (_DAY + timedelta(days=turn)).isoformat()
    act: Body = {
        "participant": participant,
        "received_on": day,
        "effective_on": day,
        "date_precision": "day",
        "claim_status": "confirmed",
        "sources": [{"citation": text(60, turn), "published_on": day}],
    }
    kind = turn % 20
    said: Body
    if turn == 0:
        wire, said = "signature-recorded", {"kind": "state", "name": {"en": text(320)}}
    elif kind == 19:
        wire, said = "act-rectified", {"rectifies": turn - 1, "reason": text(340, turn)}
    elif kind in (5, 10, 15):
        wire = "membership-recorded"
        said = {"organisation": "ORG-ZZO", "status": "member"}
        act["sources"] = [{"citation": text(380, turn), "published_on": day}]
    elif kind == 7:
        wire, said = "participant-renamed", {"name": {"en": text(340, turn)}}
    else:
        wire, said = "declaration-lodged", {"text": {"en": text(360, turn)}}
    return Small(wire=wire, stream=f"participation-{participant}", body={**act, **said})


def _on_report(participant: str, turn: int) -> Small:
    """Give a decision, or every fourth time a version with one short statement."""
    version = turn // 4 + 1
    body: Body = {
        "report_id": f"{participant}-{CYCLE}",
        "participant": participant,
        "cycle_id": CYCLE,
        "report_version": version,
        "digest": f"sha256:{version:064x}",
        "ruleset_version": "1.0.0",
    }
    stream = f"report-{participant}-{CYCLE}"
    if turn % 4:
        return Small(wire="report-accepted", stream=stream, body=body)
    statement = {
        "changed": True,
        "narrative": {"en": text(160, turn)},
        "original": "en",
        "measures": [],
        "visibility": "public",
    }
    document = {
        "$schema": REPORT_SCHEMA,
        "cover": cover(participant),
        "statements": {UNITS[version % len(UNITS)]: statement},
    }
    body |= {
        "origin": "submission",
        "clearance": {"drafted_by": "person-1", "cleared_by": "person-2"},
        "form": "full",
        "template_version": "1.0.0",
        "validated_at_position": 1,
        "document": document,
    }
    if version == 1:
        return Small(wire="report-submitted", stream=stream, body=body)
    body |= {"supersedes": version - 1, "reason": {"en": text(60, turn)}}
    return Small(wire="corrigendum-filed", stream=stream, body=body)


def cycle(cycle_id: str = CYCLE) -> Body:
    """Give a cycle that reports are on: of the year before the one that its id is."""
    year = int(cycle_id)
    return {
        "cycle_id": cycle_id,
        "title": {"en": f"Cycle {cycle_id}"},
        "period_from": f"{year - 1}-01-01",
        "period_to": f"{year - 1}-12-31",
        "opens_on": f"{year}-01-15",
        "due_on": f"{year}-12-31",
        "grace_days": 30,
        "time_zone": "America/New_York",
        "participant_kinds": ["state", "organisation"],
        "template_version": "1.0.0",
        "ruleset_version": "1.0.0",
        "methodology_version": "1.0.0",
        "instrument_edition": "1.0.0",
    }


def signature(participant: str) -> Body:
    """Give the signature without which nobody reports."""
    return {
        "participant": participant,
        "kind": "state",
        "name": {"en": f"Fictitious State {participant}", "fr": f"État fictif {participant}"},
        "received_on": "2019-03-01",
        "effective_on": "2019-03-01",
        "sources": [{"citation": "Fictitious note verbale made for benchmarks"}],
    }


def membership(participant: str, organisation: str) -> Body:
    """Give a membership as it is recorded."""
    return {
        "participant": participant,
        "organisation": organisation,
        "status": "member",
        "received_on": "2019-03-01",
        "effective_on": "2010-01-01",
        "sources": [{"citation": "Fictitious list of members made for benchmarks"}],
    }


def assistance(participant: str, number: int) -> Small:
    """Give a need of a participant that stands in every cycle, or each third time an offer."""
    is_offer = number % 3 == 2
    body: Body = {
        "assistance_id": f"{participant}-{number}",
        "participant": participant,
        "effective_on": "2019-04-01",
        "unit": UNITS[number % len(UNITS)],
        "pillar": PILLARS[number % len(PILLARS)],
        "assistance_type": "training",
        "languages": ["en", "fr"],
        ("offer" if is_offer else "request"): {"visibility": "public", "text": {"en": text(80)}},
    }
    wire = "assistance-offered" if is_offer else "assistance-requested"
    return Small(wire=wire, stream=f"assistance-{body['assistance_id']}", body=body)


def cover(participant: str, cycle_id: str = CYCLE) -> Body:
    """Give the cover of a report."""
    year = int(cycle_id)
    return {
        "origin": "submission",
        "participant": participant,
        "cycle_id": cycle_id,
        "period_from": f"{year - 1}-01-01",
        "period_to": f"{year - 1}-12-31",
        "form": "full",
        "language": "en",
    }


def report(participant: str, cycle_id: str = CYCLE) -> Body:
    """Give a report of about 22 KB as it is submitted: all units, two of them not public."""
    return {
        "$schema": REPORT_SCHEMA,
        "cover": {
            **cover(participant, cycle_id),
            "transmission": {"reference": "Note verbale 12/2026", "dated_on": "2026-03-02"},
            "lead_body": {"en": "Office of the Coordinator", "fr": "Bureau du coordonnateur"},
            "contributing_bodies": [{"en": f"Ministry {number}"} for number in range(6)],
            "contacts": {"capital": "Head of unit", "new_york": "Counsellor"},
        },
        "plans": [
            {
                "scope": "national",
                "title": {"en": f"National plan {number}"},
                "status": "in_force",
                "progress": {"en": text(240, number)},
            }
            for number in range(3)
        ],
        "treaties": [
            {
                "instrument": "financing-1999",
                "signed_on": "2000-02-01",
                "consent": "ratification",
                "consent_on": "2003-05-06",
                "national_law": "Act 12/2003",
            }
        ],
        "statements": {unit: _statement(unit) for unit in UNITS},
        "human_rights": {
            "narrative": {"en": text(600)},
            "measures": [_measure("HR", 1)],
            "visibility": "public",
        },
        "observations": {"text": {"en": text(400)}, "visibility": "public"},
    }


def submission(participant: str) -> Body:
    """Give the body of the request that submits a report."""
    return {
        "document": report(participant),
        "clearance": {"drafted_by": "person-1", "cleared_by": "person-2"},
        "explanations": [],
    }


def _statement(unit: str) -> Body:
    return {
        "changed": True,
        "narrative": {"en": text(300, UNITS.index(unit)), "fr": text(140, 100 + UNITS.index(unit))},
        "original": "en",
        "measures": [_measure(unit.replace(".", ""), number) for number in range(2)],
        "implementation_status": "in_progress",
        "challenges": {"en": text(60)},
        "good_practices": [{"en": text(80)}],
        "assistance_needed": [],
        "assistance_offered": [],
        "visibility": "secretariat" if unit in SEALED_UNITS else "public",
    }


def _measure(unit: str, number: int) -> Body:
    return {
        "measure_id": f"M-{unit}-{number}",
        "measure_type": "legislation",
        "title": {"en": text(70, number)},
        "act_number": f"{number}/2025",
        "dated_on": "2025-06-01",
        "date_precision": "month",
        "pillars": ["II"],
        "implementation_status": "in_place",
        "sources": [{"citation": "Official Journal 12/2025", "published_on": "2025-06-02"}],
    }
