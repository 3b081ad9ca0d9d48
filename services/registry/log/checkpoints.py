"""Log: where the last signed checkpoint is kept, outside the log's own database."""

import sqlite3
import threading
from pathlib import Path

from services.registry.log.files import Identity, identity

BUSY_SECONDS = 5.0
SCHEMA = """
    CREATE TABLE IF NOT EXISTS checkpoint (
        id INTEGER PRIMARY KEY CHECK (id = 1), note TEXT NOT NULL
    ) STRICT
"""


class CheckpointStore:
    """One signed note in a SQLite file of its own, exchanged by compare-and-swap.

    It belongs on another volume than the log: restoring one of the two must not bring back the
    other. Every process of a registry uses the same one.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Name the file, which is made at the first use; its folder must be there.

        Args:
            path: of the file.
            busy_seconds: how long to wait for another process that is writing it.
        """
        self._path, self._busy_seconds = path, busy_seconds
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: Identity = None

    def read(self) -> str | None:
        """Give the note; `None` if none was ever kept here.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        with self._lock:
            try:
                return _read(self._open())
            except sqlite3.Error:
                self._drop()
                raise

    def swap(self, expected: str | None, note: str) -> str:
        """Keep a note if the one kept now is the expected one, and give the one kept afterwards.

        When this returns the new note, it is on the disk.

        Raises:
            sqlite3.Error: the file cannot be written; whether the note is kept is unknown.
        """
        with self._lock:
            try:
                return _swap(self._open(), expected, note)
            except sqlite3.Error:
                self._drop()
                raise

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._drop()

    def _open(self) -> sqlite3.Connection:
        """Connect to the file that is there now; one that was taken away keeps nothing."""
        if self._connection is not None and identity(self._path) != self._opened:
            self._drop()
        if self._connection is None:
            connection = sqlite3.connect(
                self._path,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            self._connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(SCHEMA)
            self._opened = identity(self._path)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _read(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT note FROM checkpoint WHERE id = 1").fetchone()
    return None if row is None else str(row[0])


def _swap(connection: sqlite3.Connection, expected: str | None, note: str) -> str:
    connection.execute("BEGIN IMMEDIATE")
    kept = _read(connection)
    if kept != expected:
        connection.execute("ROLLBACK")
        if kept is None:
            raise sqlite3.DatabaseError("the checkpoint that was kept here is gone")
        return kept
    connection.execute("INSERT OR REPLACE INTO checkpoint (id, note) VALUES (1, ?)", (note,))
    connection.execute("COMMIT")
    return note
