"""Kit: what a folder lists outlives a loss of power, as what its files hold does."""

import os
from pathlib import Path


def keep_names(folder: Path) -> None:
    """Bring a folder itself to the disk; until then a new, changed or lost name may come undone."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
