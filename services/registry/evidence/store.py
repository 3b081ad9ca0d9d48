"""Evidence: where the bytes lie: a small seam, and a folder of this host behind it.

Each participant has a folder of its own, so that nobody learns from a digest what others handed
in. A file is whole or not there: it is written beside its place, synced, and moved. What a file
is called says what it holds, so nothing else has to be kept in step with it.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import structlog

from services.kit.errors import Unavailable
from services.kit.settings import SettingsRefused
from services.registry.domain.evidence import Held
from services.registry.evidence.kinds import SUFFIXES

logger = structlog.get_logger(__name__)

_MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}
_NAME = re.compile(r"([0-9a-f]{64})\.([a-z]{3,4})")
_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Bytes that lie in the store."""

    participant: str
    digest: str
    touched_at: datetime
    """When they were handed in or asked for last."""


class EvidenceStore(Protocol):
    """Keeps bytes by participant and digest; everything else is said in the log."""

    def put(self, participant: str, raw: bytes, media_type: str) -> str:
        """Keep bytes, which survive a crash from then on; give their digest."""

    def find(self, participant: str, digest: str) -> Held | None:
        """Say what is held under a digest, and mark it as asked for; `None`: nothing."""

    def read(self, participant: str, digest: str) -> bytes | None:
        """Give bytes that have this digest; `None`: they are not there."""

    def remove(self, participant: str, digest: str) -> None:
        """Destroy bytes; where there are none, nothing happens."""

    def each(self) -> Iterator[Stored]:
        """Go through all that is held."""


class EvidenceFolder:
    """A folder of this host; it is there, and nobody else writes into it."""

    def __init__(self, root: Path) -> None:
        """Take it.

        Raises:
            SettingsRefused: it is not there.
        """
        if not root.is_dir():
            raise SettingsRefused("REGISTRY_EVIDENCE_FOLDER: expected a folder that is there")
        self._root = root

    def put(self, participant: str, raw: bytes, media_type: str) -> str:
        """Keep bytes: written beside their place, synced, moved there, and the folder synced."""
        name = sha256(raw).hexdigest()
        place = self._place(participant, name, SUFFIXES[media_type])
        before = self._file(participant, name)
        if before is not None and before != place:
            before.unlink(missing_ok=True)  # the same bytes under another type: the last one holds
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(place, raw)
        except OSError as error:
            logger.exception("evidence_not_kept")
            raise Unavailable("the bytes could not be kept") from error
        return f"sha256:{name}"

    def find(self, participant: str, digest: str) -> Held | None:
        """Say what is held under a digest; looking counts as use, so that it is not swept now."""
        file = self._file(participant, _hex(digest))
        if file is None:
            return None
        try:
            os.utime(file)
            size_bytes = file.stat().st_size
        except FileNotFoundError:
            return None
        return Held(media_type=_MEDIA_TYPES[file.suffix[1:]], size_bytes=size_bytes)

    def read(self, participant: str, digest: str) -> bytes | None:
        """Give bytes; what no longer has its digest is not given.

        Raises:
            Unavailable: the file was changed.
        """
        file = self._file(participant, _hex(digest))
        if file is None:
            return None
        try:
            raw = file.read_bytes()
        except FileNotFoundError:
            return None
        if sha256(raw).hexdigest() != _hex(digest):
            logger.error("evidence_damaged", participant=participant, digest=digest)
            raise Unavailable("the bytes are not those that were handed in")
        return raw

    def remove(self, participant: str, digest: str) -> None:
        """Destroy bytes, and sync the folder, so that they do not come back after a crash."""
        file = self._file(participant, _hex(digest))
        if file is None:
            return
        file.unlink(missing_ok=True)
        _sync(file.parent)

    def each(self) -> Iterator[Stored]:
        """Go through all that is held; what was left unfinished by a crash is cleared away."""
        for file in self._root.glob("*/*/*"):
            if file.name.endswith(_UNFINISHED):
                with suppress(FileNotFoundError):
                    file.unlink()
                continue
            named = _NAME.fullmatch(file.name)
            with suppress(FileNotFoundError):
                if named is not None:
                    yield Stored(
                        participant=file.parent.parent.name,
                        digest=f"sha256:{named[1]}",
                        touched_at=datetime.fromtimestamp(file.stat().st_mtime).astimezone(),
                    )

    def _file(self, participant: str, name: str) -> Path | None:
        places = (self._place(participant, name, suffix) for suffix in _MEDIA_TYPES)
        return next((place for place in places if place.is_file()), None)

    def _place(self, participant: str, name: str, suffix: str) -> Path:
        return self._root / participant / name[:2] / f"{name}.{suffix}"


def _write(place: Path, raw: bytes) -> None:
    """Write a file whole or not at all, and sync it and its folder."""
    beside = place.with_name(f"{secrets.token_hex(8)}{_UNFINISHED}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync(place.parent)
    _sync(place.parent.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
