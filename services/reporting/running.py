"""Running: the projector's loop, from start to a stop that finishes the page in flight."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

import structlog
from sqlalchemy.exc import OperationalError

from services.kit.errors import Unavailable
from services.reporting.generations import Fenced
from services.reporting.projector import Projector

logger = structlog.get_logger(__name__)

LONGEST_PAUSE_SECONDS = 30.0
SHORTEST_IDLE_SECONDS = 0.2
"""An answer that came without an entry and without waiting is not asked for again at once."""


class StopAsked(BaseException):
    """Ends a wait; raised nowhere else, so that no page is left half done."""


class Stop:
    """Somebody asked for an end: by signal or from another thread."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._is_waiting = False

    @property
    def is_asked(self) -> bool:
        """Say whether it was asked for."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask for it; a wait that cannot be interrupted from here ends by itself."""
        self._asked.set()

    def pause(self, seconds: float) -> None:
        """Wait, unless or until an end is asked for."""
        self._asked.wait(seconds)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Mark what may be broken off in the middle, for it writes nothing of worth.

        Raises:
            StopAsked: a signal came.
        """
        self._is_waiting = True
        try:
            if self.is_asked:
                raise StopAsked
            yield
        finally:
            self._is_waiting = False

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT ask; only in the main thread."""
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.ask()
        if self._is_waiting:
            self._is_waiting = False
            raise StopAsked


def run(projector: Projector, stop: Stop, *, wait_seconds: int, stand_by_seconds: float) -> None:
    """Project until an end is asked for.

    A registry or database that does not answer is waited for, ever longer up to half a minute. A
    projector that finds another one at work stands by, and takes over when nothing moves.

    Raises:
        Stopped: nothing can be projected any more; an operator has to look.
    """
    failures, is_fenced = 0, False
    while not stop.is_asked:
        try:
            if is_fenced:
                _stand_by(projector, stop, stand_by_seconds)
                is_fenced = False
            _next(projector, stop, wait_seconds)
            failures = 0
        except StopAsked:
            break
        except Fenced as error:
            logger.warning("projector_fenced", reason=str(error))
            is_fenced = True
        except (Unavailable, OperationalError) as error:
            failures += 1
            pause = min(2.0 ** (failures - 1) / 2, LONGEST_PAUSE_SECONDS)
            reason = error.detail if isinstance(error, Unavailable) else "database"
            logger.warning("neighbour_unavailable", reason=reason, pause_seconds=pause)
            stop.pause(pause)
    logger.info("projector_ended")


def _next(projector: Projector, stop: Stop, wait_seconds: int) -> None:
    began = monotonic()
    with stop.waiting():
        batch = projector.fetch(wait_seconds)
    if batch is not None:
        projector.apply(batch)
    elif monotonic() - began < SHORTEST_IDLE_SECONDS:
        stop.pause(SHORTEST_IDLE_SECONDS)


def _stand_by(projector: Projector, stop: Stop, seconds: float) -> None:
    """Wait until the other one rests: as long as it moves the checkpoint, it is alive."""
    position = -1
    while not stop.is_asked and position != (position := projector.position()):
        stop.pause(seconds)
