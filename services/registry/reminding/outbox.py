"""Registry: the outbox: a folder of messages, each written whole; one run at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.kit.folders import keep_names
from services.kit.settings import SettingsRefused

UNFINISHED = ".unfinished"
"""Where a message is written before it gets its name; what a run that died left is written over."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the outbox for one run; another one on this host waits.

    Raises:
        SettingsRefused: there is no such folder, or nothing can be written to it.
    """
    try:
        lock = (folder / ".lock").open("ab")
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsRefused(f"REGISTRY_REMINDERS_OUTBOX: cannot be used: {reason}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a message for its owner alone, whole or not at all.

    It takes the place of what an earlier run wrote and did not live to record: an address in that
    may have been erased since. To be called while the outbox is held.
    """
    unfinished = folder / UNFINISHED
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as writing:  # noqa: PTH123  a descriptor, for the mode
        writing.write(content)
        writing.flush()
        os.fsync(writing.fileno())
    unfinished.rename(folder / name)
    keep_names(folder)
