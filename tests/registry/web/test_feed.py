"""Registry web: the feed's pages, what waits for them, and the export."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson
import pytest
import yaml
from starlette.requests import ClientDisconnect
from starlette.types import Message, Scope

from contracts.catalogue import ROOT, contract
from contracts.events import event_data
from contracts.export import verify_export
from contracts.sealing import Disclosure
from services.kit.errors import Unavailable
from services.registry.app import Room
from services.registry.log import Append, NewEvent
from services.registry.web.admission import Admission
from services.registry.web.exporting import Export
from services.registry.web.waiting import Watcher
from tests import makers, writes
from tests.databases import Database
from tests.running_registry import RunningRegistry, running_registry


def fill(
    registry: RunningRegistry,
    count: int,
    *,
    size_bytes: int = 0,
    disclosures: tuple[Disclosure, ...] = (),
) -> None:
    """Append many entries quickly, past the web; each its own stream."""
    start = registry.size
    text = {"en": "x" * size_bytes} if size_bytes else {"en": "Name"}
    for first in range(start, start + count, 64):
        numbers = range(first, min(first + 64, start + count))
        registry.opened.log.append(
            Append(
                events=[_event(number, text, disclosures) for number in numbers],
                expects={f"participation-X{number}": 0 for number in numbers},
                scope="filling",
                key=f"from-{first}",
                request_digest=bytes(32),
            )
        )
    signed = registry.opened.publisher.wait_for(start + count, 20)
    assert signed is not None


def _event(number: int, name: dict[str, str], disclosures: tuple[Disclosure, ...]) -> NewEvent:
    renamed = makers.participant_renamed(name=name)
    return NewEvent(
        stream=f"participation-X{number}",
        type="participant-renamed",
        dataschema="https://concord.example/contracts/events/participant-renamed/1.0.0/schema.json",
        participant="ZZA",
        actor="actor-filling",
        body=orjson.dumps(event_data(renamed), option=orjson.OPT_SORT_KEYS),
        disclosures=disclosures,
    )


def next_of(answer: httpx.Response) -> str:
    assert answer.links["describedby"]["url"] == contract("feed/page").id
    return answer.links["next"]["url"]


def test_an_empty_log_has_an_empty_page(registry: RunningRegistry) -> None:
    answer = registry.get("/v1/events?after=0")
    assert (answer.json(), next_of(answer)) == ([], "/v1/events?after=0")
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"


def test_pages_follow_each_other_without_a_gap(registry: RunningRegistry) -> None:
    fill(registry, 600)
    target, seen = "/v1/events?after=0", []
    lengths = []
    while page := registry.get(target).json():
        seen += [int(event["id"]) for event in page]
        lengths.append(len(page))
        target = next_of(registry.get(target))
    assert seen == list(range(1, 601))
    assert lengths == [256, 256, 88]


def test_a_full_page_is_immutable_and_the_last_one_is_not(registry: RunningRegistry) -> None:
    fill(registry, 300)
    full, tail = registry.get("/v1/events?after=0"), registry.get("/v1/events?after=256")
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in tail.headers["cache-control"]
    fill(registry, 300)
    again = registry.get("/v1/events?after=0")
    assert (again.content, again.headers["etag"]) == (full.content, full.headers["etag"])
    grown = registry.get("/v1/events?after=256")
    assert grown.headers["etag"] != tail.headers["etag"]
    assert "immutable" in grown.headers["cache-control"]


def test_a_full_page_begins_anywhere(registry: RunningRegistry) -> None:
    fill(registry, 300)
    whole, shifted = registry.get("/v1/events?after=0").json(), registry.get("/v1/events?after=7")
    assert shifted.json()[:249] == whole[7:]
    assert "immutable" in shifted.headers["cache-control"]


def test_a_full_page_is_given_from_memory_however_it_is_asked_for(
    registry: RunningRegistry,
) -> None:
    fill(registry, 300)
    first = registry.get("/v1/events?after=0")
    kept = registry.app.state.reading.kept
    assert kept.held_bytes > len(first.content)
    for target in ("/v1/events?after=0", "/v1/events?wait=5&after=0"):
        assert registry.get(target).content == first.content
    unchanged = registry.get("/v1/events?after=0", if_none_match=first.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_page_holds_at_most_four_mebibytes_of_entries(registry: RunningRegistry) -> None:
    fill(registry, 30, size_bytes=300_000)
    page = registry.get("/v1/events?after=0")
    assert len(page.json()) == 13
    assert "immutable" in page.headers["cache-control"]


def test_the_last_page_can_be_asked_for_anew_cheaply(registry: RunningRegistry) -> None:
    registry.sign()
    tail = registry.get("/v1/events?after=0")
    same = registry.get("/v1/events?after=0", if_none_match=tail.headers["etag"])
    assert (same.status_code, same.content) == (304, b"")
    registry.sign("ZZB")
    grown = registry.get("/v1/events?after=0", if_none_match=tail.headers["etag"])
    assert (grown.status_code, len(grown.json())) == (200, 2)


def test_a_position_beyond_the_log_has_an_empty_page(registry: RunningRegistry) -> None:
    registry.sign()
    answer = registry.get(f"/v1/events?after={2**53 - 1}")
    assert (answer.status_code, answer.json()) == (200, [])
    assert "immutable" not in answer.headers["cache-control"]


def test_who_waits_gets_the_next_entry_as_soon_as_it_is_signed(registry: RunningRegistry) -> None:
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(registry.get, "/v1/events?after=0&wait=30") for _ in range(8)]
        wait_until_parked(registry, 8)
        registry.sign()
        pages = [future.result(timeout=20).json() for future in waiting]
    assert [[event["id"] for event in page] for page in pages] == [["1"]] * 8


def wait_until_parked(registry: RunningRegistry, count: int) -> None:
    for _ in range(100_000):
        if f"registry_feed_waiting {float(count)}" in registry.get("/metrics").text:
            return
    raise AssertionError(f"never saw {count} readers wait")


def test_who_waits_in_vain_gets_an_empty_page(registry: RunningRegistry) -> None:
    answer = registry.get("/v1/events?after=0&wait=1")
    assert (answer.status_code, answer.json()) == (200, [])


def test_who_is_behind_does_not_wait(registry: RunningRegistry) -> None:
    registry.sign()
    assert len(registry.get("/v1/events?after=0&wait=30").json()) == 1


def test_who_leaves_while_waiting_makes_room(registry: RunningRegistry) -> None:
    watcher = registry.app.state.reading.watcher

    async def scene() -> None:
        left = asyncio.Event()
        begun = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            if message := next(begun, None):
                return message
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            raise AssertionError("nobody is there to be answered")

        reader = asyncio.create_task(registry.app(waiting_scope(), receive, send))
        while not watcher.waiting and not reader.done():  # noqa: ASYNC110 - nobody tells of readers who park
            await asyncio.sleep(0)
        left.set()
        await asyncio.wait_for(reader, 5)

    registry.client.on_the_loop(scene)
    assert watcher.waiting == 0


def waiting_scope() -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": "/v1/events",
        "raw_path": b"/v1/events",
        "query_string": b"after=0&wait=30",
        "root_path": "",
        "headers": [(b"host", b"concord.test")],
        "client": ("127.0.0.1", 1),
        "server": ("concord.test", 80),
    }


def test_more_readers_than_may_wait_are_told_to_come_without_waiting(
    database: Database, tmp_path: Path
) -> None:
    with running_registry(database, tmp_path, room=Room(max_waiting=0)) as registry:
        answer = registry.get("/v1/events?after=0&wait=30")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert registry.get("/v1/events?after=0").status_code == 200


def test_a_thousand_readers_wait_without_a_thread_of_their_own() -> None:
    async def scene() -> list[None]:
        watcher = Watcher(max_waiting=1_000)
        watcher.start()
        readers = [asyncio.create_task(watcher.wait_beyond(0, 30)) for _ in range(1_000)]
        while watcher.waiting < 1_000:  # noqa: ASYNC110 - nobody tells of readers who park
            await asyncio.sleep(0)
        watcher.grew(1)
        return await asyncio.wait_for(asyncio.gather(*readers), 10)

    assert len(asyncio.run(scene())) == 1_000


MEANINGLESS = [
    "",
    "?after=",
    "?after=-1",
    "?after=1.0",
    "?after=1e3",
    "?after=0x10",
    "?after=%00",
    "?after=one",
    "?after=9007199254740992",
    f"?after={'9' * 4000}",
    "?after=0&wait=31",
    "?after=0&wait=-1",
    "?after=0&after=1",
    "?after=0&limit=5",
    "?after=0&wait=1&wait=2",
    "?After=0",
    "?after[]=0",
]


def test_a_query_that_means_nothing_is_refused(registry: RunningRegistry) -> None:
    for query in MEANINGLESS:
        answer = registry.get(f"/v1/events{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "parameter-not-accepted")
        assert answer.headers["content-type"] == "application/problem+json"


def lines_of(answer: httpx.Response) -> Iterator[bytes]:
    return iter(answer.content.splitlines(keepends=True))


def test_an_export_is_the_pages_and_the_checkpoint_and_verifies(registry: RunningRegistry) -> None:
    fill(registry, 600)
    answer = registry.get("/v1/export")
    assert answer.headers["content-type"] == "application/x-ndjson"
    verified = verify_export(lines_of(answer), registry.key.verifier)
    assert (verified.size, verified.checkpoint.origin) == (600, "demonstration.test/log")
    first, second, third, last = answer.content.splitlines()
    assert first == registry.get("/v1/events?after=0").content
    assert second == registry.get("/v1/events?after=256").content
    assert third == registry.get("/v1/events?after=512").content
    assert orjson.loads(last) == {"checkpoint": registry.get("/checkpoint").text}


def test_an_export_of_an_empty_log_is_its_checkpoint(registry: RunningRegistry) -> None:
    answer = registry.get("/v1/export")
    (line,) = answer.content.splitlines()
    note = orjson.loads(line)["checkpoint"]
    assert note == registry.get("/checkpoint").text
    assert note.startswith("demonstration.test/log\n0\n")


def test_the_feed_is_described_as_it_is(registry: RunningRegistry) -> None:
    registry.sign()  # so that nobody waits
    described = registry.get("/contracts/asyncapi.yaml")
    assert described.content == (ROOT / "asyncapi.yaml").read_bytes()
    assert described.headers["content-type"] == "application/yaml"
    (operation,) = yaml.safe_load(described.content)["operations"].values()
    asked = operation["bindings"]["http"]["query"]
    ours = registry.get("/openapi.json").json()["paths"]["/v1/events"]["get"]["parameters"]
    assert [one["name"] for one in ours if one["required"]] == asked["required"]
    assert [one["name"] for one in ours] == list(asked["properties"])
    for name, schema in asked["properties"].items():
        for value, status in ((schema["maximum"], 200), (schema["maximum"] + 1, 422)):
            query = {"after": 0, name: value}
            answer = registry.get(f"/v1/events?{urlencode(query)}")
            assert answer.status_code == status


def test_an_export_is_described_without_being_read(registry: RunningRegistry) -> None:
    registry.sign()
    registry.app.state.reading.exports.most = 0
    refused = registry.get("/v1/export")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
    described = registry.client.request("HEAD", "/v1/export")
    assert (described.status_code, described.content) == (200, b"")
    assert described.headers["content-disposition"].endswith('"concord-1.ndjson"')
    assert described.headers["content-type"] == "application/x-ndjson"


def test_a_reader_who_takes_nothing_of_an_export_makes_room() -> None:
    admission, ended = Admission(1, "exports"), []

    async def lines() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"[]\n"
        finally:
            ended.append(admission.inside)

    async def scene() -> None:
        async def forever() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        export = Export(
            lines(), admission=admission, media_type="text/plain", headers={}, line_seconds=0.01
        )
        with pytest.raises(ClientDisconnect):
            await asyncio.wait_for(export(waiting_scope(), forever, send), 5)

    asyncio.run(scene())
    assert (ended, admission.inside) == ([1], 0)


@pytest.mark.parametrize("readable", [0, 2])
def test_an_export_that_cannot_be_read_is_refused_or_cut(readable: int) -> None:
    """While nothing was sent the answer can still be a 503; afterwards it must not look whole."""
    sent: list[Message] = []

    async def lines() -> AsyncIterator[bytes]:
        for _ in range(readable):
            yield b"[]\n"
        raise Unavailable("the log's database does not answer")

    async def scene() -> None:
        async def forever() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        export = Export(
            lines(), admission=Admission(1, "exports"), media_type="text/plain", headers={}
        )
        with pytest.raises(ClientDisconnect if readable else Unavailable):
            await export(waiting_scope(), forever, send)

    asyncio.run(scene())
    bodies = [message for message in sent if message["type"] == "http.response.body"]
    assert len(sent) == (1 + readable if readable else 0)
    assert all(message["more_body"] for message in bodies)


def test_nothing_of_the_feed_needs_a_token_and_everybody_may_read_it(
    registry: RunningRegistry,
) -> None:
    body: dict[str, Any] = writes.act(makers.signature_recorded())
    registry.record("/v1/participants/ZZA/acts", body)
    for target in ("/v1/events?after=0", "/v1/export", "/checkpoint"):
        answer = registry.get(target)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
