"""Trail: the log of one month, open to be added to, until a newer month is there."""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime

from sqlalchemy import Engine

from contracts.trail.chain import SegmentSigner
from services.kit.clock import Clock
from services.kit.database import SERVING_SECONDS, make_engine
from services.kit.errors import Unavailable
from services.registry.log import CheckpointStore, Log, Publisher, assert_sound
from services.registry.log.files import Watched
from services.registry.trail.folder import Folder
from services.registry.trail.kept import Signing
from services.registry.trail.notes import Note, append_of
from services.registry.trail.trouble import SEE


class MonthOver(Unavailable):
    """A newer month has begun; whoever records goes on there, and no caller sees this."""


def month_of(instant: datetime) -> str:
    """Give the month of an instant, in UTC: `2026-11`."""
    return instant.astimezone(UTC).strftime("%Y-%m")


def publisher_of(engine: Engine, month: str, signing: Signing) -> Publisher:
    """Sign what is not signed of a month, and go on as it grows.

    Raises:
        UnsoundLog: it does not fit its checkpoint.
    """
    store, signer = CheckpointStore(signing.file(month)), SegmentSigner(signing.signer, month)
    return Publisher(engine, store, signer, called=f"the trail of {month}", mend=SEE)


class Month:
    """Adds to the log of a month, and signs it if it is given what signs."""

    def __init__(self, folder: Folder, month: str, clock: Clock, signing: Signing | None) -> None:
        """Check and open it.

        Args:
            folder: of the trail.
            month: that is there.
            clock: gives the instant in UTC.
            signing: `None`: a registry that runs, or the next one, signs what is added.

        Raises:
            UnsoundLog: it is not as it was left.
        """
        self.name, self._folder = month, folder
        self._lost = threading.Event()
        with ExitStack() as stack:
            self._file = Watched(folder.file(month))
            url = f"sqlite:///{folder.file(month)}"
            engine = make_engine(url, pool_size=2, answer_seconds=SERVING_SECONDS)
            stack.callback(engine.dispose)
            assert_sound(engine)
            self.publisher: Publisher | None = None
            if signing is not None:
                self.publisher = publisher_of(engine, month, signing)
                stack.callback(self.publisher.close)
            self.log = Log(engine, clock, publisher=self.publisher, guard=self.check)
            stack.callback(self.log.close)  # first of all: what is committed gets signed
            self._stack = stack.pop_all()

    def add(self, note: Note, identifier: str) -> None:
        """Record a note; when this returns, it is on the disk.

        Raises:
            MonthOver: it belongs into a newer month.
            Unavailable: it could not be recorded.
        """
        self.log.append(append_of(note, identifier))

    def check(self) -> None:
        """Refuse to add to a file that others will not find, or after a newer month has begun.

        Raises:
            MonthOver: there is a newer month.
            Unavailable: the file was taken away, replaced or cut.
        """
        months = self._folder.months()
        if self.name not in months or not self._file.is_whole():
            self._lost.set()
            raise Unavailable("the trail's file was taken away", retry_after_seconds=5)
        if months[-1] != self.name:
            raise MonthOver

    @property
    def is_lost(self) -> bool:
        """Say whether it will take nothing more, and has to be opened anew."""
        return self._lost.is_set() or bool(self.publisher and self.publisher.fenced)

    def close(self) -> None:
        """Finish what is under way, sign it, and let go of the file."""
        self._stack.close()
