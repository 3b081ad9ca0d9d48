"""Tests: a registry that works, in memory: it numbers, commits to leaves, signs and serves pages.

It decides nothing. What a test wants to be wrong with its answers, the test says: `tamper` changes
the events of a page, `checkpoint` replaces the signed note, `limit` keeps pages short.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from contracts.canonical import canonical, digest, spell
from contracts.catalogue import dataschema_of
from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.encoding import instant
from contracts.envelope import Entry, leaf_bytes, parse_leaf
from contracts.events import RegistryEvent, event_data, wire_type
from contracts.merkle import Frontier, leaf_hash
from contracts.note import SigningKey
from services.registry.domain.streams import stream_of
from services.reporting.feed import HttpFeed

ORIGIN = "demonstration.test/log"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PAGE_ENTRIES = 256

Event = dict[str, Any]


class InMemory(httpx.BaseTransport):
    """Carries requests to a function in this process."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request)


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=InMemory(answer), base_url="http://registry.test")


class SimulatedRegistry:
    """A log in memory and its feed."""

    def __init__(self, key: SigningKey | None = None) -> None:
        self.key = key or SigningKey.generate(ORIGIN)
        self.events: list[Event] = []
        self.frontiers = [Frontier()]
        self.versions: dict[str, int] = defaultdict(int)
        self.limit = PAGE_ENTRIES
        self.signed_size: int | None = None
        """Sign no more than this; `None` signs everything."""
        self.tamper: Callable[[list[Event]], list[Event]] = lambda events: events
        self.checkpoint: Callable[[], str] = self.signed
        self.is_down = False
        self.requests: list[str] = []
        self.client = client_of(self.answer)

    @property
    def size(self) -> int:
        return len(self.events)

    def append(self, *events: RegistryEvent, at: datetime | None = None) -> int:
        """Record events; the last one's position."""
        for event in events:
            self.append_body(
                wire_type(type(event)), event_data(event), stream=stream_of(event), at=at
            )
        return self.size

    def append_body(
        self,
        wire: str,
        data: dict[str, Any],
        *,
        stream: str,
        dataschema: str | None = None,
        at: datetime | None = None,
        as_is: bool = False,
    ) -> int:
        """Record a body, whatever it says; `as_is` even what has no canonical form."""
        position = self.size + 1
        self.versions[stream] += 1
        entry = Entry(
            position=position,
            recorded_at=instant(at or EPOCH + timedelta(minutes=position)),
            type=wire,
            dataschema=dataschema or dataschema_of(wire),
            stream=stream,
            version=self.versions[stream],
            participant=data.get("participant"),
            actor="test-actor",
            effective_on=data.get("effective_on"),
            datahash=digest(spell(data) if as_is else canonical(data)),
        )
        leaf = leaf_bytes(entry)
        self.events.append(self._cloud_event(entry, leaf, data))
        self.frontiers.append(self.frontiers[-1].append(leaf_hash(leaf)))
        return position

    def _cloud_event(self, entry: Entry, leaf: bytes, data: dict[str, Any]) -> Event:
        event = {
            "specversion": "1.0",
            "id": str(entry.position),
            "source": self.key.name,
            "type": entry.type,
            "time": entry.recorded_at,
            "datacontenttype": "application/json",
            "dataschema": entry.dataschema,
            "leaf": leaf.decode(),
            "data": data,
        }
        return event if entry.participant is None else event | {"subject": entry.participant}

    def signed(self, size: int | None = None) -> str:
        """Give the checkpoint of the first `size` entries, signed."""
        size = self._signed_size() if size is None else size
        root = self.frontiers[size].root()
        return sign_checkpoint(Checkpoint(self.key.name, size, root), self.key)

    def entry_of(self, position: int) -> Entry:
        """Give the entry at a position."""
        return parse_leaf(self.events[position - 1]["leaf"].encode())

    def feed(self) -> HttpFeed:
        return HttpFeed(self.client)

    def page(self, after: int) -> bytes:
        upto = min(after + self.limit, self.size)
        return orjson.dumps(self.tamper([dict(event) for event in self.events[after:upto]]))

    def export(self, path: Path) -> Path:
        """Write the whole log as an export."""
        with path.open("wb") as file:
            for after in range(0, self.size, self.limit):
                file.write(self.page(after) + b"\n")
            file.write(orjson.dumps({"checkpoint": self.checkpoint()}) + b"\n")
        return path

    def _signed_size(self) -> int:
        return self.size if self.signed_size is None else self.signed_size

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request.url.path)
        if self.is_down:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path == "/checkpoint":
            return httpx.Response(200, text=self.checkpoint())
        assert request.url.path == "/v1/events"
        return httpx.Response(200, content=self.page(int(request.url.params["after"])))
