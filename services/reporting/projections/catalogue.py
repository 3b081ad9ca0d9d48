"""Projections: all there are, and what each is called with."""

from collections.abc import Mapping

from sqlalchemy import MetaData, Table

from contracts.events import EVENT_CLASSES, RegistryEvent
from services.reporting.projections import head
from services.reporting.projections.assistance import ASSISTANCE
from services.reporting.projections.audits import AUDITS
from services.reporting.projections.base import Projection
from services.reporting.projections.commitments import COMMITMENTS
from services.reporting.projections.cycles import CYCLES
from services.reporting.projections.decisions import DECISIONS, REVIEWS
from services.reporting.projections.entries import ENTRIES
from services.reporting.projections.evidence import EVIDENCE
from services.reporting.projections.obligations import OBLIGATIONS
from services.reporting.projections.participation import MEMBERSHIP, PARTICIPATION
from services.reporting.projections.people import PEOPLE
from services.reporting.projections.plans import PLANS
from services.reporting.projections.publications import PUBLICATIONS
from services.reporting.projections.reports import REPORTS
from services.reporting.projections.sections import STATEMENTS

PROJECTIONS: tuple[Projection, ...] = (
    ENTRIES,
    PARTICIPATION,
    MEMBERSHIP,
    PEOPLE,
    PLANS,
    COMMITMENTS,
    PUBLICATIONS,
    CYCLES,
    OBLIGATIONS,
    REPORTS,
    STATEMENTS,
    DECISIONS,
    REVIEWS,
    AUDITS,
    ASSISTANCE,
    EVIDENCE,
)
"""They share one checkpoint and one generation, so that joined answers stand at one position."""

WAIVED: frozenset[type[RegistryEvent]] = frozenset()
"""Event classes that no projection needs; every other class must be claimed by one."""

TABLES: tuple[Table, ...] = tuple(table for each in PROJECTIONS for table in each.tables)

METADATA: MetaData = head.projection_head.metadata
"""Every table of reporting's database; the migrations are checked against it."""

VERSIONS: Mapping[str, int] = {each.name: each.version for each in PROJECTIONS}

CALLED_ON: Mapping[str, tuple[Projection, ...]] = {
    wire: tuple(each for each in PROJECTIONS if event_class in each.cares_about)
    for wire, event_class in EVENT_CLASSES.items()
}
"""The projections that each event type on the wire is given to."""
