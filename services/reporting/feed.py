"""Feed: fetching, and verifying before anyone sees an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.errors import VerificationFailed
from contracts.keyring import Verifier
from contracts.merkle import Frontier
from services.kit.errors import Unavailable
from services.reporting.verification import MOST_ENTRIES, Verified, extend, prove, verify_page

MOST_BYTES = 16 * 1024 * 1024
"""An answer longer than this is not a page: a page is 4 MiB or one entry."""
BATCH_ENTRIES = 8 * MOST_ENTRIES
BATCH_BYTES = 4 * 1024 * 1024
"""A reader that is behind takes no further page after this many entries or bytes."""
GRACE_SECONDS = 10.0
"""How much later than asked for an answer may come."""
PATIENCE = 3
"""How often a checkpoint may be older than one already seen: caches and replicas lag."""


class Feed(Protocol):
    """Where pages and checkpoints come from: the registry, or an export of it."""

    def checkpoint(self) -> str:
        """Give the newest signed checkpoint there is.

        Raises:
            Unavailable: not now.
        """
        ...

    def page(self, after: int, wait_seconds: int) -> bytes:
        """Give the page that begins after a position; an empty array if nothing comes in time.

        Raises:
            Unavailable: not now.
        """
        ...


class HttpFeed:
    """The feed of a running registry."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        """With the registry's address as its base."""

    def checkpoint(self) -> str:
        """Give the newest signed checkpoint there is."""
        try:
            return self._get("/checkpoint", {}, 0).decode()
        except UnicodeDecodeError:
            raise VerificationFailed("expected a checkpoint in UTF-8") from None

    def page(self, after: int, wait_seconds: int) -> bytes:
        """Give the page that begins after a position; the registry waits for the first entry."""
        return self._get("/v1/events", {"after": after, "wait": wait_seconds}, wait_seconds)

    def _get(self, path: str, params: dict[str, int], wait_seconds: int) -> bytes:
        timeout = httpx.Timeout(GRACE_SECONDS, read=wait_seconds + GRACE_SECONDS)
        try:
            with self._client.stream("GET", path, params=params, timeout=timeout) as response:
                if response.status_code != httpx.codes.OK:
                    raise Unavailable(f"expected 200 for {path}, got {response.status_code}")
                return _bounded(response, path)
        except httpx.HTTPError as error:
            raise Unavailable(f"{path}: {type(error).__name__}") from error


def _bounded(response: httpx.Response, path: str) -> bytes:
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise VerificationFailed(f"expected at most {MOST_BYTES} bytes for {path}, got more")
        parts.append(part)
    return b"".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Verified entries that are to be projected together."""

    after: int
    """Position of the last entry before them."""
    entries: Sequence[Verified]
    frontier: Frontier
    """Of the log up to and with the last of them."""
    checkpoint: str | None
    """Signed note whose root is that of `frontier`; `None` where no signed size is reached."""


class Consumer:
    """Follows the log from one place on, and hands out nothing that does not check out."""

    def __init__(self, feed: Feed, verifier: Verifier, frontier: Frontier) -> None:
        self._feed = feed
        self._verifier = verifier
        self._frontier = frontier
        self._pending: list[Verified] = []
        self._note = ""
        self._signed: Checkpoint | None = None
        self._proven_size = -1
        self._lagged = 0

    @property
    def position(self) -> int:
        """Last position that was handed out."""
        return self._frontier.size

    @property
    def seen_size(self) -> int:
        """Largest size that the registry was seen to sign; 0 before the first look."""
        return self._signed.size if self._signed else 0

    def next_batch(self, wait_seconds: int) -> Batch | None:
        """Give what comes next, never beyond a signed size, or `None` if nothing came in time.

        A page that reaches beyond the checkpoint is split there, the rest follows with the next.

        Raises:
            VerificationFailed: what the registry said does not check out.
            Unavailable: the registry does not answer now.
        """
        position = self._frontier.size
        if not self._pending:
            self._read(position, wait_seconds)
        signed = self._signed
        if not self._pending or signed is None or signed.size < position + len(self._pending):
            signed = self._look()
        entries = self._pending[: signed.size - position]
        frontier = extend(self._frontier, entries)
        is_proven = frontier.size == signed.size
        if is_proven:
            prove(frontier, signed)
        if not entries and (not is_proven or self._proven_size == frontier.size):
            if self._pending:
                raise Unavailable(f"entries beyond {position} are served, but not yet signed")
            return None
        del self._pending[: len(entries)]
        self._frontier = frontier
        if is_proven:
            self._proven_size = frontier.size
        note = self._note if is_proven else None
        return Batch(after=position, entries=entries, frontier=frontier, checkpoint=note)

    def _read(self, position: int, wait_seconds: int) -> None:
        """Read a page; and while pages come full, some more, so that they share a transaction."""
        size = 0
        while True:
            page = self._feed.page(position, wait_seconds)
            entries = verify_page(page, after=position, origin=self._verifier.name)
            self._pending += entries
            position, size = position + len(entries), size + len(page)
            is_behind = len(entries) == MOST_ENTRIES and position < self.seen_size
            if not is_behind or len(self._pending) >= BATCH_ENTRIES or size >= BATCH_BYTES:
                return

    def _look(self) -> Checkpoint:
        """Fetch the checkpoint; it may only ever grow, and one size has one root."""
        note = self._feed.checkpoint()
        signed = open_checkpoint(note, self._verifier)
        known, least = self._signed, max(self._frontier.size, self.seen_size)
        if signed.size < least:
            self._lagged += 1
            reason = f"expected a checkpoint of size {least} or more, got {signed.size}"
            if self._lagged > PATIENCE:
                raise VerificationFailed(f"{reason}: the log was set back", position=least)
            raise Unavailable(reason)
        if known is not None and signed.size == known.size and signed.root != known.root:
            raise VerificationFailed("two roots are signed for one size", position=known.size)
        self._lagged = 0
        self._note, self._signed = note, signed
        return signed
