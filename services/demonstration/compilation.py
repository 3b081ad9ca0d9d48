"""Public facts to request bodies: acts, and illustrative compilations in the form of a report."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.demonstration.facts import COMPILED_ON, rows

Body = dict[str, Any]
NATIONAL_REPORT = "https://concord.example/contracts/reports/national-report/1.0.0/schema.json"
REGIONAL_REPORT = "https://concord.example/contracts/reports/regional-report/1.0.0/schema.json"
DISCLAIMER: Mapping[str, str] = {
    kind: f"Illustrative compilation from public sources, not a submission by the {who}."
    for kind, who in (("state", "State"), ("organisation", "organisation"))
}
"""Stands in every compilation, by the kind of whom it is about."""
CLEARANCE = {
    "drafted_by": "demonstration-compiler",
    "cleared_by": "demonstration-editor",
}


def signature(row: Mapping[str, Any]) -> Body:
    """Give the body of a signature as one public source tells it."""
    precision = row["date_precision"]
    effective_on = row["signed_on"]
    if precision == "unknown" and row["signed_not_later_than"]:
        precision, effective_on = "not_later_than", row["signed_not_later_than"]
    body = {
        "type": "signature-recorded",
        "kind": row["kind"],
        "name": {"en": row["name"]},
        "received_on": COMPILED_ON,
        "effective_on": effective_on,
        "date_precision": precision,
        "claim_status": "confirmed",
        "sources": [_source(row)],
    }
    return {name: value for name, value in body.items() if value is not None}


def renaming(row: Mapping[str, Any]) -> Body:
    """Give the body of a renaming; the code, and every series keyed on it, stay."""
    return {
        "type": "participant-renamed",
        "name": {"en": row["name"]},
        "received_on": COMPILED_ON,
        "effective_on": row["effective_on"],
        "date_precision": "day",
        "claim_status": "confirmed",
        "sources": [_source(row)],
    }


def membership(row: Mapping[str, Any]) -> Body:
    """Give the body of a membership; a start known to the month is given as its first day."""
    day, precision = dated(row["from"])
    return {
        "type": "membership-recorded",
        "organisation": row["organisation"],
        "status": row["status"],
        "received_on": COMPILED_ON,
        "effective_on": day,
        "date_precision": precision,
        "claim_status": "confirmed",
        "sources": [_source(row)],
    }


def plan(row: Mapping[str, Any]) -> Body:
    """Give the body of a plan that public sources tell of."""
    same = ("plan_id", "scope", "pillars", "postulates", "reference")
    known = ("adopted_on", "period_from", "period_to", "monitoring_body")
    body = {
        **{name: row[name] for name in same + known},
        "participant": row["code"],
        "title": {"en": row["title"]},
        "origin": "illustrative_compilation",
        "sources": [{"citation": source} for source in row["sources"]],
    }
    return {name: value for name, value in body.items() if value is not None}


def _plans(code: str) -> list[Body]:
    """Give part B: the plans that public sources tell of, and whose years go on."""
    return [
        {
            "plan_id": row["plan_id"],
            "scope": row["scope"],
            "title": {"en": row["title"]},
            "status": "in_force",
        }
        for row in rows("plans")
        if row["code"] == code and row["period_to"] >= COMPILED_ON
    ]


def _source(row: Mapping[str, Any]) -> Body:
    published = row.get("published_on")
    return {"citation": row["source"], **({"published_on": published} if published else {})}


def dated(text: str | None) -> tuple[str | None, str | None]:
    """Read a date as the sources give it.

    Returns:
        The first day it may mean and its precision; two `None` where it is no single date.
    """
    for pattern, suffix, precision in (
        (r"\d{4}-\d{2}-\d{2}", "", "day"),
        (r"\d{4}-\d{2}", "-01", "month"),
        (r"\d{4}", "-01-01", "year"),
    ):
        if text and re.fullmatch(pattern, text):
            return text + suffix, precision
    return None, None


def measure(fact: Mapping[str, Any], unit: str) -> Body:
    """Give one fact as a measure under one reporting unit."""
    day, precision = dated(fact["date"])
    remarks = [
        f"date as given: {fact['date']}" if fact["date"] and day is None else "",
        f"caution: {fact['caution']}" if fact["caution"] else "",
    ]
    body = {
        "measure_id": f"{fact['id']}-{unit.replace('.', '')}",
        "measure_type": fact["measure_type"],
        "title": {"en": fact["fact"]},
        "dated_on": day,
        "date_precision": precision,
        "reference": "; ".join(filter(None, remarks)) or None,
        "pillars": fact["pillars"],
        "sources": [{"citation": f"{fact['source']} ({fact['source_kind']})"}],
    }
    return {name: value for name, value in body.items() if value is not None}


def statements(facts: Iterable[Mapping[str, Any]], disclaimer: str) -> Body:
    """Give a statement per reporting unit that at least one fact speaks of; no self-assessment."""
    by_unit: dict[str, list[Body]] = defaultdict(list)
    for fact in facts:
        for unit in fact["postulates"]:
            by_unit[unit].append(measure(fact, unit))
    return {
        unit: {
            "changed": True,
            "narrative": {"en": f"{disclaimer} Facts found: {len(measures)}."},
            "original": "en",
            "measures": measures,
            "good_practices": [],
            "assistance_needed": [],
            "assistance_offered": [],
            "visibility": "public",
        }
        for unit, measures in sorted(by_unit.items())
    }


def treaties(code: str) -> list[Body]:
    """Give the treaty rows known for one State; frozen at the day each source names."""
    table = []
    for row in rows("treaty_actions"):
        if row["code"] != code:
            continue
        line = {
            "instrument": row["instrument"],
            "signed_on": row["signed_on"],
            "consent": row["action"] if row["deposited_on"] else None,
            "consent_on": row["deposited_on"],
        }
        table.append({name: value for name, value in line.items() if value is not None})
    return table


def compilation(row: Mapping[str, Any], cycle_id: str) -> Body | None:
    """Give a report-shaped compilation of all facts on one signatory; `None` without facts."""
    code, kind = row["code"], row["kind"]
    name = row.get("renamed", row)["name"]
    facts = [fact for fact in rows("public_facts") if fact["subject"] == code]
    if not facts:
        return None
    document = {
        "$schema": NATIONAL_REPORT if kind == "state" else REGIONAL_REPORT,
        "cover": {
            "origin": "illustrative_compilation",
            "participant": code,
            "cycle_id": cycle_id,
            "period_from": "1999-01-01",
            "period_to": COMPILED_ON,
            "form": "full",
            "language": "en",
            "lead_body": {"en": f"Compiled by the demonstration; {name} has not submitted it."},
            "contributing_bodies": [],
            "sources": [{"citation": "Public sources, quoted at each measure."}],
            "disclaimer": {"en": DISCLAIMER[kind]},
        },
        "plans": _plans(code),
        "treaties": treaties(code),
        "statements": statements(facts, DISCLAIMER[kind]),
    }
    return {"document": document, "clearance": CLEARANCE, "explanations": []}
