"""Tests: a registry that discloses, in memory: by the real policy, to real tokens.

What a test wants to be wrong with its answers, the test says: `answer` replaces what it says on an
entry.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

import httpx
import orjson

from contracts.authority.actor import Actor, actor_of
from contracts.authority.policy import Resource, may
from contracts.authority.sections import section_of
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import READ_SECTION
from contracts.errors import VerificationFailed
from contracts.events import parse_event
from contracts.sealing import Disclosure, verify_disclosure
from services.kit.clock import Clock
from services.kit.errors import ServiceError
from services.registry.domain.evidence import NOTHING, evolve
from services.registry.evidence.holding import resource_of_words
from tests.issuing import authenticate

Answer = Callable[[int], httpx.Response | None]


class InMemory(httpx.AsyncBaseTransport):
    """Carries requests to a function in this process."""

    def __init__(self, discloser: "Discloser") -> None:
        self._discloser = discloser

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._discloser.respond(request)


class Discloser:
    """Answers `/v1/disclosures/{position}` on the events of a register in memory."""

    def __init__(
        self, events: Sequence[dict[str, Any]], opening: Sequence[Disclosure], clock: Clock
    ) -> None:
        self._events, self._opening, self._clock = events, opening, clock
        self._authenticate = authenticate(clock)
        self.standings: dict[str, Standing] = {}
        """What this registry knows of actors, by id."""
        self.asked: list[int] = []
        """Positions that were asked about, in order."""
        self.headers: list[httpx.Headers] = []
        self.answer: Answer = lambda _: None
        self.client = httpx.AsyncClient(
            transport=InMemory(self), base_url="http://registry.test", follow_redirects=False
        )

    async def respond(self, request: httpx.Request) -> httpx.Response:
        position = int(request.url.path.rpartition("/")[2])
        assert request.url.path == f"/v1/disclosures/{position}"
        self.asked.append(position)
        self.headers.append(request.headers)
        said = self.answer(position)
        if said is not None:
            return said
        try:
            who = await self._authenticate(request.headers.get_list("authorization"))
        except ServiceError as error:
            return httpx.Response(error.status)
        return self.disclosed(position, actor_of(who.actor, who.roles, who.scopes))

    def disclosed(self, position: int, actor: Actor) -> httpx.Response:
        body = self._events[position - 1]["data"]
        facts = Facts(today=self._today, standing=self.standings.get(actor.id or ""))
        told = [
            one.encoded()
            for one in self._opening
            if opens(one, body)
            and may(actor, READ_SECTION, self._resource(position, one.name), facts).allowed
        ]
        return answered(position, told)

    def _resource(self, position: int, name: str) -> Resource:
        kind, body = (self._events[position - 1][member] for member in ("type", "data"))
        if kind not in {"evidence-deposited", "evidence-revised"}:
            return section_of(body, name)
        theirs = (
            parse_event(event["type"], event["data"])
            for event in self._events
            if event["type"].startswith("evidence-")
            and event["data"]["participant"] == body["participant"]
        )
        found = resource_of_words(reduce(evolve, theirs, NOTHING), body["digest"])
        assert found is not None
        return found

    @property
    def _today(self) -> Any:
        now: datetime = self._clock()
        return now.date()


def answered(position: int, told: Sequence[str]) -> httpx.Response:
    """What a registry answers on one entry."""
    body = orjson.dumps({"position": position, "disclosures": list(told)})
    return httpx.Response(200, content=body, headers={"content-type": "application/json"})


def opens(disclosure: Disclosure, body: Any) -> bool:
    try:
        verify_disclosure(disclosure.encoded(), body)
    except VerificationFailed:
        return False
    return True
