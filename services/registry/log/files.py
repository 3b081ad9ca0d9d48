"""Log: is the file under a path still the one that was opened? SQLite itself does not look again.

Who has a file open goes on writing it after it was deleted or another one took its place: entries
would be acknowledged, and signed, that nobody finds again.
"""

from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Engine

Identity: TypeAlias = tuple[int, int] | None
"""Device and inode; `None` for no file. It stays taken for as long as somebody has the file open,
even after it was deleted."""


def identity(path: Path) -> Identity:
    """Say which file is under a path now."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Watched:
    """The file of an open database of SQLite, which under whoever has it open can only grow."""

    def __init__(self, path: Path) -> None:
        """Look at it for the first time."""
        self._path, self._identity, self._size_bytes = path, identity(path), 0

    def is_whole(self) -> bool:
        """Say whether it is still the same file, and no part of it was cut off."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return False
        before, self._size_bytes = self._size_bytes, found.st_size
        return (found.st_dev, found.st_ino) == self._identity and found.st_size >= before


def database_file(engine: Engine) -> Path | None:
    """Give the file of a database of SQLite; `None` for any other database."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name else None
