"""Answers one signed-in reader: asks the registry what it discloses to this one; keeps nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import Response
from sqlalchemy import Connection, Engine

from contracts.authority.standing import Facts
from services.kit.answers import Answer
from services.kit.clock import Clock
from services.kit.errors import Unavailable
from services.reporting.queries.as_of import AsOf, AtPosition, Moment
from services.reporting.queries.head import locate, unless_away
from services.reporting.queries.reader import Reader
from services.reporting.queries.standing import standing_of
from services.reporting.web.opening import Opener, opened
from services.reporting.web.readers import SignedIn
from services.reporting.web.rendering import Ask, Target, for_one, render

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One way of looking at the answer: where, on which day, and knowing what."""

    as_of: AsOf
    effective_on: date | None
    opened: dict[str, Any] = field(default_factory=dict)
    """What is in sealed sections, by seal."""
    projector_state: str | None = None
    """As the first look found it; only of the second."""
    is_second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a look gave."""

    moment: Moment
    reader: Reader
    answer: Answer


class ForOne:
    """Makes answers for single readers, each anew."""

    def __init__(
        self,
        engine: Engine,
        opener: Opener | None,
        *,
        clock: Clock,
        threads: anyio.CapacityLimiter,
    ) -> None:
        """Prepare.

        Args:
            engine: only ever read from; its transactions see snapshots.
            opener: asks the registry; `None`: there is none to ask.
            clock: says what today is.
            threads: that answers are made in.
        """
        self._engine, self._opener, self._now, self._threads = engine, opener, clock, threads

    async def answer(self, target: Target, ask: Ask, who: SignedIn) -> Response:
        """Answer one GET.

        The question is asked once to see what stands sealed in the answer and may be read by
        this reader. Only then the registry is asked for it, and the question once more, at the
        same place, with what was disclosed.

        Raises:
            Unavailable: the registry is away, so that it is not known what is restricted.
            VerificationFailed: what it disclosed is not what the log has sealed.
        """
        asked = target.asked
        first = _Look(as_of=asked.as_of, effective_on=asked.effective_on)
        seen = await self._in_thread(lambda: self._see(target, ask, who, first))
        met = seen.reader.met
        if met:
            if self._opener is None:
                raise Unavailable("there is no registry to ask what it discloses to this reader")
            told = await self._opener.fetch(seen.reader.positions, who.headers)
            second = _Look(
                as_of=AtPosition(seen.moment.position),
                effective_on=seen.moment.effective_on,
                opened=await self._in_thread(lambda: opened(told, met)),
                projector_state=seen.moment.projector_state,
                is_second=True,
            )
            seen = await self._in_thread(lambda: self._see(target, ask, who, second))
            if not seen.reader.met.keys() <= met.keys():
                raise Unavailable("what is answered from changed meanwhile")
        return for_one(seen.answer, seen.reader.shown)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    def _see(self, target: Target, ask: Ask, who: SignedIn, look: _Look) -> _Seen:
        with unless_away(), self._engine.begin() as connection:
            reader = Reader(actor=who.actor, facts=self._facts(connection, who), opened=look.opened)
            _, moment = locate(connection, look.as_of, look.effective_on, now=self._now())
            if look.is_second:
                moment = replace(moment, projector_state=look.projector_state)
            moment = replace(moment, reader=reader)
            found = ask.query(connection, moment)
        return _Seen(moment=moment, reader=reader, answer=render(target, ask, moment, found))

    def _facts(self, connection: Connection, who: SignedIn) -> Facts:
        """Say what holds of the reader as of now, whatever moment is asked about."""
        _, head = locate(connection, None, None, now=self._now())
        return Facts(today=head.effective_on, standing=standing_of(connection, head, who.actor))
