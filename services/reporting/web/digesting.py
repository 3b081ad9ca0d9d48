"""Digests of the projections on request: made one at a time, and not more often than needed."""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any

import anyio.to_thread
from sqlalchemy import Engine

from services.kit.clock import Clock
from services.reporting.digests import Digest, digest_of
from services.reporting.projections.catalogue import PROJECTIONS
from services.reporting.queries.head import Head, read_head, unless_away

KEPT_SECONDS = 60.0
"""Every row is hashed, so digests that were asked for may be as old as this; they name their
position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """The digests at a proven position."""

    head: Head
    digests: tuple[Digest, ...]

    def shown(self) -> dict[str, Any]:
        """Give what is comparable between any two who read the log: position, who is parked."""
        return {
            "position": self.head.position,
            "parked": [one.participant for one in self.head.parked],
            "projections": {
                one.projection: {"version": one.version, "rows": one.rows, "sha256": one.sha256}
                for one in self.digests
            },
        }


class Digester:
    """Hashes the live generation; everybody who asks meanwhile gets the same."""

    def __init__(self, engine: Engine, *, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._one_at_a_time = asyncio.Lock()
        self._made: Digested | None = None
        self._made_at = 0.0

    async def digested(self, head: Head) -> Digested:
        """Give the digests at the head, or at one that it had within the last minute.

        Raises:
            Unavailable: the database does not answer.
        """
        async with self._one_at_a_time:
            if self._made is None or not self._holds(self._made, head):
                self._made = await anyio.to_thread.run_sync(self._make)
                self._made_at = monotonic()
            return self._made

    def _holds(self, made: Digested, head: Head) -> bool:
        is_of_these_rows = (made.head.generation, made.head.parked) == (
            head.generation,
            head.parked,
        )
        is_young = monotonic() - self._made_at < KEPT_SECONDS
        return is_of_these_rows and (is_young or made.head.position == head.position)

    def _make(self) -> Digested:
        with unless_away(), self._engine.begin() as connection:
            head, _ = read_head(connection, now=self._clock())
            digests = (
                digest_of(connection, one, head.generation, head.position) for one in PROJECTIONS
            )
            return Digested(head=head, digests=tuple(digests))
