"""Projections: what readable parts of reports name: commitments carried out, assistance cited."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from contracts.envelope import Entry
from contracts.events.reports import CorrigendumFiled, PublicationAuthorised, ReportSubmitted
from services.reporting.projections.base import Insert, bitemporal


def _named_in_reports(table: str, *columns: Column[Any] | Index) -> Table:
    """Describe a table with a row for each thing that an open part of a report names."""
    return bitemporal(
        table,
        ("report_id", "version", "part", "place"),
        Column("report_id", String(40), nullable=False),
        # Version in the report's stream of what says it: a version of the report, or what
        # reveals it.
        Column("version", Integer, nullable=False),
        # Reporting unit or human_rights.
        Column("part", String(16), nullable=False),
        # Number of what is named within the part, from 1.
        Column("place", Integer, nullable=False),
        Column("report_version", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("participant", String(16), nullable=False),
        Column("cycle_id", String(20), nullable=False),
        *columns,
    )


measure_link = _named_in_reports(
    "measure_link",
    Column("measure_id", String(64), nullable=False),
    # As the participant says; NULL where it does not.
    Column("implementation_status", String(32)),
    Column("plan_id", String(64), nullable=False),
    Column("commitment_id", String(64), nullable=False),
    Index("ix_measure_link_generation_plan", "generation", "plan_id", "commitment_id"),
)
"""One row per commitment that a measure names, as far as the part was ever open."""

assistance_citation = _named_in_reports(
    "assistance_citation",
    Column("assistance_id", String(64), nullable=False),
    Index("ix_assistance_citation_generation_assistance", "generation", "assistance_id"),
)
"""One row per need or offer that a statement cites, as far as it was ever open."""

Readable: TypeAlias = ReportSubmitted | CorrigendumFiled | PublicationAuthorised
"""Events by which parts of reports can be read."""


def links(entry: Entry, event: Readable, part: str, said: Mapping[str, Any]) -> Iterator[Insert]:
    """Give the rows of one part that can be read; what is sealed names nothing.

    Args:
        entry: that makes it readable.
        event: the same, as an event.
        part: name of the part.
        said: what it says.
    """
    found = (
        (measure, link)
        for measure in said.get("measures", ())
        for link in measure.get("commitments", ())
    )
    for place, (measure, link) in enumerate(found, start=1):
        yield Insert(
            measure_link,
            {
                **_named(entry, event, part, place),
                "measure_id": measure["measure_id"],
                "implementation_status": measure.get("implementation_status"),
                "plan_id": link["plan_id"],
                "commitment_id": link["commitment_id"],
            },
        )
    for place, cited in enumerate(said.get("assistance_cited", ()), start=1):
        row = _named(entry, event, part, place)
        yield Insert(assistance_citation, {**row, "assistance_id": cited["assistance_id"]})


def _named(entry: Entry, event: Readable, part: str, place: int) -> dict[str, Any]:
    return {
        "report_id": event.report_id,
        "version": entry.version,
        "part": part,
        "place": place,
        "report_version": event.report_version,
        "position": entry.position,
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "known_from": entry.position,
        "known_to": None,
    }
