"""Tests: something sealed in every place where an answer has a marker, and who may read which."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contracts.catalogue import catalogue, load
from contracts.sealing import Disclosure
from tests import makers
from tests.disclosing import Discloser
from tests.makers import hidden, sealed
from tests.reporting.answering import Told, on
from tests.reporting.web.reading import AUDITOR, FOCAL_POINT, SECRETARIAT, STANDINGS

OTHER = ("focal-point:ZZB", "fp-other")
READERS = (SECRETARIAT, FOCAL_POINT, OTHER, AUDITOR)

_OWN = frozenset({SECRETARIAT, FOCAL_POINT})
"""Who may read what ZZA sealed for the secretariat."""

SAID: Mapping[str, tuple[str, str, frozenset[tuple[str, str]]]] = {
    "observation": ("observation", "auditors", _OWN | {AUDITOR}),
    "finding": ("finding", "participants", _OWN | {OTHER, AUDITOR}),
    "first-response": ("response", "secretariat", _OWN),
    "response": ("response", "auditors", _OWN | {AUDITOR}),
    "recommendation": ("recommendation", "auditors", _OWN | {AUDITOR}),
    "answer": ("response", "secretariat", _OWN),
    "note": ("note", "auditors", _OWN | {AUDITOR}),
    "closing": ("closing", "secretariat", _OWN),
    "open-need": ("request", "secretariat", _OWN),
    "need": ("request", "participants", _OWN | {OTHER}),  # of no cycle: no mandate for one has it
    "conclusion": ("conclusion", "auditors", _OWN),
    "offer": ("offer", "secretariat", frozenset({SECRETARIAT, OTHER})),
    "description": ("description", "auditors", _OWN | {AUDITOR}),
    "revision": ("description", "auditors", _OWN | {AUDITOR}),
}
"""By name of a text: the section it stands in, for whom it is sealed, and who may read it."""

SHOWN: Mapping[str, tuple[str, ...]] = {
    "findings": ("/v1/findings",),
    "recommendations": ("/v1/recommendations",),
    "observations": ("/v1/observations",),
    "assistance": ("/v1/assistance",),
    "evidence": ("/v1/evidence",),
    "national-overview": ("/v1/participants/ZZA/overview?cycle=2026",),
    "report": ("/v1/reports/ZZA/2026",),
    "report-statement": ("/v1/reports/ZZA/2026/postulates/P5",),
    "report-version": ("/v1/reports/ZZA/2026/versions/1",),
    "report-record": ("/v1/reports/ZZA/2026/record",),
    "regional-report": ("/v1/regional-reports/ORG-ZZO/2026",),
}
"""By contract: addresses at which its answers have markers."""

FIGURES = {"matrix": ("/v1/aggregates/matrix?cycle=2026",)}
"""Of those that mark, the ones that count: what is sealed enters none of them."""


def opening(name: str) -> Disclosure:
    """What opens the marker of a text."""
    section, visibility, _ = SAID[name]
    more = {"assessment": "substantiated"} if section == "finding" else {}
    said = {"text": {"en": text(name)}, "visibility": visibility, **more}
    return Disclosure(f"/{section}", "c2FsdCBvZiBzaXh0ZWVuIQ", said)


def text(name: str) -> str:
    return f"What the {name} says."


def marker(name: str) -> dict[str, Any]:
    """The member of an event in which the text is sealed."""
    section, visibility, _ = SAID[name]
    return {section: {"sealed": opening(name).digest(), "visibility": visibility}}


def seal_everything(told: Told) -> Discloser:
    """Tell of everything that can be sealed; give the registry that opens it."""
    open_one = makers.statement("One law.", good_practices=[{"en": "A hotline."}])
    document = {"statements": {"P1": open_one, "P5": sealed("P5", visibility="auditors")}}
    told.tell(
        *(makers.signature_recorded(code) for code in ("ZZA", "ZZB", "ORG-ZZO")),
        makers.membership_recorded("ZZA"),
        makers.cycle_opened("2025"),
        makers.report_submitted("ZZA", "2025", document=_report("ZZA", "2025", document)),
        at=on("2025-04-01"),
    )
    told.tell(
        makers.cycle_opened("2026"),
        makers.focal_point_designated("ZZA"),
        makers.focal_point_designated("ZZB", focal_point_id="fp-other"),
        makers.mandate_granted(),
        *(
            makers.report_submitted(code, document=_report(code, "2026", document))
            for code in ("ZZA", "ORG-ZZO")
        ),
        makers.assistance_requested(**marker("open-need")),
        makers.assistance_requested(assistance_id="ZZA-NEED-2", **marker("need")),
        makers.assistance_offered(**marker("offer")),
        makers.evidence_deposited(**marker("description")),
        makers.evidence_revised(**marker("revision")),
        at=on("2026-04-01"),
    )
    told.tell(
        makers.observation_recorded(**marker("observation")),
        makers.finding_issued(**marker("finding")),
        makers.finding_responded(**marker("first-response")),
        makers.finding_responded(**marker("response")),
        makers.recommendation_issued(**marker("recommendation")),
        makers.recommendation_responded(**marker("answer")),
        makers.recommendation_followed_up(effective_on=date(2026, 9, 2), **marker("note")),
        makers.finding_closed(**marker("closing")),
        makers.assistance_concluded(assistance_id="ZZA-NEED-2", **marker("conclusion")),
        at=on("2026-11-02"),
    )
    registry = told.disclosing(hidden("P5"), hidden("human_rights"), *map(opening, SAID))
    registry.standings.update(STANDINGS)
    return registry


def _report(code: str, cycle_id: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    parts = {**parts, "human_rights": sealed("human_rights", visibility="secretariat")}
    return makers.national_report(code, cycle_id, **parts)


def markers(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Walk an answer to everything in it that is a marker, or says that it is restricted."""
    if isinstance(node, list):
        for number, value in enumerate(node):
            yield from markers(value, f"{path}/{number}")
    if isinstance(node, dict):
        if node.get("restricted") is True or isinstance(node.get("sealed"), str):
            yield path, node
        for name, value in node.items():
            yield from markers(value, f"{path}/{name}")


def contracts_with_markers() -> set[str]:
    """Name the answers of which the contract says that something in a row may be restricted."""
    return {
        one.name
        for one in catalogue().contracts.values()
        if one.kind == "answers"
        and any(
            name == "seal" or (name == "restricted" and schema.get("type") == "boolean")
            for name, schema in _members(load(one.id), one.id, set())
        )
    }


def _members(node: Any, base: str, seen: set[str]) -> Iterator[tuple[str, Any]]:
    """Walk a schema, and what it refers to, to the members it names."""
    if isinstance(node, list):
        for one in node:
            yield from _members(one, base, seen)
    if not isinstance(node, dict):
        return
    yield from node.get("properties", {}).items()
    for name, value in node.items():
        if name == "$ref" and (target := value if value[0] != "#" else base + value) not in seen:
            seen.add(target)
            identifier, _, fragment = target.partition("#")
            found: Any = load(identifier)
            for step in fragment.split("/")[1:]:
                found = found[step]
            yield from _members(found, identifier, seen)
        elif name != "$defs":
            yield from _members(value, base, seen)
