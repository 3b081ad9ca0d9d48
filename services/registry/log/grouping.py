"""Log: concurrent appends are gathered into one transaction; the only thread that writes.

A lone caller is served at once. While a batch is being committed the next callers gather; where
many are known to be on their way, the next batch waits for them, a few milliseconds at most.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeAlias

from services.kit.errors import Unavailable
from services.registry.log.batch import Outcome, Prepared

MOST_APPENDS = 256
MOST_BYTES = 8 * 1024 * 1024
LINGER_SECONDS = 0.002


Commit: TypeAlias = Callable[[Sequence[Prepared]], Sequence[Outcome]]
"""Commits a batch and gives each append's outcome, in order; raises only for a bug."""


class _Waiting:
    """A caller that waits: its append, the outcome once there is one, and a lock held till then.

    Whoever is woken wakes the next of the batch: were all woken at once, they would only stand in
    each other's way for Python's lock.
    """

    __slots__ = ("done", "next", "outcome", "prepared")

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.outcome: Outcome | None = None
        self.next: _Waiting | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def wait(self) -> None:
        self.done.acquire()
        if self.next is not None:
            self.next.done.release()


class GroupCommit:
    """One queue with an end, and one thread that empties it batch by batch."""

    def __init__(self, commit: Commit, *, capacity: int = 1024) -> None:
        self._commit = commit
        self._capacity = capacity
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._wanted = 1
        """How many must wait before the thread is woken."""
        self._expected = 1
        """How many callers were seen at once lately."""
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="log-append", daemon=True)
        self._thread.start()

    def submit(self, prepared: Prepared) -> Outcome:
        """Wait for a batch to take an append along, and give its outcome.

        Raises:
            Unavailable: too many wait already, or the log is being closed.
        """
        waiting = _Waiting(prepared)
        with self._lock:
            if self._closed:
                raise Unavailable("the log is being closed")
            if len(self._queue) >= self._capacity:
                raise Unavailable(f"{self._capacity} appends wait already")
            self._queue.append(waiting)
            if len(self._queue) >= self._wanted:
                self._arrived.notify()
        try:
            waiting.wait()
        except BaseException:  # Ctrl-C; those behind in the batch must be woken nevertheless
            threading.Thread(target=waiting.wait, daemon=True).start()
            raise
        if waiting.outcome is None:
            raise AssertionError("an append was let go without an outcome")
        return waiting.outcome

    def close(self) -> None:
        """Take no more, finish what waits, end the thread."""
        with self._lock:
            self._closed = True
            self._arrived.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._take():
            outcomes: Sequence[Outcome]
            try:
                outcomes = self._commit([waiting.prepared for waiting in batch])
            except Exception as error:  # noqa: BLE001 - top of a thread: the callers raise it
                outcomes = [error] * len(batch)
            following: _Waiting | None = None
            for waiting, outcome in zip(reversed(batch), reversed(outcomes), strict=True):
                waiting.outcome, waiting.next, following = outcome, following, waiting
            batch[0].done.release()

    def _take(self) -> list[_Waiting]:
        queue = self._queue
        with self._lock:
            self._wanted = 1
            while not queue:
                if self._closed:
                    return []
                self._arrived.wait()
            if len(queue) < self._expected and not self._closed:
                self._wanted = self._expected
                self._arrived.wait(LINGER_SECONDS)
            batch = [queue.popleft()]
            size_bytes = batch[0].prepared.size_bytes
            while queue and len(batch) < MOST_APPENDS:
                size_bytes += queue[0].prepared.size_bytes
                if size_bytes > MOST_BYTES:
                    break
                batch.append(queue.popleft())
            self._expected = min(len(batch) + len(queue), MOST_APPENDS)
            return batch
