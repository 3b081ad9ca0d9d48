"""Tests: a register that was told things, projected for real, and asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine

from contracts.events import RegistryEvent
from contracts.sealing import Disclosure
from services.reporting.app import create_app
from services.reporting.database import make_reporting_engine
from services.reporting.projector import Projector
from services.reporting.queries.as_of import AtInstant, AtPosition
from services.reporting.queries.head import locate
from services.reporting.queries.rows import Page
from services.reporting.web.opening import Opener
from tests.disclosing import Discloser
from tests.in_process import InProcess, client_of
from tests.issuing import authenticate
from tests.simulated_registry import SimulatedRegistry

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALL = Page(limit=1000)


class Told:
    """A register in memory, and reporting's database that follows it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.registry = SimulatedRegistry()
        self.now = NOW
        self.projector = self._new_projector()

    def _new_projector(self) -> Projector:
        key = self.registry.key.verifier
        return Projector(self.engine, self.registry.feed(), key, self.clock)

    def restart(self) -> None:
        """Let another projector go on."""
        self.projector = self._new_projector()

    def clock(self) -> datetime:
        return self.now

    def tell(self, *events: RegistryEvent, at: datetime | None = None) -> int:
        """Record events and project them; the position of the last."""
        position = self.registry.append(*events, at=at)
        self.project()
        return position

    def tell_in_order(self, *told: tuple[datetime, RegistryEvent]) -> int:
        """Record each event at its instant, and project them all."""
        for at, event in told:
            self.registry.append(event, at=at)
        self.project()
        return self.registry.size

    def project(self) -> None:
        while (batch := self.projector.fetch(0)) is not None:
            self.projector.apply(batch)

    def ask(
        self,
        query: Callable[..., Any],
        *,
        as_of: int | datetime | None = None,
        effective_on: date | None = None,
        **parameters: Any,
    ) -> Any:
        """Ask a query at one position and on one day."""
        at: AtPosition | AtInstant | None = None
        if isinstance(as_of, datetime):
            at = AtInstant(as_of)
        elif as_of is not None:
            at = AtPosition(as_of)
        with self.engine.begin() as connection:
            _, moment = locate(connection, at, effective_on, now=self.now)
            return query(connection, moment, **parameters)

    def disclosing(self, *opening: Disclosure) -> Discloser:
        """A registry that discloses what opens the seals of this register to who may read it."""
        return Discloser(self.registry.events, opening, self.clock)

    @contextmanager
    def reading(self, discloser: Discloser | None = None, **options: Any) -> Iterator[InProcess]:
        """Start an app at which readers sign in, with the registry that it asks."""
        asked = discloser or self.disclosing()
        with client_of(
            create_app(
                self.engine,
                clock=self.clock,
                authenticate=authenticate(self.clock),
                opener=Opener(asked.client),
                **options,
            )
        ) as client:
            yield client

    @contextmanager
    def client(self, **options: Any) -> Iterator[InProcess]:
        """Start reporting's app on the database."""
        with client_of(create_app(self.engine, clock=self.clock, **options)) as client:
            yield client


@contextmanager
def told_on(url: str) -> Iterator[Told]:
    """Make an empty register whose projections are in a database at its newest revision."""
    engine = make_reporting_engine(url)
    try:
        yield Told(engine)
    finally:
        engine.dispose()


def on(day: str, hour: int = 12) -> datetime:
    """Give an instant on a day, UTC."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)
