"""Evidence: takes bytes in, encrypted while they arrive, and gives them again (docs/adr/0074).

Whoever has the files without the database, or the database without the key that wraps all others,
reads nothing; and no row or file can take another one's place.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest
from io import SEEK_END, BufferedReader
from typing import BinaryIO

import structlog

from services.kit.encryption import Keys, Undecipherable
from services.kit.errors import NotFound, Unavailable
from services.registry.domain.evidence import Held
from services.registry.evidence.ciphertext import (
    PART_BYTES,
    Encrypting,
    decrypting,
    stored_bytes,
)
from services.registry.evidence.kinds import check_kind
from services.registry.evidence.shelf import Kept, Shelf, TooMuchEvidence

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStore:
    """Encrypts what is put on a shelf, and decrypts what lies there."""

    shelf: Shelf
    origin: str
    """Of the log beside it: keys of another register's evidence open nothing here."""
    keys: Keys

    def begin(self, participant: str) -> "Incoming":
        """Open a file for bytes that are about to arrive.

        Raises:
            Unavailable: there is no room.
        """
        with _kept():
            name, file = self.shelf.folder.new(participant)
        return Incoming(store=self, participant=participant, name=name, file=file)

    def claim(self, participant: str, digest: str) -> Held | None:
        """Say what is held under a digest that is about to be named; `None`: nothing whole.

        Raises:
            Unavailable: the disk does not let it be read.
        """
        kept = self.shelf.claim(participant, digest)
        if kept is None:
            return None
        file = self._file(participant, kept)
        if file is None:
            return None
        with file:
            is_whole = file.seek(0, SEEK_END) == stored_bytes(kept.held.size_bytes)
        return kept.held if is_whole else None

    def parts(self, participant: str, digest: str) -> Generator[bytes, None, None]:
        """Give bytes part by part, once all of them were found to be those with this digest.

        Each part is decrypted, and so checked, a second time when it is given.

        Raises:
            NotFound: they are held no more.
            Unavailable: what opens them is not here, or the file is not as it was written.
        """
        with self._opened(participant, digest) as file:
            try:
                _check(file, digest)
                file.seek(0)
                while part := file.read(PART_BYTES):
                    yield part
            except Undecipherable:
                logger.exception("evidence_damaged", participant=participant, digest=digest)
                raise
            except OSError as error:
                logger.exception("evidence_not_read", participant=participant, digest=digest)
                raise Unavailable("the bytes could not be read") from error

    def _file(self, participant: str, kept: Kept) -> BinaryIO | None:
        try:
            return self.shelf.folder.open(participant, kept.file)
        except OSError as error:
            logger.exception("evidence_not_read", participant=participant, file=kept.file)
            raise Unavailable("the bytes could not be read") from error

    def _opened(self, participant: str, digest: str) -> BufferedReader:
        before: Kept | None = None
        while (kept := self.shelf.find(participant, digest)) != before and kept is not None:
            file = self._file(participant, kept)
            if file is not None:
                return self._decrypting(participant, digest, kept, file)
            before = kept  # the same bytes were handed in again just now, under another name
        if kept is not None:
            logger.error("evidence_missing", participant=participant, digest=digest)
        raise NotFound

    def _decrypting(
        self, participant: str, digest: str, kept: Kept, file: BinaryIO
    ) -> BufferedReader:
        place = evidence_place(self.origin, participant, digest)
        try:
            key = self.keys.unwrap(kept.key, place)
            return decrypting(file, key, kept.held.size_bytes)
        except Undecipherable:
            file.close()
            logger.exception("evidence_not_opened", participant=participant, digest=digest)
            raise


class Incoming:
    """Bytes of a participant that are arriving; nothing until they are kept."""

    def __init__(
        self, *, store: EvidenceStore, participant: str, name: str, file: BinaryIO
    ) -> None:
        """Begin with a new file."""
        self._store, self._participant = store, participant
        self._name, self._file = name, file
        self._encrypting = Encrypting(file)
        self._may_be_held = False

    def write(self, some: bytes) -> None:
        """Take some bytes.

        Raises:
            Unavailable: there is no room.
        """
        with _kept():
            self._encrypting.write(some)

    def keep(self, media_type: str) -> tuple[str, int]:
        """Look into the bytes and hold them, which survives a crash; give digest and size.

        Raises:
            NotOfItsType: they are not what they are called.
            TooMuchEvidence: the participant has no room left.
            Unavailable: there is no room.
        """
        store, shelf, written = self._store, self._store.shelf, self._encrypting
        with _kept():
            written.end()
            self._file.flush()
            file = decrypting(self._file, written.key, written.size_bytes)
            check_kind(file, media_type, written.size_bytes)
            shelf.folder.keep(self._participant, self._file)
        digest = written.digest
        key = store.keys.wrap(written.key, evidence_place(store.origin, self._participant, digest))
        held = Held(media_type=media_type, size_bytes=written.size_bytes)
        self._may_be_held = True  # whatever becomes of the answer of the database
        try:
            shelf.put(self._participant, digest, Kept(self._name, held, key))
        except TooMuchEvidence:
            self._may_be_held = False
            raise
        file.close()
        return digest, written.size_bytes

    def discard(self) -> None:
        """Give up what arrived, but for a file that a row may name: sweeping knows if one does."""
        with suppress(OSError):
            self._file.close()
            if self._may_be_held:
                return
            self._store.shelf.folder.remove(self._participant, self._name)


def evidence_place(origin: str, participant: str, digest: str) -> bytes:
    """Spell what the key of a file is bound to."""
    return f"evidence\n{origin}\n{participant}\n{digest}".encode()


def _check(file: BufferedReader, digest: str) -> None:
    if f"sha256:{file_digest(file, 'sha256').hexdigest()}" != digest:
        raise Undecipherable("the bytes are not those that were handed in")


@contextmanager
def _kept() -> Iterator[None]:
    """Say of what the disk refuses that it could not be kept."""
    try:
        yield
    except OSError as error:
        logger.exception("evidence_not_kept")
        raise Unavailable("the bytes could not be kept") from error
