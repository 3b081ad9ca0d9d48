"""Trail: the one way to record in it: at once and for certain, or soon and within bounds."""

import queue
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from contracts.checkpoint import open_checkpoint
from contracts.errors import VerificationFailed
from contracts.keyring import VerifierKeys
from contracts.trail.chain import SegmentSigner
from services.kit.clock import Clock
from services.kit.errors import NotFound, Unavailable
from services.registry.log import Log, Signed, UnsoundLog
from services.registry.log.timekeeping import TOLERATED
from services.registry.trail.folder import Folder, assert_nothing_missing
from services.registry.trail.kept import Checkpoints, Signing
from services.registry.trail.month import Month, MonthOver, month_of
from services.registry.trail.notes import Note, together
from services.registry.trail.signing import assert_as_signed, sign_rest, vouch
from services.registry.trail.sparing import WINDOW_SECONDS, Sparing
from services.registry.trail.trouble import of_month

logger = structlog.get_logger(__name__)

MOST_DENIALS = 20
"""Denials of one actor that are recorded one by one in a window."""
MOST_QUEUED = 1_000
"""Notes that may wait to be recorded soon; more are counted, and lost."""
MOST_READINGS = 50_000
"""Things given out to somebody that are kept in mind; what is beyond is recorded each time."""
ATTEMPTS = 4
LOOK_SECONDS = 1.0
"""How often windows are looked at."""


