"""Kit: the file with the wrapping keys: read, followed while it changes, written as a whole."""

import os
import stat
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TypeAlias

import structlog

from services.kit.encryption import DataKey, Keyring, Undecipherable, Wrapped, WrappingKey
from services.kit.settings import SettingsRefused

logger = structlog.get_logger(__name__)

FORBIDDEN_MODE = 0o037
"""Others may neither read nor change it; a group may read, as schedulers hand out secrets so."""
LOOK_SECONDS = 1.0
"""How soon a change of the file is noticed at the latest."""
LARGEST = 64 * 1024
WORD = "wrapping-key"
HEADING = """\
# Encryption keys of Concord. The first one encrypts, all of them decrypt. What was encrypted with a
# key cannot be read without it: keep a copy, elsewhere than the database's backups.
"""

Stamp: TypeAlias = tuple[int, int, int]


def read_keys(file: Path, *, setting: str) -> tuple[WrappingKey, ...]:
    """Read the keys, the one that wraps first.

    Args:
        file: as `write_keys` made it.
        setting: variable that named it, for the message.

    Raises:
        SettingsRefused: no such file, others may read it, or a line is no key.
    """
    return _read(file, setting)[0]


def write_keys(file: Path, keys: Sequence[WrappingKey], *, today: date) -> None:
    """Write the keys as a whole, mode 0600; whoever reads meanwhile sees the old file or the new.

    Args:
        file: is made, or replaced.
        keys: the one that wraps first.
        today: noted beside it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{WORD} {key.key_id} {key.raw.hex()}\n" for key in keys]
    text = f"{HEADING}# Written on {today.isoformat()}.\n{''.join(lines)}"
    new = file.with_name(f"{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        os.fchmod(descriptor, 0o600)
        opened.write(text)
        opened.flush()
        os.fsync(descriptor)
    new.replace(file)


class KeyFile:
    """The keys in a file, as they are now: a new one is taken up while the service runs."""

    def __init__(
        self, file: Path, *, setting: str, steady: Callable[[], float] = monotonic
    ) -> None:
        """Read the file.

        Args:
            file: as `write_keys` made it.
            setting: variable that named it, for messages.
            steady: gives seconds that go on evenly.

        Raises:
            SettingsRefused: it cannot be used.
        """
        self._file, self._setting, self._steady = file, setting, steady
        self._lock = threading.Lock()
        keys, self._stamp = _read(file, setting)
        self._ring = Keyring(keys)
        self._looked_at = steady()

    def wrap(self, key: DataKey, bound_to: bytes) -> Wrapped:
        """Encrypt a data key for the place it is stored at."""
        return self.now().wrap(key, bound_to)

    def unwrap(self, wrapped: Wrapped, bound_to: bytes) -> DataKey:
        """Decrypt a data key.

        Raises:
            Undecipherable: its wrapping key is not in the file, or it is not what was stored there.
        """
        ring = self.now()
        if wrapped.key_id not in ring.key_ids:
            ring = self._look()
        try:
            return ring.unwrap(wrapped, bound_to)
        except Undecipherable:
            logger.error("undecipherable", key_id=wrapped.key_id)  # noqa: TRY400 - no bug
            raise

    def now(self) -> Keyring:
        """Give the keys as they were in the file a moment ago."""
        if self._steady() - self._looked_at >= LOOK_SECONDS:
            return self._look()
        return self._ring

    def _look(self) -> Keyring:
        """Look whether the file has changed; one that cannot be used leaves things as they are."""
        with self._lock:
            self._looked_at = self._steady()
            try:
                if _stamp(self._file.stat()) != self._stamp:
                    keys, self._stamp = _read(self._file, self._setting)
                    self._ring = Keyring(keys)
                    logger.info("encryption_keys_read", key_ids=list(self._ring.key_ids))
            except (OSError, SettingsRefused) as error:
                logger.warning("encryption_keys_not_read", error=type(error).__name__)
            return self._ring


def _read(file: Path, setting: str) -> tuple[tuple[WrappingKey, ...], Stamp]:
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            raw = opened.read(LARGEST)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsRefused(f"{setting}: cannot be read: {reason}") from None
    mode = stat.S_IMODE(found.st_mode)
    if mode & FORBIDDEN_MODE:
        raise SettingsRefused(f"{setting}: expected mode 0600, it is 0{mode:o}; others could read")
    lines = [line.split() for line in raw.decode("ascii", "replace").splitlines()]
    keys = tuple(_key(line, setting) for line in lines if line and not line[0].startswith("#"))
    if not keys or len({key.key_id for key in keys}) < len(keys):
        raise SettingsRefused(f"{setting}: expected at least one key, each of them once")
    return keys, _stamp(found)


def _key(words: Sequence[str], setting: str) -> WrappingKey:
    try:
        word, key_id, spelled = words
        key = WrappingKey(bytes.fromhex(spelled))
    except ValueError:
        raise SettingsRefused(f"{setting}: expected lines `{WORD} <id> <key>`") from None
    if word != WORD or key.key_id != key_id:
        raise SettingsRefused(f"{setting}: a key is not the one that its line names")
    return key


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_ino, found.st_size
