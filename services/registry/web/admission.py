"""Registry web: how many may do the same at once; the others are told when to come back."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.kit.errors import Unavailable


class Admission:
    """Counts those inside; asked and left on the loop only, so that it needs no lock."""

    def __init__(self, most: int, what: str, *, retry_after_seconds: int = 1) -> None:
        """Make it, empty.

        Args:
            most: may be inside at once.
            what: they are doing, in the plural, for the reason that the others are given.
            retry_after_seconds: when they may come back.
        """
        self.most, self.inside = most, 0
        self._what, self._retry_after_seconds = what, retry_after_seconds

    @contextmanager
    def one(self) -> Iterator[None]:
        """Be inside for as long as the block takes.

        Raises:
            Unavailable: as many are inside as may.
        """
        if self.inside >= self.most:
            raise Unavailable(
                f"{self.most} {self._what} are under way",
                retry_after_seconds=self._retry_after_seconds,
            )
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
