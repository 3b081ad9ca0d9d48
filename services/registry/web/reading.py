"""Registry web: what the public reads stand on; one for each process."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from services.kit.answers import Answer, Kept
from services.kit.threads import Threads
from services.registry.log import Log, Publisher
from services.registry.web.admission import Admission
from services.registry.web.waiting import Watcher


@dataclass(slots=True, kw_only=True)
class Reading:
    """The log, what of it is signed, who waits for more, and what is kept in memory."""

    log: Log
    publisher: Publisher
    origin: str
    kept: Kept
    watcher: Watcher
    threads: Threads
    """For reading alone, so that no reader ever waits for a write."""
    exports: Admission
    """Exports that are being read."""
    under_way: dict[Hashable, asyncio.Task[Answer]] = field(default_factory=dict)

    async def shared(self, key: Hashable, read: Callable[[], Awaitable[Answer]]) -> Answer:
        """Read once for everybody who asks for the same at the same time.

        A thousand readers who were waiting for one entry all ask for one page.
        """
        task = self.under_way.get(key)
        if task is None:
            task = asyncio.create_task(_run(read))
            self.under_way[key] = task
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    def _over(self, key: Hashable, task: asyncio.Task[Answer]) -> None:
        del self.under_way[key]
        if not task.cancelled():
            task.exception()  # looked at: nobody may be there any more to hear of it


async def _run(read: Callable[[], Awaitable[Answer]]) -> Any:
    return await read()
