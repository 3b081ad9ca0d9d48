"""Bulk: the whole public log folded anew, in a database of its own that is thrown away."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from contracts.errors import VerificationFailed
from contracts.keyring import Verifier
from services.kit.clock import Clock
from services.reporting.database import make_reporting_engine
from services.reporting.digests import Digest, digest_of
from services.reporting.feed import Feed
from services.reporting.generations import live_generation
from services.reporting.parking import read_parked
from services.reporting.projections.catalogue import METADATA, PROJECTIONS
from services.reporting.projector import Projector
from services.reporting.verification import MOST_ENTRIES


class UpTo:
    """A feed that ends where one signed checkpoint does, however the log behind it grows."""

    def __init__(self, feed: Feed, *, note: str, size: int) -> None:
        """Wrap it.

        Args:
            feed: where pages come from; its own checkpoint is not asked for.
            note: the signed checkpoint, not checked here.
            size: how many entries it says there are.
        """
        self._feed, self._note, self._size = feed, note, size

    def checkpoint(self) -> str:
        """Give the one checkpoint."""
        return self._note

    def page(self, after: int, wait_seconds: int) -> bytes:  # noqa: ARG002 - nothing is waited for
        """Give a page, without what lies beyond the checkpoint."""
        left = self._size - after
        if left <= 0:
            return b"[]"
        page = self._feed.page(after, 0)
        if left >= MOST_ENTRIES:
            return page
        return _first(page, left)


def _first(page: bytes, count: int) -> bytes:
    try:
        events: Any = orjson.loads(page)
    except orjson.JSONDecodeError:
        raise VerificationFailed("expected a page of the feed in JSON") from None
    if not isinstance(events, list) or len(events) <= count:
        return page
    return orjson.dumps(events[:count])


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """What the projections come to, worked out from the log alone."""

    digests: tuple[Digest, ...]
    parked: tuple[str, ...]
    """Who is held back at the position."""


def recompute(
    feed: Feed,
    verifier: Verifier,
    clock: Clock,
    *,
    size: int,
    position: int,
    progress: Callable[[int], None],
) -> Recomputed:
    """Verify and fold the log up to its checkpoint, and digest every projection at a position.

    Args:
        feed: the log, which ends where its checkpoint does (`UpTo`).
        verifier: its pinned key or keys.
        clock: for the projector's own status, which is in no digest.
        size: of the log by the checkpoint.
        position: of the digests; at most `size`.
        progress: told how many entries are folded.

    Raises:
        VerificationFailed: the log ends before the signed size.
        Stopped: something in it does not check out.
    """
    with TemporaryDirectory() as folder:
        engine = make_reporting_engine(f"sqlite:///{Path(folder) / 'folded.sqlite'}")
        try:
            METADATA.create_all(engine)
            projector = Projector(engine, feed, verifier, clock)
            while batch := projector.fetch(0):
                projector.apply(batch)
                progress(batch.frontier.size)
            reached = projector.position()
            if reached != size:
                raise VerificationFailed(f"expected {size} entries as signed, got {reached}")
            with engine.begin() as connection:
                generation = live_generation(connection) or 0
                held = read_parked(connection, generation)
                return Recomputed(
                    digests=tuple(
                        digest_of(connection, one, generation, position) for one in PROJECTIONS
                    ),
                    parked=tuple(one.participant for one in held if one.since_position <= position),
                )
        finally:
            engine.dispose()
