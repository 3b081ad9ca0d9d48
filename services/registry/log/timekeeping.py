"""Log: the instant that entries get; a clock far from where it should be is not believed."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.kit.errors import Unavailable

logger = structlog.get_logger(__name__)

TOLERATED = timedelta(seconds=60)
"""How far the clock may stand behind the last entry (thousands of entries must not share one
instant because somebody set a clock back), and how far it may have been set ahead: an entry of
tomorrow would keep every other one out until tomorrow."""

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_seconds() -> float:
    """Give seconds that go on evenly, whoever sets the clock; where possible while asleep too."""
    return time.clock_gettime(_STEADY)


class Timekeeper:
    """Gives entries their instant, for one process."""

    def __init__(self, clock: Callable[[], datetime], steady: Callable[[], float]) -> None:
        """Take the clock as it stands now for right.

        Args:
            clock: gives the instant in UTC.
            steady: gives seconds that nobody sets.
        """
        self._clock, self._steady = clock, steady
        self._right: tuple[datetime, float] | None = (clock(), steady())

    def ahead_seconds(self) -> float:
        """Say how far the clock was set ahead since it was taken for right; negative: back."""
        return self._ahead(self._clock()).total_seconds()

    def recorded_at(self, last: str) -> str:
        """Give the instant for the next entries, not before that of the last one.

        Args:
            last: as it is spelled in the log; empty for a log without entries.

        Raises:
            Unavailable: the clock is far behind the last entry, or was set far ahead.
        """
        now = self._clock()
        ahead = self._ahead(now)
        if ahead > TOLERATED:
            raise _refusal("ahead of where it should be", ahead)
        text = spell_instant(now)
        if text < last:
            behind = datetime.fromisoformat(last) - now
            if behind > TOLERATED:
                self._right = None  # it was not: it may be set ahead now
                raise _refusal("behind the last entry", behind)
            text = last
        if self._right is None:
            self._right = (now, self._steady())
        return text

    def _ahead(self, now: datetime) -> timedelta:
        if self._right is None:
            return timedelta()
        clock, seconds = self._right
        return now - clock - timedelta(seconds=self._steady() - seconds)


def _refusal(where: str, how_far: timedelta) -> Unavailable:
    seconds = round(how_far.total_seconds())
    logger.error("clock_not_believed", where=where, seconds=seconds)
    return Unavailable(f"the clock stands {seconds} seconds {where}", retry_after_seconds=60)


def spell_instant(instant: datetime) -> str:
    """Spell an instant in UTC as the contracts do: `2026-11-21T20:03:44.123456Z`."""
    if instant.utcoffset() != timedelta(0):
        raise ValueError("expected an instant in UTC")
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
