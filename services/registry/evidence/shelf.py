"""Evidence: what is held of it: a row and a file for all bytes, without opening any.

The row is what counts. It is written once the file is safe on the disk, and goes before the file
does, so that a crash at any moment leaves a file that nobody has the key of, or nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from contracts.encoding import instant
from services.kit.clock import Clock
from services.kit.database import alone, let_nothing_linger, write_transaction
from services.kit.encryption import Wrapped
from services.kit.errors import Refused
from services.registry.domain.evidence import Held
from services.registry.evidence.folder import File, Folder
from services.registry.evidence.table import evidence_key
from services.registry.log import EVERYBODY, seen_by

logger = structlog.get_logger(__name__)

MOST_BYTES = 10 * 2**30
"""Of one participant, where settings say nothing else."""
_ROW = (
    evidence_key.c.file,
    evidence_key.c.media_type,
    evidence_key.c.size_bytes,
    evidence_key.c.key_id,
    evidence_key.c.wrapped,
)


class TooMuchEvidence(Refused):
    """The bytes of evidence that are held of one participant are bounded."""

    code = "too-much-evidence"
    title = "As many bytes of the participant's evidence are held as may be."


class Kept(NamedTuple):
    """A row: in which file bytes lie, what they are, and the key of that file."""

    file: str
    held: Held
    key: Wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Bytes that are held."""

    participant: str
    digest: str
    touched_at: datetime
    """When they were handed in or claimed last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Rows and files of all participants; whoever asks says of which one."""

    engine: Engine
    folder: Folder
    clock: Clock
    most_bytes: int = MOST_BYTES
    """That are held of one participant."""

    def put(self, participant: str, digest: str, kept: Kept) -> None:
        """Hold bytes whose file is safe; a file that held them before goes, its key with it.

        Raises:
            TooMuchEvidence: with these there would be more than may be held.
        """
        here = _of(participant, digest)
        with self._writing(participant) as connection:
            alone(connection, f"evidence of {participant}")
            others = select(func.sum(evidence_key.c.size_bytes)).where(
                evidence_key.c.participant == participant, evidence_key.c.digest != digest
            )
            if (connection.scalar(others) or 0) + kept.held.size_bytes > self.most_bytes:
                raise TooMuchEvidence(f"expected at most {self.most_bytes} bytes in all")
            before = connection.scalar(select(evidence_key.c.file).where(here))
            values = self._values(kept)
            if before is None:
                connection.execute(
                    insert(evidence_key).values(participant=participant, digest=digest, **values)
                )
            else:
                connection.execute(update(evidence_key).where(here).values(**values))
        if before is not None:
            self._clear_away(participant, before)

    def find(self, participant: str, digest: str) -> Kept | None:
        """Find bytes; `None`: none are held under this digest."""
        with seen_by(self.engine, participant).connect() as connection:
            return _found(connection, participant, digest)

    def claim(self, participant: str, digest: str) -> Kept | None:
        """Find bytes that somebody is about to name, and let them not be swept meanwhile."""
        with self._writing(participant) as connection:
            connection.execute(
                update(evidence_key)
                .where(_of(participant, digest))
                .values(touched_at=instant(self.clock()))
            )
            return _found(connection, participant, digest)

    def digests(self, participant: str) -> frozenset[str]:
        """List the digests of all bytes that are held of a participant."""
        with seen_by(self.engine, participant).connect() as connection:
            rows = connection.execute(
                select(evidence_key.c.digest, evidence_key.c.file).where(
                    evidence_key.c.participant == participant
                )
            ).all()
        return frozenset(digest for digest, file in rows if self.folder.holds(participant, file))

    def each(self) -> Iterator[Stored]:
        """Go through all that is held of anybody."""
        columns = (evidence_key.c.participant, evidence_key.c.digest, evidence_key.c.touched_at)
        with seen_by(self.engine, EVERYBODY).connect() as connection:
            rows = connection.execute(select(*columns)).all()
        for participant, digest, touched_at in rows:
            at = datetime.fromisoformat(touched_at)
            yield Stored(participant=participant, digest=digest, touched_at=at)

    def remove(self, participant: str, digest: str) -> bool:
        """Destroy the key of bytes, then their file; `False`: there were none."""
        return self._remove(participant, _of(participant, digest))

    def let_go(self, stored: Stored) -> bool:
        """The same, unless they were handed in again or claimed since they were looked at."""
        untouched = evidence_key.c.touched_at == instant(stored.touched_at)
        return self._remove(
            stored.participant, and_(_of(stored.participant, stored.digest), untouched)
        )

    def strays(self, before: datetime) -> list[File]:
        """List files that no row names and that were written before.

        Such a file is left by a crash, or by who lost a race; what is being handed in is younger.
        """
        old = [one for one in self.folder.each() if one.written_at < before]
        with seen_by(self.engine, EVERYBODY).connect() as connection:
            named = set(connection.scalars(select(evidence_key.c.file)))
        return [one for one in old if one.name not in named]

    def clear(self, stray: File) -> None:
        """Remove a file that no row names."""
        self.folder.remove(stray.participant, stray.name)

    def _remove(self, participant: str, rows: ColumnElement[bool]) -> bool:
        with self._writing(participant) as connection:
            file = connection.scalar(
                delete(evidence_key).where(rows).returning(evidence_key.c.file)
            )
        if file is None:
            return False
        self._clear_away(participant, file)
        return True

    def _clear_away(self, participant: str, file: str) -> None:
        """Remove a file whose key is gone; if it cannot be removed, sweeping comes back to it."""
        try:
            self.folder.remove(participant, file)
        except OSError:
            logger.exception("evidence_file_left", participant=participant, file=file)

    def _values(self, kept: Kept) -> dict[str, Any]:
        return {
            "file": kept.file,
            "media_type": kept.held.media_type,
            "size_bytes": kept.held.size_bytes,
            "touched_at": instant(self.clock()),
            "key_id": kept.key.key_id,
            "wrapped": kept.key.ciphertext,
        }

    @contextmanager
    def _writing(self, participant: str) -> Iterator[Connection]:
        with write_transaction(seen_by(self.engine, participant)) as connection:
            let_nothing_linger(connection)  # a row that is written over holds a key as well
            yield connection


def _of(participant: str, digest: str) -> ColumnElement[bool]:
    return and_(evidence_key.c.participant == participant, evidence_key.c.digest == digest)


def _found(connection: Connection, participant: str, digest: str) -> Kept | None:
    row = connection.execute(select(*_ROW).where(_of(participant, digest))).one_or_none()
    if row is None:
        return None
    held = Held(media_type=row.media_type, size_bytes=row.size_bytes)
    return Kept(row.file, held, Wrapped(row.key_id, row.wrapped))
