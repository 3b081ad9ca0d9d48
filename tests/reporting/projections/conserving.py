"""Projections: any history projected into a generation of its own, for the laws of conservation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from contracts.events import RegistryEvent
from services.reporting.projector import Projector
from tests.reporting.projected import begin_anew
from tests.simulated_registry import SimulatedRegistry

EXAMPLES = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example projects into the same database, a generation of its own."""


def recorded(events: list[RegistryEvent]) -> SimulatedRegistry:
    registry = SimulatedRegistry()
    registry.append(*events)
    return registry


@contextmanager
def projected(engine: Engine, registry: SimulatedRegistry, *, limit: int = 256) -> Iterator[Engine]:
    """Project into a generation of its own, which answers from then on."""
    registry.limit = limit
    begin_anew(engine)
    projector = Projector(
        engine, registry.feed(), registry.key.verifier, lambda: datetime(2026, 11, 21, tzinfo=UTC)
    )
    while (batch := projector.fetch(0)) is not None:
        projector.apply(batch)
    yield engine
