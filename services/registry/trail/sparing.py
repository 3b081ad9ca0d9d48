"""Trail: so many notes of a kind in a window are recorded one by one, the rest as one.

Denials are admitted before they are recorded, soon. Readings are kept in mind once they stand in
the trail: what was not recorded is never only counted.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from services.registry.trail.notes import Note

WINDOW_SECONDS = 600.0
"""How long what repeats itself is counted before the count is recorded."""
MOST_KEYS = 10_000
"""Of whom it is remembered how often they came; anybody beyond is only counted as lost."""


@dataclass(slots=True)
class _Window:
    began: float
    seen: int
    most: int
    last: Note


class Sparing:
    """Counts by key; safe for threads. What it has only counted is lost with the process."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        window_seconds: float = WINDOW_SECONDS,
        most_keys: int = MOST_KEYS,
    ) -> None:
        """Make it, empty.

        Args:
            monotonic: seconds that never go back.
            window_seconds: how long a window is, from the first note of a key.
            most_keys: that are kept in mind.
        """
        self._monotonic, self._window_seconds = monotonic, window_seconds
        self._most_keys = most_keys
        self._windows: dict[Hashable, _Window] = {}
        self._lock = threading.Lock()

    def admit(self, key: Hashable, note: Note, *, most: int) -> bool | None:
        """Say whether to record a note; if not, it is counted, or, `None`, there is no room to.

        Args:
            key: what is alike.
            note: the last one stands for all that were counted.
            most: recorded one by one in a window.
        """
        with self._lock:
            window = self._windows.get(key)
            if window is None:
                if len(self._windows) >= self._most_keys:
                    return None
                window = _Window(self._monotonic(), 0, most, note)
                self._windows[key] = window
            window.seen += 1
            window.last = note
            return window.seen <= most

    def count(self, key: Hashable, note: Note) -> bool:
        """Count a note if one like it is kept in mind; say whether it is."""
        with self._lock:
            window = self._windows.get(key)
            if window is None:
                return False
            window.seen += 1
            window.last = note
            return True

    def keep(self, key: Hashable, note: Note) -> None:
        """Keep in mind that a note was recorded, if there is room to."""
        with self._lock:
            if len(self._windows) < self._most_keys:
                self._windows.setdefault(key, _Window(self._monotonic(), 1, 1, note))

    def over(self, *, all_of_them: bool = False) -> list[Note]:
        """End the windows whose time has come, and give what is to be recorded of them."""
        now = self._monotonic()
        with self._lock:
            ended = {
                key: window
                for key, window in self._windows.items()
                if all_of_them or now - window.began >= self._window_seconds
            }
            for key in ended:
                del self._windows[key]
        return [
            window.last.standing_for(window.seen - window.most)
            for window in ended.values()
            if window.seen > window.most
        ]
