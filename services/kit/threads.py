"""Kit: threads for work that blocks; each kind of work has so many, and never takes another's."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """So many threads; whoever finds them all busy waits on the loop, holding none."""

    def __init__(self, most: int) -> None:
        """Make it; no thread is started before it has work.

        Args:
            most: how many may be at work at once.
        """
        self._limiter = CapacityLimiter(most)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one piece of work in a thread; it is finished even if nobody waits for it any more."""
        return await to_thread.run_sync(lambda: work(*args, **kwargs), limiter=self._limiter)

    async def each(self, items: Iterator[T]) -> AsyncIterator[T]:
        """Go through an iterator whose every step blocks; between the steps no thread is held."""
        while (found := await self.run(_next, items)) is not None:
            yield found[0]


def _next(items: Iterator[T]) -> tuple[T] | None:
    """Take one step; an iterator's end may not pass through a coroutine as what it is."""
    for item in items:
        return (item,)
    return None
