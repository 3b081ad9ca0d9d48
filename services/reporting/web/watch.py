"""Keeps in memory how far the register is known, so that nobody asks the database to find out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

import anyio.to_thread
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from services.kit.clock import Clock
from services.kit.errors import Unavailable
from services.reporting.queries.head import EMPTY, NOT_STARTED, Head, Progress, read_head

LOOK_EVERY_SECONDS = 0.15
STALE_AFTER_SECONDS = 5.0
"""Without a look at the database for this long the process is not ready."""
WAIT_SECONDS = 2.0
"""How long `min_position` is waited for."""

logger = structlog.get_logger(__name__)


class HeadWatcher:
    """One task per process that looks at the checkpoint; readers that wait hold no thread."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        max_waiting: int,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._max_waiting, self._wait_seconds = max_waiting, wait_seconds
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._looked_at: float | None = None
        self.head: Head = EMPTY
        self.progress: Progress = NOT_STARTED

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look once before the first request, then again and again until the app stops."""
        await self.look()
        stopping = asyncio.Event()
        task = asyncio.create_task(self._run(stopping), name="head-watcher")
        try:
            yield
        finally:
            self.end_waiting()
            stopping.set()  # not cancelled: a look in its thread would outlive the engine
            await task

    async def look(self) -> None:
        """Read the head once; a database that does not answer leaves what was known."""
        try:
            head, self.progress = await anyio.to_thread.run_sync(self._read)
        except SQLAlchemyError as error:
            logger.warning("head_not_read", error=type(error).__name__)
            return
        self._looked_at = monotonic()
        if head != self.head:
            self.head = head
            self._wake()

    @property
    def waiting(self) -> int:
        """Say how many readers wait for a position."""
        return len(self._waiting)

    def knows(self, position: int | None) -> bool:
        """Say whether there is nothing to wait for."""
        return position is None or position <= self.head.position

    async def wait_for(self, position: int | None) -> None:
        """Return when `position` is known; at once where none is asked for.

        Raises:
            Unavailable: not within the time that it may take, or too many wait already.
        """
        if position is None or self.knows(position):
            return
        if len(self._waiting) >= self._max_waiting:
            raise Unavailable("more readers wait for a position than this process takes")
        arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[arrived] = position
        try:
            async with asyncio.timeout(self._wait_seconds):
                await arrived
        except TimeoutError:
            raise Unavailable(
                f"expected a position up to {self.head.position}, which is known here"
            ) from None
        finally:
            del self._waiting[arrived]

    def end_waiting(self) -> None:
        """Answer 503 to everybody who waits: the process is about to stop."""
        for arrived in self._waiting:
            if not arrived.done():
                arrived.set_exception(Unavailable("the service is stopping"))

    def check(self) -> None:
        """Say whether the head is known.

        Raises:
            Unavailable: the database has not answered for a while.
        """
        if self._looked_at is None or monotonic() - self._looked_at > STALE_AFTER_SECONDS:
            raise Unavailable("the database does not answer now")

    def check_projected(self) -> None:
        """Say whether there is anything to answer from; a projector that stopped later is no bar.

        Raises:
            Unavailable: the projector has not begun, or not come to a signed size yet.
        """
        if self.progress.state == "not_started":
            raise Unavailable("nothing is projected yet: no projector has begun")
        if self.head.position == 0 and self.progress.seen_at is None:
            raise Unavailable("nothing is projected yet: the registry has not been heard from")
        if self.head.position == 0 and self.progress.seen_size:
            seen = self.progress.seen_size
            raise Unavailable(f"nothing is projected yet: the registry has signed {seen} entries")

    async def _run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await stopping.wait()

    def _read(self) -> tuple[Head, Progress]:
        with self._engine.begin() as connection:
            return read_head(connection, now=self._clock())

    def _wake(self) -> None:
        for arrived, position in self._waiting.items():
            if position <= self.head.position and not arrived.done():
                arrived.set_result(None)
