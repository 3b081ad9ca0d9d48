"""Trail: the checkpoints of its months, kept beside the register's own, outside the folder."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.errors import VerificationFailed
from contracts.keyring import Signer
from contracts.note import NotSigned
from contracts.trail.chain import MONTH, SegmentSigner, not_signed
from services.registry.log import CheckpointStore, UnsoundLog
from services.registry.trail.trouble import FolderAway


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Where the checkpoints of the months are kept, and what they say."""

    checkpoint_store: Path
    """Of the register's own log; those of the months lie beside it, outside the trail's folder."""
    signer: Signer | None = None
    """Whose signature they must have; `None`: of who has no key, which takes them as they are."""

    def file(self, month: str) -> Path:
        """Give the file that keeps the last checkpoint of a month."""
        store = self.checkpoint_store
        return store.with_name(f"{store.stem}.trail-{month}{store.suffix}")

    def months(self) -> list[str]:
        """Give the months of which a checkpoint is kept, oldest first.

        Raises:
            FolderAway: where they are kept cannot be looked at.
        """
        store = self.checkpoint_store
        before = f"{store.stem}.trail-"
        with _reachable():
            names = [file.name for file in store.parent.iterdir()]
        kept = (
            name.removeprefix(before).removesuffix(store.suffix)
            for name in names
            if name.startswith(before) and name.endswith(store.suffix)
        )
        return sorted(month for month in kept if MONTH.fullmatch(month))

    def note(self, month: str) -> str | None:
        """Read the last checkpoint of a month; `None` if none is kept."""
        with _reachable():
            if not self.file(month).exists():
                return None
        with closing(CheckpointStore(self.file(month))) as store:
            return store.read()

    def checkpoint(self, month: str) -> Checkpoint | None:
        """Say what the last checkpoint of a month says; `None` if none is kept.

        Raises:
            UnsoundLog: what is kept is none.
        """
        note = self.note(month)
        if note is None:
            return None
        try:
            return self._opened(month, note)
        except VerificationFailed as error:
            raise UnsoundLog(f"the checkpoint that is kept of it: {error.reason}") from error

    def _opened(self, month: str, note: str) -> Checkpoint:
        if self.signer is None:
            text, _, _ = note.rpartition("\n\n")
            return Checkpoint.parse(f"{text}\n")
        try:
            return open_checkpoint(note, SegmentSigner(self.signer, month).verifier)
        except NotSigned:
            raise VerificationFailed(not_signed(self.signer.verifier)) from None


@dataclass(frozen=True, slots=True)
class Signing:
    """What signs the months, and where their checkpoints are kept."""

    checkpoint_store: Path
    """Of the register's own log."""
    signer: Signer

    @property
    def kept(self) -> Checkpoints:
        """The checkpoints, held against the keys."""
        return Checkpoints(self.checkpoint_store, self.signer)

    def file(self, month: str) -> Path:
        """Give the file that keeps the last checkpoint of a month."""
        return self.kept.file(month)

    def months(self) -> list[str]:
        """Give the months of which a checkpoint is kept, oldest first."""
        return self.kept.months()

    def note(self, month: str) -> str | None:
        """Read the last checkpoint of a month; `None` if none is kept."""
        return self.kept.note(month)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderAway("the trail's checkpoints cannot be read", retry_after_seconds=5) from error
