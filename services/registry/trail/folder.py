"""Trail: its folder: a file for each month, made whole or not at all, and where each one ended."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from contracts.trail.chain import MONTH, Tip, segment_origin
from services.kit.clock import Clock
from services.kit.database import make_engine, write_transaction
from services.kit.errors import NotFound, Unavailable
from services.kit.folders import keep_names
from services.registry.log import Log, UnsoundLog, found
from services.registry.log.batch import Head
from services.registry.log.soundness import assert_head_fits
from services.registry.trail.kept import Checkpoints
from services.registry.trail.notes import append_of, month_begun
from services.registry.trail.trouble import SEE, FolderAway, of_month

SUFFIX = ".sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The months of one trail; every process of a registry uses the same folder."""

    path: Path
    origin: str
    """Of the register's own log."""
    bring_up: Callable[[str], None]
    """Gives the database at an address the tables of this release, as a log has them."""

    def months(self) -> list[str]:
        """Give the months that are there, oldest first.

        Raises:
            FolderAway: the folder cannot be read.
        """
        try:
            names = os.listdir(self.path)  # noqa: PTH208 - names alone, before every batch
        except OSError as error:
            raise FolderAway("the trail cannot be read", retry_after_seconds=5) from error
        stems = (name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))
        return sorted(stem for stem in stems if MONTH.fullmatch(stem))

    def file(self, month: str) -> Path:
        """Give the file of a month."""
        return self.path / f"{month}{SUFFIX}"

    @contextmanager
    def engine(self, month: str) -> Iterator[Engine]:
        """Open the file of a month that is there.

        Raises:
            NotFound: it is not.
        """
        if not self.file(month).exists():
            raise NotFound("the trail has no such month")
        engine = make_engine(_url(self.file(month)), pool_size=2)
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def log(self, month: str, clock: Clock) -> Iterator[Log]:
        """Open a month for reading."""
        with self.engine(month) as engine, Log(engine, clock) as log:
            yield log

    def assert_ours(self) -> None:
        """Check that the newest month is of this log.

        Raises:
            UnsoundLog: it is another's.
        """
        for month in self.months()[-1:]:
            found = self.origin_of(month)
            if found != segment_origin(self.origin, month):
                whose = found.removesuffix(segment_origin("", month))
                raise UnsoundLog(
                    f"expected the trail of {self.origin}, it is that of {whose}", mend=SEE
                )

    def origin_of(self, month: str) -> str:
        """Say which log a month says it is.

        Raises:
            UnsoundTrail: its head is not as it must be.
        """
        return self._head(month).origin

    def tip(self, month: str) -> Tip:
        """Say where a month ends now, signed or not.

        Raises:
            UnsoundTrail: its head is not as it must be.
        """
        head = self._head(month)
        return Tip(month, head.size, head.frontier.root())

    def _head(self, month: str) -> Head:
        with (
            of_month(month, self.file(month)),
            self.engine(month) as engine,
            engine.connect() as connection,
        ):
            return assert_head_fits(connection)

    def begin(self, month: str, clock: Clock) -> None:
        """Begin a month after the newest one; nothing happens if that has come so far.

        Under the lock of the newest month's log, so that nobody adds to it any more once it is
        said where it ended: whoever comes for that lock later finds a newer month.
        """
        with self._making(month) as making:
            before = self.months()
            if not before:
                self._place(making, month, None, clock)
            elif before[-1] < month:
                with self.engine(before[-1]) as engine, write_transaction(engine) as connection:
                    head = assert_head_fits(connection)
                    if self.months() == before:
                        tip = Tip(before[-1], head.size, head.frontier.root())
                        self._place(making, month, tip, clock)

    def remove(self, month: str) -> None:
        """Delete a month."""
        for end in ("", "-wal", "-shm"):
            Path(f"{self.file(month)}{end}").unlink(missing_ok=True)
        keep_names(self.path)

    @contextmanager
    def _making(self, month: str) -> Iterator[Path]:
        """Make a founded log under a name that nobody looks for."""
        making = self.path / f".{month}.{secrets.token_hex(8)}.making"
        try:
            making.touch(mode=0o600)
            self.bring_up(_url(making))
            yield making
        except OSError as error:
            raise FolderAway("the trail cannot be written", retry_after_seconds=5) from error
        finally:
            for end in ("", "-wal", "-shm"):
                Path(f"{making}{end}").unlink(missing_ok=True)

    def _place(self, making: Path, month: str, previous: Tip | None, clock: Clock) -> None:
        """Write the first entry, then let others see the log."""
        engine = make_engine(_url(making))
        try:
            found(engine, segment_origin(self.origin, month))
            with Log(engine, clock) as log:
                log.append(append_of(month_begun(month, previous), f"{month}-begun"))
            _gather(engine)
        finally:
            engine.dispose()
        try:
            os.link(making, self.file(month))
        except FileExistsError:
            return  # somebody else was faster
        keep_names(self.path)


def assert_nothing_missing(folder: Folder, kept: Checkpoints) -> None:
    """Check that every month of which a checkpoint is kept is there.

    Raises:
        UnsoundLog: one is not.
    """
    missing = sorted(set(kept.months()) - set(folder.months()))
    if missing:
        named = ", ".join(missing)
        raise UnsoundLog(
            f"the trail in {folder.path} is without {named}, which was signed", mend=SEE
        )


def _gather(engine: Engine) -> None:
    """Bring all that was committed into the one file that is given its name."""
    raw = engine.raw_connection()
    try:
        is_busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()
    if is_busy:
        raise Unavailable("the trail's new month is in somebody else's hands")


def _url(file: Path) -> str:
    return f"sqlite:///{file}"
