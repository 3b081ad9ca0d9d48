"""Registry: its budgets, and which of them all its processes share."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import Field
from sqlalchemy import make_url

from services.kit.budgets import Budget
from services.kit.database import SERVING_SECONDS, make_engine
from services.kit.limit_settings import MOST, LimitSettings
from services.kit.limiting import SHARED_THREADS, Limiter
from services.kit.shared_budgets import SharedBudgets

SHARED = ("write", "validation", "export")
"""What works in the database anyway; a read asks nobody but this process."""


class RegistryLimits(LimitSettings):
    """How often somebody may ask the registry."""

    writes_per_minute: int = Field(default=600, ge=1, le=MOST)
    """Writes, drafts included, that a principal, and an address, may make in a minute; more get
    429. On PostgreSQL all processes of the registry count a principal's together."""
    writes_burst: int = Field(default=300, ge=1, le=MOST)
    """How many of them at once."""
    validations_per_minute: int = Field(default=120, ge=1, le=MOST)
    """The same for dry runs of whole reports."""
    validations_burst: int = Field(default=60, ge=1, le=MOST)
    """How many of them at once."""
    exports_per_minute: int = Field(default=12, ge=1, le=MOST)
    """The same for exports of the log and of a participant's own data."""
    exports_burst: int = Field(default=6, ge=1, le=MOST)
    """How many of them at once."""
    exports_under_way: int = Field(default=8, ge=1, le=1_000)
    """Exports that one process streams at the same time; more get 503."""
    exports_under_way_each: int = Field(default=2, ge=1, le=1_000)
    """How many of these for one principal, or one address without any; more get 429."""

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """Give all budgets."""
        return (
            *super().budgets,
            Budget(name="write", per_minute=self.writes_per_minute, burst=self.writes_burst),
            Budget(
                name="validation",
                per_minute=self.validations_per_minute,
                burst=self.validations_burst,
            ),
            Budget(name="export", per_minute=self.exports_per_minute, burst=self.exports_burst),
        )


@contextmanager
def opened_limiter(settings: RegistryLimits, url: str, *, secret: bytes) -> Iterator[Limiter]:
    """Give what limits the registry by these settings, for as long as it serves.

    Args:
        settings: as set.
        url: of the log's database, as the service uses it. On SQLite nothing is shared.
        secret: keys the digests of who is limited; the same for all processes.
    """
    if make_url(url).get_backend_name() != "postgresql":
        yield Limiter(settings.budgets, proxies=settings.proxies)
        return
    engine = make_engine(url, pool_size=SHARED_THREADS, answer_seconds=SERVING_SECONDS)
    try:
        shared = SharedBudgets(engine, SHARED, secret=secret)
        yield Limiter(settings.budgets, proxies=settings.proxies, shared=shared)
    finally:
        engine.dispose()
