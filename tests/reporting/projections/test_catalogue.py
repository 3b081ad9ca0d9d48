"""Every event type is claimed by a projection or waived; a new one fails here first."""

import pytest

from contracts.events import EVENT_CLASSES
from services.reporting.projections.base import Projection
from services.reporting.projections.catalogue import (
    CALLED_ON,
    METADATA,
    PROJECTIONS,
    TABLES,
    VERSIONS,
    WAIVED,
)
from services.reporting.projections.entries import ENTRIES
from services.reporting.projections.head import (
    parked_entry,
    parked_participant,
    projection_checkpoint,
    projection_head,
    projector_status,
)
from tests import makers
from tests.simulated_registry import SimulatedRegistry

EVENTS = makers.one_of_each()


def test_every_event_type_is_claimed_or_waived() -> None:
    claimed = frozenset().union(*(each.cares_about for each in PROJECTIONS))
    assert claimed | WAIVED == set(EVENT_CLASSES.values())
    assert claimed.isdisjoint(WAIVED)
    assert {type(event) for event in EVENTS} == set(EVENT_CLASSES.values())


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
def test_a_projection_says_something_of_exactly_what_it_cares_about(projection: Projection) -> None:
    registry = SimulatedRegistry()
    for event in EVENTS:
        entry = registry.entry_of(registry.append(event))
        said = list(projection.on(entry, event))
        assert bool(said) == (type(event) in projection.cares_about)
        for statement in said:
            assert statement.table in projection.tables


def test_each_table_belongs_to_one_projection_or_to_all_of_them() -> None:
    shared = {
        projection_checkpoint,
        projection_head,
        projector_status,
        parked_entry,
        parked_participant,
    }
    assert len(set(TABLES)) == len(TABLES)
    assert set(TABLES) | shared == set(METADATA.tables.values())


def test_each_event_type_is_given_only_to_those_that_claim_it() -> None:
    assert set(CALLED_ON) == set(EVENT_CLASSES)
    assert {each.name for each in CALLED_ON["act-rectified"]} == {"participation", "membership"}
    assert {each.name for each in CALLED_ON["act-contested"]} == {"participation", "membership"}
    assert {each.name for each in CALLED_ON["personal-data-erased"]} == {"people"}
    assert ENTRIES not in {each for all_of in CALLED_ON.values() for each in all_of}


def test_every_projection_has_a_version() -> None:
    assert set(VERSIONS) == {each.name for each in PROJECTIONS}
    assert all(version >= 1 for version in VERSIONS.values())
