"""Kit: a file with a secret: for its owner alone, changed as a whole, followed while it changes."""

import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Generic, TypeAlias, TypeVar

import structlog

from services.kit.folders import keep_names
from services.kit.settings import SettingsRefused

logger = structlog.get_logger(__name__)

OTHERS_MAY = 0o037
"""Whoever is neither owner nor in the group may nothing, and the group may not change it."""
GROUP_MAY_READ = 0o040
"""Accepted only where the file is root's and the process is not: so are secrets handed out to a
process that could not read them otherwise."""
LARGEST = 64 * 1024
READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Stamp: TypeAlias = tuple[int, int, int, int, int]
"""What changes when the file does: its content, its owner or who may read it."""
T = TypeVar("T")


def read_secret(file: Path, *, setting: str) -> bytes:
    """Read a file that nobody but its owner may use.

    Args:
        file: never a link, and in a folder where others cannot put another one in its place.
        setting: variable that named it, for the message.

    Raises:
        SettingsRefused: it is not there, is no plain file, or others may read or change it.
    """
    return _read(file, setting)[0]


@contextmanager
def replacing(file: Path, *, setting: str) -> Iterator[Callable[[str], None]]:
    """Hold a secret file against other commands, and give what writes it anew, mode 0600.

    Whoever reads meanwhile sees the old file or the new. What was not written leaves it as it is.

    Args:
        file: is made, or replaced; its owner stays who it was.
        setting: variable that named it, for the message.

    Raises:
        SettingsRefused: it is a link, cannot be written, or somebody else is changing it.
    """
    if file.is_symlink():
        raise SettingsRefused(f"{setting}: expected the file itself, not a link to it")
    new = file.with_name(f"{file.name}.new")
    try:
        with suppress(FileExistsError):  # where it is no folder, opening says so
            file.parent.mkdir(parents=True, mode=0o700)
        descriptor = os.open(new, WRITING, 0o600)
    except FileExistsError:
        raise SettingsRefused(
            f"{setting}: {new.name} is there: another command changes the keys just now; if none"
            " does, one was interrupted: remove it"
        ) from None
    except OSError as error:
        raise SettingsRefused(f"{setting}: cannot be written: {_reason(error)}") from None
    written = False

    def write(text: str) -> None:
        nonlocal written
        with suppress(FileNotFoundError):
            owner = file.lstat()
            if os.geteuid() == 0:  # nobody else can give a file away, nor needs to
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode("ascii"), 0)
        os.fsync(descriptor)
        written = True

    try:
        yield write
        if written:
            new.replace(file)
            keep_names(file.parent)
    finally:
        os.close(descriptor)
        with suppress(FileNotFoundError):
            new.unlink()


class Followed(Generic[T]):
    """What a secret file says, as it is now: it is read again when it has changed."""

    def __init__(
        self,
        file: Path,
        read: Callable[[bytes], T],
        *,
        setting: str,
        look_seconds: float = 0.0,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        """Read the file.

        Args:
            file: as `read_secret` takes it.
            read: makes something of its bytes; refuses with `SettingsRefused`.
            setting: variable that named it, for messages.
            look_seconds: how often to look whether it has changed; 0 looks every time.
            steady: gives seconds that go on evenly.

        Raises:
            SettingsRefused: it cannot be used.
        """
        self._file, self._make, self._setting = file, read, setting
        self._look_seconds, self._steady = look_seconds, steady
        self._lock = threading.Lock()
        raw, self._stamp = _read(file, setting)
        self._value = read(raw)
        self._looked_at, self._is_failing = steady(), False

    def now(self) -> T:
        """Give what it said a moment ago."""
        if self._steady() - self._looked_at >= self._look_seconds:
            return self.look()
        return self._value

    def look(self) -> T:
        """Look whether it has changed; what cannot be used leaves things as they are."""
        with self._lock:
            self._looked_at = self._steady()
            try:
                if _stamp(self._file.lstat()) != self._stamp:
                    raw, stamp = _read(self._file, self._setting)
                    self._value, self._stamp = self._make(raw), stamp
                    logger.info("secret_file_read", setting=self._setting)
                self._is_failing = False
            except (OSError, SettingsRefused) as error:
                if not self._is_failing:
                    reason = _reason(error) if isinstance(error, OSError) else str(error)
                    logger.warning("secret_file_not_read", setting=self._setting, reason=reason)
                self._is_failing = True
            return self._value


def _read(file: Path, setting: str) -> tuple[bytes, Stamp]:
    try:
        if file.is_symlink():
            raise SettingsRefused(f"{setting}: expected the file itself, not a link to it")
        folder = file.parent.stat()
        descriptor = os.open(file, READING)
    except OSError as error:
        raise SettingsRefused(f"{setting}: cannot be read: {_reason(error)}") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise SettingsRefused(f"{setting}: expected a plain file")
        with os.fdopen(descriptor, "rb", closefd=False) as opened:
            raw = opened.read(LARGEST + 1)
    finally:
        os.close(descriptor)
    assert_private(found, folder, user=os.geteuid(), setting=setting)
    if len(raw) > LARGEST:
        raise SettingsRefused(f"{setting}: expected at most {LARGEST} bytes")
    return raw, _stamp(found)


def assert_private(
    found: os.stat_result, folder: os.stat_result, *, user: int, setting: str
) -> None:
    """Check that nobody but a file's owner can use it, and that this is the user, or root.

    Args:
        found: of the file.
        folder: of the folder that it lies in.
        user: effective id of the process; root reads for whom it works.
        setting: variable that named the file, for the message.

    Raises:
        SettingsRefused: others may use it, or put another one in its place.
    """
    mode = stat.S_IMODE(found.st_mode)
    handed_out = found.st_uid == 0 and user != 0
    if mode & (OTHERS_MAY if handed_out else OTHERS_MAY | GROUP_MAY_READ):
        raise SettingsRefused(
            f"{setting}: expected mode 0600, it is 0{mode:o}; others could use it"
        )
    if user != 0 and found.st_uid not in (0, user):
        raise SettingsRefused(f"{setting}: expected a file of this user or of root")
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        raise SettingsRefused(f"{setting}: anybody could put another file in its place")


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_ino, found.st_size, found.st_mode, found.st_uid


def _reason(error: OSError) -> str:
    return os.strerror(error.errno or 0)
