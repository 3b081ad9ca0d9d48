"""Log: signs what is committed, keeps the checkpoint outside, tells who waits; never the reverse.

A thread of its own signs, so that the next batch is committed meanwhile. It signs only a tree that
it saw grow, leaf by leaf, from the tree it signed before.
"""

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from contracts.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from contracts.errors import VerificationFailed
from contracts.keyring import Signer
from contracts.merkle import Frontier
from contracts.note import countersign
from services.kit.errors import Unavailable
from services.registry.log import store
from services.registry.log.batch import Head
from services.registry.log.checkpoints import CheckpointStore
from services.registry.log.files import Watched, database_file
from services.registry.log.soundness import LOG, Signed, reconcile

logger = structlog.get_logger(__name__)

POLL_SECONDS = 0.2
"""How soon what other processes append or sign is noticed."""
PATIENCE_SECONDS = 10.0
"""How long appends go on while checkpoints cannot be kept."""


class Publisher:
    """Signs for one process; several may share a log and a checkpoint store."""

    def __init__(
        self,
        engine: Engine,
        checkpoints: CheckpointStore,
        signer: Signer,
        *,
        poll_seconds: float = POLL_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        called: str = LOG,
        mend: str = "see `concord registry recover`",
    ) -> None:
        """Compare log and checkpoint, sign what is not signed yet, start the thread.

        Args:
            engine: of the log.
            checkpoints: where the last checkpoint is kept.
            signer: has the log's keys, which may change meanwhile; their name is its origin.
            poll_seconds: how often to look for what other processes did.
            patience_seconds: how long the checkpoint store may fail before appends are refused.
            monotonic: seconds that never go back.
            called: the log, for whom it may concern.
            mend: how to go on when nothing is appended and signed any more.

        Raises:
            UnsoundLog: log and checkpoint do not fit together.
        """
        self._engine, self._checkpoints, self._signer = engine, checkpoints, signer
        self._poll_seconds, self._patience_seconds = poll_seconds, patience_seconds
        self._monotonic, self._called, self._mend = monotonic, called, mend
        self._changed = threading.Condition()
        self._watchers: list[Callable[[Signed], None]] = []
        self._pending: tuple[Frontier, Frontier] | None = None
        self._failing_since: float | None = None
        self._up_to_date_at = monotonic()
        self._fenced: str | None = None
        self._closed = False
        file = database_file(engine)
        self._file = Watched(file) if file else None
        found = reconcile(engine, checkpoints.read(), signer.verifier)
        self._signed, self._frontier = found.signed, found.frontier
        self._seen = self._frontier
        if found.signed is None or found.head.size > found.frontier.size:
            self._publish(found.head.frontier)
        else:
            self._countersign()
        self._thread = threading.Thread(target=self._run, name="log-publish", daemon=True)
        self._thread.start()

    # What the writer of the log calls.

    def admit(self) -> None:
        """Let an append through, unless nothing can be signed any more.

        Raises:
            Unavailable: the log is fenced, or checkpoints could not be kept for too long.
        """
        if self._fenced is not None:
            raise Unavailable(self._fenced, retry_after_seconds=60)
        since = self._failing_since
        if since is not None and self._monotonic() - since > self._patience_seconds:
            raise Unavailable("checkpoints cannot be kept", retry_after_seconds=5)

    def check(self, head: Head, /) -> None:
        """Refuse a head that is not at or after what this process knows to be committed.

        Raises:
            Unavailable: the database went back; the log is fenced from now on.
        """
        self.admit()
        seen = self._seen
        if head.size < seen.size or (head.size == seen.size and head.frontier != seen):
            raise self._fence(f"{self._called} of {seen.size} entries went back or forked")

    def committed(self, before: Frontier, after: Frontier, /) -> None:
        """Hear of a committed batch: the frontier that it found, and the one that it left."""
        with self._changed:
            self._seen = after
            if self._pending is not None and self._pending[1] == before:
                before = self._pending[0]
            self._pending = (before, after)
            self._changed.notify_all()

    # What the service asks.

    @property
    def fenced(self) -> str | None:
        """Why nothing is appended and signed any more; `None` while all is well."""
        return self._fenced

    @property
    def failing(self) -> bool:
        """Say whether checkpoints cannot be kept just now."""
        return self._failing_since is not None

    def age_seconds(self) -> float:
        """Say how long ago the last checkpoint was seen to be kept and to cover the whole log."""
        return self._monotonic() - self._up_to_date_at

    def latest(self) -> Signed:
        """Give the last signed checkpoint."""
        if self._signed is None:
            raise AssertionError("a publisher that started has signed")
        return self._signed

    def wait_for(self, size: int, timeout_seconds: float) -> Signed | None:
        """Wait until a tree of at least this size is signed; `None` if it takes too long.

        Does not wait at all while checkpoints cannot be kept.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self.latest().size >= size or self.failing or self._closed or self._fenced,
                timeout_seconds,
            )
            signed = self.latest()
        return signed if signed.size >= size else None

    def watch(self, callback: Callable[[Signed], None]) -> Callable[[], None]:
        """Call back with every newly signed checkpoint, from the signing thread, soon and briefly.

        Returns:
            What ends it.
        """
        self._watchers = [*self._watchers, callback]

        def end() -> None:
            self._watchers = [other for other in self._watchers if other is not callback]

        return end

    def close(self) -> None:
        """Sign what is committed, then end; close the log before."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        self._checkpoints.close()

    # What the signing thread does.

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed, self._poll_seconds)
                pending, self._pending, closed = self._pending, None, self._closed
            if self._fenced is None:
                self._step(pending)
            if closed:
                return

    def _step(self, pending: tuple[Frontier, Frontier] | None) -> None:
        try:
            self._look_for_file()
            if pending is not None and pending[0] == self._frontier:
                self._publish(pending[1])
            else:
                self._look_around()
        except Unavailable:  # fenced just now, and logged there
            return
        except SQLAlchemyError as error:  # of the log's database; the store's are sqlite3's own
            logger.warning("log_not_read", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - top of a thread: it goes on and tries again
            self._failed(error)
        else:
            self._failing_since, self._up_to_date_at = None, self._monotonic()

    def _failed(self, error: Exception) -> None:
        logger.warning("checkpoint_not_kept", error=type(error).__name__)
        with self._changed:
            if self._failing_since is None:
                self._failing_since = self._monotonic()
            self._changed.notify_all()

    def _look_for_file(self) -> None:
        """See that the file which is written and read here is the one that others will find."""
        if self._file and not self._file.is_whole():
            raise self._fence(f"the file of {self._called} was taken away, replaced or cut")

    def _look_around(self) -> None:
        """Take over what other processes signed; sign what they or we left unsigned."""
        kept = self._checkpoints.read()
        if kept is None:
            raise self._fence(f"the checkpoint that was kept of {self._called} is gone")
        if kept != self.latest().note:
            self._adopt(kept)
        with self._engine.connect() as connection:
            head = store.find_head(connection)
        if head is None or head.size < self._frontier.size:
            raise self._fence(f"{self._called} is behind its signed checkpoint")
        if head.size > self._frontier.size:
            grown = self._grow_to(head.size)
            if grown != head.frontier:
                raise self._fence(f"the head of {self._called} does not fit its entries")
            self._publish(grown)
        else:
            self._countersign()

    def _publish(self, frontier: Frontier) -> None:
        """Sign a tree that grew from the last signed one, unless others signed a larger one."""
        root = frontier.root()
        note = sign_checkpoint(Checkpoint(self._signer.name, frontier.size, root), self._signer)
        while True:
            expected = None if self._signed is None else self._signed.note
            kept = self._checkpoints.swap(expected, note)
            if kept == note:
                self._accept(Signed(frontier.size, root, note), frontier)
                return
            self._adopt(kept)
            if self._frontier.size >= frontier.size:
                return

    def _countersign(self) -> None:
        """Add to the last checkpoint the signatures of our keys that it lacks.

        A key may be new here, or not have been there where it was signed; what is there stays.
        """
        signed = self.latest()
        note = countersign(signed.note, *self._signer.keys)
        if note == signed.note:
            return
        kept = self._checkpoints.swap(signed.note, note)
        if kept == note:
            self._accept(Signed(signed.size, signed.root, note), self._frontier)
        else:
            self._adopt(kept)

    def _adopt(self, note: str) -> None:
        """Take over a checkpoint of another process, if it fits our log."""
        try:
            checkpoint = open_checkpoint(note, self._signer.verifier)
        except VerificationFailed as error:
            raise self._fence(
                f"the checkpoint kept of {self._called} is not ours: {error}"
            ) from error
        if checkpoint.size < self._frontier.size:
            raise self._fence(f"the checkpoint kept of {self._called} went back")
        grown = self._grow_to(checkpoint.size)
        if grown.size != checkpoint.size or grown.root() != checkpoint.root:
            raise self._fence(
                f"{self._called} does not have the tree of {checkpoint.size} that was signed"
            )
        self._accept(Signed(checkpoint.size, checkpoint.root, note), grown)

    def _grow_to(self, size: int) -> Frontier:
        """Extend the signed frontier by the leaf hashes that the log has, up to a size."""
        grown = self._frontier
        with self._engine.connect() as connection:
            while grown.size < size:
                last = min(grown.size + 4096, size)
                hashes = store.leaf_hashes(connection, grown.size + 1, last)
                if len(hashes) != last - grown.size:
                    return grown
                grown = grown.extend(hashes)
        return grown

    def _accept(self, signed: Signed, frontier: Frontier) -> None:
        with self._changed:
            self._signed, self._frontier = signed, frontier
            if self._seen.size < frontier.size:
                self._seen = frontier
            self._changed.notify_all()
        for callback in self._watchers:
            callback(signed)

    def _fence(self, reason: str) -> Unavailable:
        """Stop appending and signing until somebody has looked."""
        logger.error("log_fenced", log=self._signer.name, reason=reason)
        with self._changed:
            self._fenced = f"{reason}; {self._mend}"
            self._changed.notify_all()
        return Unavailable(self._fenced, retry_after_seconds=60)
