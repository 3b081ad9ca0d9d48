"""Evidence: the folder its files lie in, by participant and under names that say nothing.

What a file holds and which key opens it, a row in the database says. Another place for files needs
these six functions.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from re import compile as pattern
from typing import BinaryIO

from services.kit.folders import fault_of, is_folder, keep_names
from services.kit.settings import SettingsRefused

SETTING = "REGISTRY_EVIDENCE_FOLDER"
_NAME = pattern(r"[0-9a-f]{32}")
_PARTICIPANT = pattern(r"[A-Z0-9-]+")
"""Anything else is not ours: a file system has a folder of its own at its root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that lies in the folder."""

    participant: str
    name: str
    written_at: datetime


class Folder:
    """A folder of this host; it is there, and nobody else writes into it."""

    def __init__(self, root: Path, *, writes: bool = True) -> None:
        """Take it.

        Args:
            root: holds a folder for each participant.
            writes: files come and go.

        Raises:
            SettingsRefused: it is not there, or it or a participant's folder cannot be used.
        """
        if not is_folder(root):
            raise SettingsRefused(f"{SETTING}: expected a folder that is there")
        _check(root, writes=writes)
        for below in root.iterdir():
            if _PARTICIPANT.fullmatch(below.name):
                _check(below, writes=writes)
        self._root = root

    def new(self, participant: str) -> tuple[str, BinaryIO]:
        """Make a file under a name that nobody had; open it to write and to read again."""
        below, name = self._root / participant, secrets.token_hex(16)
        if not below.is_dir():
            below.mkdir(mode=0o700, exist_ok=True)
            keep_names(self._root)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        return name, os.fdopen(os.open(below / name, flags, 0o600), "w+b")

    def keep(self, participant: str, file: BinaryIO) -> None:
        """Have a new file survive a crash from now on."""
        file.flush()
        os.fsync(file.fileno())
        keep_names(self._root / participant)

    def open(self, participant: str, name: str) -> BinaryIO | None:
        """Open a file to read; `None`: there is none."""
        try:
            return self._place(participant, name).open("rb")
        except FileNotFoundError:
            return None

    def holds(self, participant: str, name: str) -> bool:
        """Say whether a file is there."""
        return self._place(participant, name).is_file()

    def remove(self, participant: str, name: str) -> None:
        """Remove a file, so that it does not come back after a crash; nothing if there is none."""
        place = self._place(participant, name)
        if place.exists():
            place.unlink(missing_ok=True)
            keep_names(place.parent)

    def each(self) -> Iterator[File]:
        """Go through all files that are named as `new` names them."""
        for place in self._root.glob("*/*"):
            if _NAME.fullmatch(place.name):
                with suppress(FileNotFoundError):
                    written_at = datetime.fromtimestamp(place.stat().st_mtime, UTC)
                    yield File(
                        participant=place.parent.name, name=place.name, written_at=written_at
                    )

    def _place(self, participant: str, name: str) -> Path:
        return self._root / participant / name


def _check(folder: Path, *, writes: bool) -> None:
    fault = fault_of(folder, writes=writes)
    if fault is not None:
        raise SettingsRefused(f"{SETTING}: expected a folder that can be used: {folder}: {fault}")
