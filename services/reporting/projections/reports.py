"""Projections: every submitted version of a report, part by part."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.reports import (
    CorrigendumFiled,
    NothingNewDeclared,
    ReportSubmitted,
    ReportVersion,
    ReportWithdrawn,
)
from services.reporting.projections.base import (
    Insert,
    Projection,
    Statement,
    as_text,
    bitemporal,
    json_text,
    text_by_language,
)
from services.reporting.projections.links import links

report_version = bitemporal(
    "report_version",
    ("report_id", "report_version"),
    # `<participant>-<cycle_id>`.
    Column("report_id", String(40), nullable=False),
    Column("report_version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # Version in the report's stream (decisions count too): what If-Match is compared with.
    Column("version", Integer, nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    # submission | illustrative_compilation
    Column("origin", String(32), nullable=False),
    # submitted | corrigendum | nothing_new
    Column("act", String(16), nullable=False),
    # full | update | nothing_new
    Column("form", String(16), nullable=False),
    Column("supersedes", Integer),
    Column("template_version", String(32)),
    Column("ruleset_version", String(32)),
    Column("validated_at_position", BigInteger),
    # sha256:… of the canonical document as sealed; NULL for nothing_new.
    Column("digest", String(71)),
    # Random ids, never names.
    Column("drafted_by", String(64), nullable=False),
    Column("cleared_by", String(64), nullable=False),
    Column("exception_reference", Text),
    json_text("findings"),
    json_text("explanations"),
    # Of a corrigendum.
    text_by_language("reason", nullable=True),
    # Parts A, B, C of the document as canonical JSON; NULL for nothing_new.
    json_text("cover", nullable=True),
    json_text("plans", nullable=True),
    json_text("treaties", nullable=True),
    # Of nothing_new: the version it renews.
    Column("renews_report", String(40)),
    Column("renews_version", Integer),
    Column("renews_digest", String(71)),
    Index("ix_report_version_generation_cycle", "generation", "cycle_id", "participant"),
    Index("ix_report_version_generation_participant", "generation", "participant"),
)
"""One row per version; which one is the latest at a position is the largest number known then."""

report_withdrawal = bitemporal(
    "report_withdrawal",
    ("report_id", "version"),
    Column("report_id", String(40), nullable=False),
    # Version in the report's stream.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    # The latest version then; those before it are withdrawn as well.
    Column("report_version", Integer, nullable=False),
    Column("digest", String(71), nullable=False),
    text_by_language("reason"),
)
"""One row per withdrawal of a report."""

postulate_statement = bitemporal(
    "postulate_statement",
    ("report_id", "report_version", "unit"),
    Column("report_id", String(40), nullable=False),
    Column("report_version", Integer, nullable=False),
    # Reporting unit of the instrument: P1 … P8.a … P10.
    Column("unit", String(8), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("origin", String(32), nullable=False),
    # True: sealed; `seal` holds the digest, and content, status and changed are NULL.
    Column("restricted", Boolean(create_constraint=False), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("changed", Boolean(create_constraint=False)),
    Column("implementation_status", String(32)),
    Column("measure_count", Integer),
    Column("seal", String(64)),
    # The statement as canonical JSON.
    json_text("content", nullable=True),
    Index("ix_postulate_statement_generation_cycle", "generation", "cycle_id", "unit"),
)
"""One row per version and reporting unit."""

report_section = bitemporal(
    "report_section",
    ("report_id", "report_version", "section"),
    Column("report_id", String(40), nullable=False),
    Column("report_version", Integer, nullable=False),
    # human_rights | observations
    Column("section", String(16), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("origin", String(32), nullable=False),
    Column("restricted", Boolean(create_constraint=False), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("seal", String(64)),
    json_text("content", nullable=True),
)
"""One row per version and part E (human_rights) or F (observations) of the document."""

SECTIONS = ("human_rights", "observations")
"""Parts E and F of the document."""


def _version(entry: Entry, event: ReportVersion, act: str, form: str, **content: Any) -> Insert:
    row = {
        "report_id": event.report_id,
        "report_version": event.report_version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "version": entry.version,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "origin": event.origin,
        "act": act,
        "form": form,
        "supersedes": None,
        "template_version": None,
        "ruleset_version": None,
        "validated_at_position": None,
        "digest": None,
        "drafted_by": event.clearance.drafted_by,
        "cleared_by": event.clearance.cleared_by,
        "exception_reference": event.clearance.exception_reference,
        "findings": "[]",
        "explanations": "[]",
        "reason": None,
        "cover": None,
        "plans": None,
        "treaties": None,
        "renews_report": None,
        "renews_version": None,
        "renews_digest": None,
        "known_from": entry.position,
        "known_to": None,
    }
    row.update(content)
    return Insert(report_version, row)


def _documented(event: ReportSubmitted | CorrigendumFiled) -> dict[str, Any]:
    """Give what a version with a document of its own adds."""
    document = event.document
    return {
        "supersedes": event.supersedes,
        "template_version": event.template_version,
        "ruleset_version": event.ruleset_version,
        "validated_at_position": event.validated_at_position,
        "digest": event.digest,
        "findings": as_text([found.model_dump() for found in event.findings]),
        "explanations": as_text([said.model_dump() for said in event.explanations]),
        "cover": as_text(document["cover"]),
        "plans": as_text(document.get("plans", [])),
        "treaties": as_text(document.get("treaties", [])),
    }


def _on_version(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case ReportSubmitted():
            yield _version(entry, event, "submitted", event.form, **_documented(event))
        case CorrigendumFiled():
            reason = as_text(event.reason)
            content = _documented(event)
            yield _version(entry, event, "corrigendum", event.form, reason=reason, **content)
        case NothingNewDeclared():
            yield _version(
                entry,
                event,
                "nothing_new",
                "nothing_new",
                renews_report=event.renews_report,
                renews_version=event.renews_version,
                renews_digest=event.renews_digest,
            )
        case ReportWithdrawn():
            yield Insert(report_withdrawal, _withdrawal(entry, event))
        case _:
            pass


def _withdrawal(entry: Entry, event: ReportWithdrawn) -> dict[str, Any]:
    return {
        "report_id": event.report_id,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "report_version": event.report_version,
        "digest": event.digest,
        "reason": as_text(event.reason),
        "known_from": entry.position,
        "known_to": None,
    }


def _part(entry: Entry, event: ReportVersion, part: Mapping[str, Any]) -> dict[str, Any]:
    """Give the columns that a statement and a section share.

    A sealed part says no more than that it is there and who may read it.
    """
    seal = part.get("sealed")
    return {
        "report_id": event.report_id,
        "report_version": event.report_version,
        "position": entry.position,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "origin": event.origin,
        "restricted": seal is not None,
        "visibility": part.get("visibility", "public" if seal is None else "secretariat"),
        "seal": seal,
        "content": as_text(part) if seal is None else None,
        "known_from": entry.position,
        "known_to": None,
    }


def on_document(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    """Give the rows of a document's parts."""
    match event:
        case ReportSubmitted() | CorrigendumFiled():
            for unit, part in event.document["statements"].items():
                row = _part(entry, event, part)
                row["unit"] = unit
                row["changed"] = part.get("changed")
                row["implementation_status"] = part.get("implementation_status")
                row["measure_count"] = None if row["restricted"] else len(part.get("measures", ()))
                yield Insert(postulate_statement, row)
                yield from links(entry, event, unit, part)
            for section in SECTIONS:
                if section in event.document:
                    row = _part(entry, event, event.document[section])
                    row["section"] = section
                    yield Insert(report_section, row)
                    yield from links(entry, event, section, event.document[section])
        case _:
            pass


REPORTS = Projection(
    name="reports",
    version=2,
    tables=(report_version, report_withdrawal),
    cares_about=frozenset({ReportSubmitted, CorrigendumFiled, NothingNewDeclared, ReportWithdrawn}),
    on=_on_version,
)
