"""Log: the transaction of a batch, its retries, and the one connection that it uses."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from contracts.merkle import Frontier
from services.kit.errors import ServiceError, Unavailable
from services.registry.log import postgresql, sqlite
from services.registry.log.batch import Head, Known, Outcome, Prepared, Settled, settle
from services.registry.log.timekeeping import Timekeeper, steady_seconds
from services.registry.log.vault import Vault

logger = structlog.get_logger(__name__)


class Signer(Protocol):
    """What the log asks of whoever signs its checkpoints."""

    def check(self, head: Head, /) -> None:
        """Refuse a head that is behind what was signed, by raising `Unavailable`."""

    def committed(self, before: Frontier, after: Frontier, /) -> None:
        """Hear of a committed batch."""


class BatchWriter:
    """Commits batches, one after the other, all from one thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        signer: Signer | None = None,
        *,
        vault: Vault | None = None,
        guard: Callable[[], None] | None = None,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._engine, self._signer, self._guard = engine, signer, guard
        self._wrap = vault.wrap if vault else None
        self.timekeeper = Timekeeper(clock, steady)
        dialect: Any = postgresql if engine.dialect.name == "postgresql" else sqlite
        self._open, self._is_blocked = dialect.Writer, dialect.is_blocked
        self._driver = engine.dialect.loaded_dbapi
        self._writer: postgresql.Writer | sqlite.Writer | None = None

    def commit(self, batch: Sequence[Prepared]) -> Sequence[Outcome]:
        """Commit a batch and give each append's outcome.

        If the database fails, what became of the batch is unknown (the answer to COMMIT may be
        lost): every append is tried again alone, and looks its key up first, under the lock. That
        ends as soon as the database fails one of them too, or if somebody else's lock was in the
        way: nobody waits for the patience of all.
        """
        try:
            return self._transact(batch)
        except ServiceError as error:
            return [error] * len(batch)
        except self._failures as error:
            self._disconnect(error)
            if self._is_blocked(_cause(error)):
                return [_unavailable(error) for _ in batch]
            return self._commit_one_by_one(batch)
        except Exception as error:
            self._disconnect(error)  # a bug: at least nobody's lock is held
            raise

    def close(self) -> None:
        """Close the connection."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(self._driver.Error):
                writer.close()

    @property
    def _failures(self) -> tuple[type[Exception], ...]:
        return (self._driver.Error, SQLAlchemyError)

    def _commit_one_by_one(self, batch: Sequence[Prepared]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for prepared in batch:
            try:
                outcomes.extend(self._transact([prepared]))
            except ServiceError as error:
                outcomes.append(error)
            except (self._driver.DataError, self._driver.IntegrityError) as error:
                self._disconnect(error)
                outcomes.append(error)  # trying again would not help: a bug
            except self._failures as error:
                self._disconnect(error)
                return outcomes + [_unavailable(error) for _ in batch[len(outcomes) :]]
        return outcomes

    def _transact(self, batch: Sequence[Prepared]) -> Sequence[Outcome]:
        writer = self._connected()
        keys = {(prepared.append.scope, prepared.append.key) for prepared in batch}
        expected = {pair for prepared in batch for pair in prepared.append.expects.items()}
        known = writer.begin(keys, expected)
        try:
            settled = self._settle(known, batch)
        except ServiceError:
            writer.rollback()
            raise
        if not settled.entries:
            writer.rollback()
            return settled.outcomes
        writer.finish(settled)
        if self._signer:
            self._signer.committed(settled.before, settled.after)
        return settled.outcomes

    def _settle(self, known: Known | None, batch: Sequence[Prepared]) -> Settled:
        if known is None:
            raise Unavailable("the log has not been founded: `concord registry migrate` does")
        if self._guard:
            self._guard()
        if self._signer:
            self._signer.check(known.head)
        recorded_at = self.timekeeper.recorded_at(known.head.last_recorded_at)
        return settle(known, batch, recorded_at, self._wrap)

    def _connected(self) -> "postgresql.Writer | sqlite.Writer":
        """Give the writer on its connection, which no pool gets back with our settings."""
        if self._writer is None:
            pooled = self._engine.raw_connection()
            connection = pooled.driver_connection
            pooled.detach()
            self._writer = self._open(connection)
        return self._writer

    def _disconnect(self, error: Exception) -> None:
        logger.warning("batch_failed", error=type(_cause(error)).__name__)
        self.close()


def _cause(error: Exception) -> BaseException:
    """Give the driver's error, which SQLAlchemy wraps where it made the connection."""
    return error.orig if isinstance(error, DBAPIError) and error.orig else error


def _unavailable(error: Exception) -> Unavailable:
    unavailable = Unavailable("the log's database does not answer")
    unavailable.__cause__ = error
    return unavailable
