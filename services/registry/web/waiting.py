"""Registry web: readers of the feed who wait for the next entry, parked on one watcher.

A waiting reader holds neither thread nor database connection: one thread of the process looks at
the signed size, and wakes the readers on the loop when it has grown.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from services.kit.errors import Unavailable

LOOK_SECONDS = 0.5
"""How long the watcher waits at most before it looks whether it should stop."""


class Watcher:
    """Wakes readers when the log has been signed beyond what they have seen."""

    def __init__(self, wait_for: Callable[[int, float], int], *, max_waiting: int) -> None:
        """Make it; `start` sets it to work.

        Args:
            wait_for: blocks until the signed size is at least the first argument, or for as many
                seconds as the second; gives the signed size.
            max_waiting: readers that may be parked at once.
        """
        self._wait_for, self._max_waiting = wait_for, max_waiting
        self._size = 0
        self._waiting = 0
        self._grown = asyncio.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """Say how many readers are parked."""
        return self._waiting

    def start(self) -> None:
        """Begin to watch; called on the loop that the readers run on."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._watch, args=(loop,), name="feed-watcher")
        self._thread.start()

    def stop(self) -> None:
        """Wake everybody and end; may be called twice, and from any thread."""
        self._stopping.set()

    def join(self) -> None:
        """Wait until the watching thread has ended."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    async def wait_beyond(self, after: int, seconds: float) -> None:
        """Wait until there is something after a position, or the time is over, or we stop.

        Raises:
            Unavailable: too many wait already.
        """
        if seconds <= 0 or self._size > after or self._stopping.is_set():
            return
        if self._waiting >= self._max_waiting:
            raise Unavailable("as many readers wait as may; read without waiting")
        self._waiting += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._size <= after and not self._stopping.is_set():
                        await self._grown.wait()
        finally:
            self._waiting -= 1

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stopping.is_set():
            size = self._wait_for(self._size + 1, LOOK_SECONDS)
            if size > self._size:
                self._size = size
                self._tell(loop)
        self._tell(loop)

    def _tell(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop was closed before us: nobody waits any more
            loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
