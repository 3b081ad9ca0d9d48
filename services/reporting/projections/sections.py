"""Projections: the parts of each version, and what participants said on showing them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from contracts.envelope import Entry
from contracts.errors import VerificationFailed
from contracts.events import RegistryEvent
from contracts.events.reports import (
    CorrigendumFiled,
    PublicationAuthorised,
    PublicationRestricted,
    ReportSubmitted,
)
from contracts.sealing import Disclosure
from services.reporting.projections.base import (
    Expect,
    Insert,
    Projection,
    Statement,
    as_text,
    bitemporal,
    json_text,
    text_by_language,
)
from services.reporting.projections.links import assistance_citation, links, measure_link
from services.reporting.projections.reports import (
    SECTIONS,
    on_document,
    postulate_statement,
    report_section,
)

section_publication = bitemporal(
    "section_publication",
    ("report_id", "version", "part"),
    Column("report_id", String(40), nullable=False),
    # Version in the report's stream.
    Column("version", Integer, nullable=False),
    # Reporting unit, human_rights or observations.
    Column("part", String(16), nullable=False),
    Column("report_version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    # authorised | restricted
    Column("act", String(16), nullable=False),
    # Of a restriction.
    text_by_language("reason", nullable=True),
    # Of a section that was sealed and is revealed here: its seal and what it says.
    Column("seal", String(64)),
    Column("changed", Boolean(create_constraint=False)),
    Column("implementation_status", String(32)),
    Column("measure_count", Integer),
    json_text("content", nullable=True),
)
"""One row per act and section; the last one by the day says whether the section is shown."""


def _revealed(event: PublicationAuthorised) -> Mapping[str, Disclosure]:
    """Read what is revealed.

    Raises:
        VerificationFailed: a disclosure is malformed, or of something else than it is said to be.
    """
    found = {one.unit: Disclosure.parse(one.disclosure) for one in event.revealed}
    for unit, disclosure in found.items():
        above = "" if unit in SECTIONS else "/statements"
        if unit not in event.units or disclosure.name != f"/document{above}/{unit}":
            raise VerificationFailed("expected the disclosure of a section that is shown")
    return found


def _place(
    event: PublicationAuthorised | PublicationRestricted, part: str
) -> tuple[Table, dict[str, Any]]:
    """Give the table and the key of a part; that it is there is for the executor to see."""
    version = {"report_id": event.report_id, "report_version": event.report_version}
    if part in SECTIONS:
        return report_section, {**version, "section": part}
    return postulate_statement, {**version, "unit": part}


def _act(
    entry: Entry, event: PublicationAuthorised | PublicationRestricted, part: str, act: str
) -> dict[str, Any]:
    return {
        "report_id": event.report_id,
        "version": entry.version,
        "part": part,
        "report_version": event.report_version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "act": act,
        "reason": None,
        "seal": None,
        "changed": None,
        "implementation_status": None,
        "measure_count": None,
        "content": None,
        "known_from": entry.position,
        "known_to": None,
    }


def _opened(disclosure: Disclosure) -> dict[str, Any]:
    said = disclosure.value
    return {
        "seal": disclosure.digest(),
        "changed": said.get("changed"),
        "implementation_status": said.get("implementation_status"),
        "measure_count": len(said.get("measures", ())),
        "content": as_text(said),
    }


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ReportSubmitted() | CorrigendumFiled():
            yield from on_document(entry, event)
        case PublicationAuthorised():
            revealed = _revealed(event)
            for part in event.units:
                row = _act(entry, event, part, "authorised")
                table, key = _place(event, part)
                if part in revealed:
                    row.update(_opened(revealed[part]))
                    key["seal"] = row["seal"]
                yield Expect(table, key, entry.position)
                yield Insert(section_publication, row)
                if part in revealed:
                    yield from links(entry, event, part, revealed[part].value)
        case PublicationRestricted():
            for part in event.units:
                yield Expect(*_place(event, part), entry.position)
                row = _act(entry, event, part, "restricted")
                row["reason"] = as_text(event.reason)
                yield Insert(section_publication, row)
        case _:
            pass


STATEMENTS = Projection(
    name="statements",
    version=4,
    tables=(
        postulate_statement,
        report_section,
        section_publication,
        measure_link,
        assistance_citation,
    ),
    cares_about=frozenset(
        {ReportSubmitted, CorrigendumFiled, PublicationAuthorised, PublicationRestricted}
    ),
    on=_on,
)
