"""Kit: folders: whether one is there and can be used, and that what it lists outlives a crash."""

import os
from pathlib import Path


def is_folder(path: Path) -> bool:
    """Say whether a folder is there, as far as this process may see it."""
    return os.path.isdir(path)  # noqa: PTH112 - of what it may not look at, the other one raises


def fault_of(folder: Path, *, writes: bool) -> str | None:
    """Say why a folder cannot be used; `None`: it can. Nothing is written to find out.

    Args:
        folder: that is listed, and whose files are opened.
        writes: files are made and removed in it as well.
    """
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        return os.strerror(error.errno or 0)
    if not os.access(folder, os.X_OK):
        return "its files may not be opened"
    if writes and not os.access(folder, os.W_OK):
        return "nothing may be written into it"
    return None


def keep_names(folder: Path) -> None:
    """Bring a folder itself to the disk; until then a new, changed or lost name may come undone."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