class Trail:
    """A process's hold of the trail; safe for threads. Close it to finish what waits."""

    def __init__(
        self,
        folder: Folder,
        clock: Clock,
        signing: Signing | None,
        *,
        kept: Checkpoints | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
        monotonic: Callable[[], float] = time.monotonic,
        window_seconds: float = WINDOW_SECONDS,
    ) -> None:
        """Start the thread that records what need not be recorded at once; nothing is opened yet.

        Args:
            folder: of the trail.
            clock: gives the instant in UTC; its month is the one that is written to.
            signing: `None` for commands, which add and leave the signing to the registry.
            kept: what commands compare the trail with, before they add to it.
            new_id: gives a random id of hexadecimal digits for each note.
            monotonic: seconds that never go back.
            window_seconds: how long what repeats itself is counted.
        """
        self._folder, self._clock, self._signing = folder, clock, signing
        self._kept = signing.kept if signing else kept
        self._new_id = new_id
        self._lock = threading.Lock()
        self._month: Month | None = None
        # Of their own: whoever reads much leaves room for the denials of others.
        self._denials = Sparing(monotonic, window_seconds=window_seconds)
        self._readings = Sparing(monotonic, window_seconds=window_seconds, most_keys=MOST_READINGS)
        self._queue: queue.Queue[Note | None] = queue.Queue(MOST_QUEUED)
        self._closing = threading.Event()
        self._observers: tuple[Callable[[str, str], None], ...] = ()
        self.failing = False
        """Whether the last note could not be recorded."""
        self._thread = threading.Thread(target=self._run, name="trail", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Record what waits and what was counted, sign it, let go of the files."""
        self._closing.set()
        with suppress(queue.Full):  # then it has no need to be woken
            self._queue.put_nowait(None)
        self._thread.join()
        with self._lock:
            self._leave(self._month)

    def watch(self, callback: Callable[[str, str], None]) -> None:
        """Call back with the type of each note and what became of it, soon and briefly.

        That is `recorded`, `failed`, `counted` (one entry will stand for several) or `lost`.
        """
        self._observers = (*self._observers, callback)

    # What records.

    def note(self, note: Note) -> None:
        """Record a note; when this returns, it is on the disk.

        Raises:
            Unavailable: it could not be recorded, so what it tells of may not happen.
        """
        try:
            self._add(note)
        except Unavailable:
            self._tell(note, "failed")
            self.failing = True
            raise
        self._tell(note, "recorded")
        self.failing = False

    def note_denial(self, note: Note) -> None:
        """Record a denial soon; so many of an actor in a window, and the rest of them as one."""
        self._soon(note, self._denials.admit((note.type, note.actor), note, most=MOST_DENIALS))

    def note_reading(self, *notes: Note) -> None:
        """Record that something is given out: the first time in a window at once, the rest as one.

        Else whoever asks for the same again and again fills the disk; and whoever reads the trail
        to its end would lengthen it, and never come there.

        Args:
            notes: of one answer, each of one thing that is given out in it.

        Raises:
            Unavailable: it could not be recorded, or nothing can be now.
        """
        self.admit()  # what is only counted is recorded later
        first = [note for note in notes if not self._readings.count(note.alike, note)]
        if not first:
            self._tell(notes[-1], "counted")
        for note in together(first):
            self.note(note)
        for note in first:
            self._readings.keep(note.alike, note)

    def admit(self) -> None:
        """Let something begin that is recorded when it is done, unless nothing can be recorded.

        Raises:
            Unavailable: it cannot.
        """
        with self._lock:
            self._current().check()

    def _soon(self, note: Note, admitted: bool | None) -> None:  # noqa: FBT001 - as it was said
        if admitted is False:
            self._tell(note, "counted")
            return
        try:
            if admitted is None:
                raise queue.Full  # noqa: TRY301 - one way to lose a note
            self._queue.put_nowait(note)
        except queue.Full:
            self._lose(note)

    # What reads.

    def months(self) -> list[str]:
        """Give the months that are there and signed, oldest first."""
        signed = self._signing.months() if self._signing else []
        return sorted(set(signed) & set(self._folder.months()))

    def signed(self, month: str) -> Signed:
        """Give the last checkpoint of a month.

        Raises:
            NotFound: there is no such month, or nothing of it is signed yet.
            Unavailable: the checkpoint that is kept cannot be read, or is not of this log.
        """
        if self._signing is None:
            raise NotFound("only who can sign knows what is signed")
        try:
            note = self._signing.note(month)
            if note is None:
                raise NotFound("the trail has no such month")
            checkpoint = open_checkpoint(note, SegmentSigner(self._signing.signer, month).verifier)
        except (VerificationFailed, sqlite3.Error) as error:
            raise Unavailable("the checkpoint of this month cannot be read") from error
        return Signed(checkpoint.size, checkpoint.root, note)

    @contextmanager
    def reading(self, month: str) -> Iterator[tuple[Log, Signed]]:
        """Open a month, whichever it is; give its log with its last checkpoint.

        Raises:
            NotFound: there is no such month, or nothing of it is signed yet.
            Unavailable: it cannot be read.
        """
        signed = self.signed(month)
        with self._folder.log(month, self._clock) as log:
            yield log, signed

    def verifier(self, month: str) -> VerifierKeys:
        """Give what checks the checkpoints of a month.

        Raises:
            NotFound: this trail does not sign.
        """
        if self._signing is None:
            raise NotFound("only who can sign knows by which key")
        return SegmentSigner(self._signing.signer, month).verifier

    # What keeps the months.

    def _add(self, note: Note) -> None:
        identifier = self._new_id()
        for _ in range(ATTEMPTS):
            with self._lock:
                month = self._current()
            try:
                month.add(note, identifier)
            except Unavailable as error:
                with self._lock:
                    is_current = self._month is month
                    if is_current and not (month.is_lost or isinstance(error, MonthOver)):
                        raise
                    if is_current:  # it may be there again: opening it says whether it is
                        self._leave(month)
            else:
                return
        raise Unavailable("the trail moves on too fast", retry_after_seconds=1)

    def _current(self) -> Month:
        """Give the month to write to, opened and if need be begun; under the lock."""
        now = month_of(self._clock())
        month = self._month
        if month is not None and month.name >= now:
            return month
        if month is not None and month.log.clock_ahead_seconds() > TOLERATED.total_seconds():
            raise Unavailable("the clock stands ahead of where it should be")
        try:
            self._leave(month)
            self._month = self._open(now)
        except (OSError, UnsoundLog, SQLAlchemyError, sqlite3.Error) as error:
            logger.exception("trail_not_opened")
            raise Unavailable("the trail cannot be opened", retry_after_seconds=5) from error
        return self._month

    def open(self) -> None:
        """Open the month that is written to now, so that who cannot record does not start.

        Raises:
            UnsoundLog: the trail is not as it was left.
        """
        with self._lock:
            if self._month is None:
                self._month = self._open(month_of(self._clock()))

    def _open(self, now: str) -> Month:
        folder, signing = self._folder, self._signing
        folder.assert_ours()
        if self._kept is not None:
            self._compare(self._kept)
        if max(folder.months(), default="") < now:
            folder.begin(now, self._clock)
        *earlier, newest = folder.months()
        if signing is not None:
            for name in earlier:
                with of_month(name, folder.file(name)):
                    sign_rest(folder, name, signing)
        with of_month(newest, folder.file(newest)):
            if signing is not None:
                vouch(folder, newest, signing)
            return Month(folder, newest, self._clock, signing)

    def _compare(self, kept: Checkpoints) -> None:
        """Check that nothing that was signed would be recorded over, or be taken for the end."""
        assert_nothing_missing(self._folder, kept)
        for name in self._folder.months()[-1:]:
            with of_month(name, self._folder.file(name)):
                assert_as_signed(self._folder, name, kept)

    def _leave(self, month: Month | None) -> None:
        if month is not None:
            self._month = None
            month.close()

    # What is recorded soon.

    def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(queue.Empty):
                self._record_queued(self._queue.get(timeout=LOOK_SECONDS))
            for note in self._over():
                self._record_queued(note)
        while not self._queue.empty():
            self._record_queued(self._queue.get_nowait())
        for note in self._over(all_of_them=True):
            self._record_queued(note)

    def _over(self, *, all_of_them: bool = False) -> Iterator[Note]:
        yield from self._denials.over(all_of_them=all_of_them)
        yield from together(self._readings.over(all_of_them=all_of_them))

    def _record_queued(self, note: Note | None) -> None:
        if note is None:
            return
        try:
            self.note(note)
        except Unavailable:
            self._lose(note)
        except Exception:  # the top of a thread: it goes on with the next
            logger.exception("trail_note_failed")
            self._lose(note)

    def _lose(self, note: Note) -> None:
        self._tell(note, "lost")
        logger.warning("trail_note_lost", type=note.type, actor=note.actor)

    def _tell(self, note: Note, outcome: str) -> None:
        for callback in self._observers:
            callback(note.type, outcome)
