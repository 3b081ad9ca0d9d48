"""Registry web: readers of the feed who wait for the next entry, parked on one watcher.

A waiting reader holds neither thread nor database connection: whoever signs tells the watcher the
new size, and the watcher wakes the readers on their loop.
"""

import asyncio
from contextlib import suppress

from services.kit.errors import Unavailable


class Watcher:
    """Wakes readers when the log has been signed beyond what they have seen."""

    def __init__(self, *, max_waiting: int, most_seconds: int = 30) -> None:
        """Make it; nobody can wait before it is started.

        Args:
            max_waiting: readers that may be parked at once.
            most_seconds: how long each may be, whatever it asks for.
        """
        self._most_seconds = most_seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._size, self._max_waiting = 0, max_waiting
        self._waiting, self._stopped = 0, False
        self._grown = asyncio.Event()

    def start(self) -> None:
        """Bind it to the loop that the readers run on."""
        self._loop = asyncio.get_running_loop()

    @property
    def waiting(self) -> int:
        """Say how many readers are parked."""
        return self._waiting

    def grew(self, size: int) -> None:
        """Hear of a new signed size; from any thread."""
        if self._loop is None:
            return
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._wake, size)

    def stop(self) -> None:
        """Let everybody go, now and from now on; from any thread."""
        self._stopped = True
        self.grew(0)

    async def wait_beyond(self, after: int, seconds: float) -> None:
        """Wait until there is something after a position, or the time is over, or we stop.

        Raises:
            Unavailable: too many wait already.
        """
        seconds = min(seconds, self._most_seconds)
        if seconds <= 0 or self._is_over(after):
            return
        if self._waiting >= self._max_waiting:
            raise Unavailable("as many readers wait as may; read without waiting")
        self._waiting += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not self._is_over(after):
                        await self._grown.wait()
        finally:
            self._waiting -= 1

    def _is_over(self, after: int) -> bool:
        return self._stopped or self._size > after

    def _wake(self, size: int) -> None:
        self._size = max(self._size, size)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
