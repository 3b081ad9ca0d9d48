"""Export: a file of the log, read as if it were the registry's feed."""

from pathlib import Path
from typing import BinaryIO

import orjson

from contracts.errors import VerificationFailed
from services.reporting.feed import MOST_BYTES

READ_BYTES = 1024 * 1024
TAIL_BYTES = 64 * 1024
"""The last line, with the checkpoint, is shorter than this."""


class ExportFeed:
    """An export: one page of the feed a line, the signed checkpoint in the last."""

    def __init__(self, path: Path) -> None:
        """Open the file; nothing but its last line is read yet.

        Raises:
            VerificationFailed: it does not end with a checkpoint.
            OSError: it cannot be read.
        """
        with path.open("rb") as file:
            self._note = _checkpoint_of(_last_line(file))
        self._file = path.open("rb", buffering=READ_BYTES)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def checkpoint(self) -> str:
        """Give the checkpoint that the export ends with."""
        return self._note

    def page(self, after: int, wait_seconds: int) -> bytes:  # noqa: ARG002 - pages come in order
        """Give the next line; that it goes on from `after` is for the verification to say."""
        line = self._file.readline(MOST_BYTES)
        return b"[]" if not line or line.startswith(b"{") else line


def _last_line(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL_BYTES))
    return file.read().rstrip(b"\n").rpartition(b"\n")[2]


def _checkpoint_of(line: bytes) -> str:
    try:
        return str(orjson.loads(line)["checkpoint"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise VerificationFailed("expected a checkpoint as the last line") from None
