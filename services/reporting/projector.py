"""Projector: a page of rows and its checkpoint in one transaction; stops rather than skips."""

from time import perf_counter

import structlog
from sqlalchemy import Connection, Engine

from contracts.errors import VerificationFailed
from contracts.keyring import Verifier
from services.kit.clock import Clock
from services.kit.database import write_transaction
from services.kit.errors import Unavailable
from services.reporting.execution import REFUSED, insert_rows
from services.reporting.feed import Batch, Consumer, Feed
from services.reporting.folding import Folded, Stopped
from services.reporting.generations import (
    Fenced,
    Place,
    assert_newest,
    cut_back,
    live_generation,
    live_or_first,
    move,
    read_place,
)
from services.reporting.parking import project_singly, project_together, read_parked
from services.reporting.projections.catalogue import VERSIONS
from services.reporting.projections.entries import entry_table, index_row
from services.reporting.status import (
    record_fenced,
    record_running,
    record_stopped,
    record_unreachable,
)

logger = structlog.get_logger(__name__)


class Projector:
    """Brings one generation forward, batch by batch.

    Any number may run at once, in any number of processes: each batch goes in with the
    checkpoint it began from, or not at all.
    """

    def __init__(
        self,
        engine: Engine,
        feed: Feed,
        verifier: Verifier,
        clock: Clock,
        *,
        generation: int | None = None,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            engine: reporting's database.
            feed: where entries come from.
            verifier: the log's key or keys, pinned; one suffices.
            clock: for the status alone; no row depends on it.
            generation: one that is being built; `None` follows the one that answers.
        """
        self._engine = engine
        self._feed = feed
        self._verifier = verifier
        self._clock = clock
        self._building = generation
        self._place: Place | None = None
        self._consumer: Consumer | None = None

    def fetch(self, wait_seconds: int) -> Batch | None:
        """Read and verify what comes next; nothing is written but the status.

        Returns:
            `None` if nothing came in time.

        Raises:
            Stopped: what the registry said does not check out; unproven rows were taken back.
            Unavailable: the registry does not answer now.
        """
        place, consumer = self._start()
        try:
            batch = consumer.next_batch(wait_seconds)
        except VerificationFailed as error:
            self._forget()
            raise self._stop(place.generation, consumer.position, error) from error
        except Unavailable as error:
            with write_transaction(self._engine) as connection:
                record_unreachable(connection, place.generation, error.detail, self._clock())
            raise
        if batch is None and not self._rest(place.generation, consumer.seen_size):
            return self.fetch(0)
        return batch

    def _rest(self, generation: int, seen_size: int) -> bool:
        """Note that nothing came; `False` where another generation answers, now to be followed."""
        with write_transaction(self._engine) as connection:
            if self._building is None and live_generation(connection) != generation:
                self._forget()
                return False
            record_running(connection, generation, seen_size, self._clock())
            return True

    def apply(self, batch: Batch) -> None:
        """Write a batch: all its rows and the checkpoint, or nothing.

        Raises:
            Fenced: another projector is at work, or another generation answers.
            Stopped: the batch holds an entry that cannot be projected.
        """
        place, consumer = self._start()
        began = perf_counter()
        try:
            parked = self._write(place.generation, batch, consumer.seen_size)
            # Whatever happens now, the next batch begins from what the database holds.
        except Fenced:
            self._forget()
            with write_transaction(self._engine) as connection:
                record_fenced(connection, place.generation)
            raise
        except Stopped as error:
            self._forget()
            with write_transaction(self._engine) as connection:
                record_stopped(connection, place.generation, error.reason, error.position)
            logger.error("projector_stopped", position=error.position, reason=error.reason)  # noqa: TRY400 - the caller has the traceback
            raise
        except BaseException:
            self._forget()
            raise
        for participant, (since, reason) in parked.items():
            logger.error(
                "participant_parked", participant=participant, position=since, reason=reason
            )
        (logger.info if self._building is None else logger.debug)(
            "page_projected",
            generation=place.generation,
            position=batch.frontier.size,
            entries=len(batch.entries),
            is_proven=batch.checkpoint is not None,
            duration_ms=round((perf_counter() - began) * 1000, 1),
        )

    @property
    def seen_size(self) -> int:
        """Largest size that the registry was seen to sign."""
        return self._consumer.seen_size if self._consumer else 0

    def position(self) -> int:
        """Read how far the generation has come, whoever brought it there."""
        with self._engine.connect() as connection:
            generation = self._building or live_generation(connection)
            return 0 if generation is None else read_place(connection, generation).position

    def _start(self) -> tuple[Place, Consumer]:
        if self._place is None or self._consumer is None:
            with write_transaction(self._engine) as connection:
                generation = self._building or live_or_first(connection)
                self._place = read_place(connection, generation)
            if self._place.versions != VERSIONS:
                reason = "the projections have changed since these rows were made; run a rebuild"
                position = self._place.position + 1
                with write_transaction(self._engine) as connection:
                    record_stopped(connection, self._place.generation, reason, position)
                raise Stopped(reason, position=position)
            self._consumer = Consumer(self._feed, self._verifier, self._place.frontier)
        return self._place, self._consumer

    def _write(self, generation: int, batch: Batch, seen_size: int) -> dict[str, tuple[int, str]]:
        try:
            with write_transaction(self._engine) as connection:
                return self._write_in(connection, generation, batch, seen_size).parked
        except REFUSED:
            with write_transaction(self._engine) as connection:
                return self._write_in(connection, generation, batch, seen_size, singly=True).parked

    def _write_in(
        self,
        connection: Connection,
        generation: int,
        batch: Batch,
        seen_size: int,
        *,
        singly: bool = False,
    ) -> Folded:
        if self._building is not None:
            assert_newest(connection, generation)  # else who drops its rows may hold the lock
        place = read_place(connection, generation, lock=True)
        if place.position != batch.after:
            raise Fenced(f"expected generation {generation} at {batch.after}, it is elsewhere")
        if self._building is None and live_generation(connection) != generation:
            raise Fenced(f"generation {generation} is no longer the one that answers")
        parked = {each.participant for each in read_parked(connection, generation)}
        project = project_singly if singly else project_together
        folded = project(connection, generation, batch.entries, parked)
        if batch.entries:
            rows = [index_row(each.entry, each.leaf_hash) for each in batch.entries]
            insert_rows(connection, generation, entry_table, rows)
        move(
            connection,
            generation,
            expected=batch.after,
            frontier=batch.frontier,
            recorded_at=batch.entries[-1].entry.recorded_at if batch.entries else place.recorded_at,
            checkpoint=batch.checkpoint,
        )
        record_running(connection, generation, seen_size, self._clock())
        return folded

    def _stop(self, generation: int, expected: int, error: VerificationFailed) -> Stopped:
        """Take unproven rows back and note why; the failed answer itself was never written."""
        with write_transaction(self._engine) as connection:
            place = read_place(connection, generation, lock=True)
            if place.position != expected:
                raise Fenced(f"expected generation {generation} at {expected}, it is elsewhere")
            position = error.position or place.position + 1
            if place.position > place.proven_position:
                cut_back(connection, place)
            record_stopped(connection, generation, error.reason, position)
        logger.error("projector_stopped", position=position, reason=error.reason)
        return Stopped(error.reason, position=position)

    def _forget(self) -> None:
        self._place = self._consumer = None
