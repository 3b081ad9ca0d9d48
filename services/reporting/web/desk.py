"""Answers questions: from memory, or by one query in a thread that many readers may wait for."""

import asyncio
from datetime import UTC, date
from typing import Annotated, TypeAlias, cast

import anyio
import anyio.to_thread
from fastapi import Depends, Request, Response
from sqlalchemy import Engine

from services.kit.answers import Answer
from services.kit.clock import Clock
from services.kit.errors import Unavailable
from services.kit.leaving import unless_gone
from services.reporting.queries.as_of import Moment
from services.reporting.queries.head import Head, locate, unless_away
from services.reporting.web.for_one import ForOne
from services.reporting.web.memory import Key, Memory, Standing, key_of
from services.reporting.web.opening import Opener
from services.reporting.web.parameters import Asked, AskedList
from services.reporting.web.readers import signed_in
from services.reporting.web.rendering import Ask, Target, render
from services.reporting.web.watch import HeadWatcher

MAX_BEING_MADE = 512
"""Different answers that may be asked for at once, beyond which more get 503."""


class Desk:
    """Everything a route needs to answer."""

    def __init__(
        self,
        engine: Engine,
        watcher: HeadWatcher,
        *,
        clock: Clock,
        threads: int,
        kept_bytes: int,
        opener: Opener | None = None,
    ) -> None:
        """Prepare.

        Args:
            engine: only ever read from; its transactions see snapshots.
            watcher: knows the head.
            clock: says what today is.
            threads: answers, and so connections, that are worked on at once.
            kept_bytes: memory for answers already rendered.
            opener: asks the registry what it discloses to readers; `None`: nobody signs in.
        """
        self._engine = engine
        self.watcher = watcher
        self.now = clock
        self.memory = Memory(
            max_bytes=kept_bytes,
            head=lambda: watcher.head,
            projector_state=lambda: watcher.progress.state,
            today=self._today,
        )
        self._being_made: dict[Key, asyncio.Task[Answer]] = {}
        self._threads = anyio.CapacityLimiter(threads)
        self._for_one = ForOne(engine, opener, clock=clock, threads=self._threads)

    async def answer(
        self, request: Request, ask: Ask, asked: Asked, listed: AskedList | None = None
    ) -> Response:
        """Answer one GET.

        Raises:
            NotFound: nothing is known under this address at this moment.
            Unavailable: the position is not known yet, or the database does not answer.
            ClientDisconnect: the client left while it waited for the position.
        """
        if not self.watcher.knows(asked.min_position):
            await unless_gone(request.receive, self.watcher.wait_for(asked.min_position))
        key = key_of(request.scope)
        who = signed_in(request)
        if who is not None:
            target = _target(request, key, asked, listed)
            return await unless_gone(request.receive, self._for_one.answer(target, ask, who))
        making = self._being_made.get(key)
        if making is None:
            if len(self._being_made) >= MAX_BEING_MADE:
                raise Unavailable("more answers are being made than this process takes")
            target = _target(request, key, asked, listed)
            making = asyncio.create_task(self._make(key, target, ask))
            self._being_made[key] = making
            making.add_done_callback(lambda made: self._made(key, made))
        answer = await asyncio.shield(making)
        return answer.response(request.headers.get("if-none-match"))

    async def _make(self, key: Key, target: Target, ask: Ask) -> Answer:
        answer, standing = await anyio.to_thread.run_sync(
            self._query, target, ask, limiter=self._threads
        )
        self.memory.keep(key, answer, standing)
        return answer

    def _made(self, key: Key, made: asyncio.Task[Answer]) -> None:
        del self._being_made[key]
        if not made.cancelled():
            made.exception()  # whoever still waits raises it; nobody may be left to

    def _query(self, target: Target, ask: Ask) -> tuple[Answer, Standing]:
        asked = target.asked
        with unless_away(), self._engine.begin() as connection:
            head, moment = locate(connection, asked.as_of, asked.effective_on, now=self.now())
            found = ask.query(connection, moment)
        return render(target, ask, moment, found), _standing(asked, head, moment)

    def _today(self) -> date:
        return self.now().astimezone(UTC).date()


def _standing(asked: Asked, head: Head, moment: Moment) -> Standing:
    """Say what must still be so for the answer; all as its own transaction saw it."""
    return Standing(
        generation=head.generation,
        parked=head.parked,
        position=None if asked.is_fixed else moment.position,
        day=moment.effective_on if asked.follows_the_day else None,
        projector_state=moment.projector_state,
    )


def _target(request: Request, key: Key, asked: Asked, listed: AskedList | None) -> Target:
    form = listed.form if listed else "json"
    return Target(
        route=request.scope["route"].path,
        path=request.url.path,
        query=request.query_params.multi_items(),
        asked=asked,
        listed=listed,
        wants_csv=key[1] if form is None else form == "csv",
    )


async def desk_of(request: Request) -> Desk:
    """Give the app's desk to a route."""
    return cast("Desk", request.app.state.desk)


AtDesk: TypeAlias = Annotated[Desk, Depends(desk_of)]
