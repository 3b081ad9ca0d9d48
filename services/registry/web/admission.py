"""Registry web: how many may do the same at once; the others are told when to come back."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.kit.errors import TooManyRequests, Unavailable


class Admission:
    """Counts those inside; asked and left on the loop only, so that it needs no lock."""

    def __init__(
        self, most: int, what: str, *, most_each: int | None = None, retry_after_seconds: int = 1
    ) -> None:
        """Make it, empty.

        Args:
            most: may be inside at once.
            what: they are doing, in the plural, for the reason that the others are given.
            most_each: of these, may be inside at once for the same somebody; `None`: all.
            retry_after_seconds: when they may come back.
        """
        self.most, self.inside = most, 0
        self._most_each, self._each = most_each or most, Counter[str]()
        self._what, self._retry_after_seconds = what, retry_after_seconds

    @contextmanager
    def one(self, who: str = "") -> Iterator[None]:
        """Be inside for as long as the block takes.

        Args:
            who: comes in; nobody in particular by default.

        Raises:
            TooManyRequests: as many of theirs are inside as may.
            Unavailable: as many are inside as may.
        """
        if who and self._each[who] >= self._most_each:
            raise TooManyRequests(
                f"{self._most_each} {self._what} of the same reader are under way",
                retry_after_seconds=self._retry_after_seconds,
            )
        if self.inside >= self.most:
            raise Unavailable(
                f"{self.most} {self._what} are under way",
                retry_after_seconds=self._retry_after_seconds,
            )
        self.inside += 1
        self._each[who] += 1
        try:
            yield
        finally:
            self.inside -= 1
            self._each[who] -= 1
            if not self._each[who]:
                del self._each[who]
