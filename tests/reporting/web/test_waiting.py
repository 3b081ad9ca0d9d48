"""Reporting over HTTP: readers who wait for a position, and what comes when it does not."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from sqlalchemy import Engine
from starlette.types import Message, Scope

from services.kit.clock import utc_now
from services.kit.errors import Unavailable
from services.reporting.app import create_app
from services.reporting.database import make_reporting_engine
from services.reporting.web.watch import HeadWatcher
from tests import makers
from tests.in_process import client_of
from tests.reporting.answering import Told, told_on

CSP = "default-src 'none'; frame-ancestors 'none'"


def test_a_position_that_does_not_come_is_unavailable_after_a_short_wait(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with told.client() as client:
        began = monotonic()
        answer = client.get("/v1/participants?min_position=2")
        assert 1.9 < monotonic() - began < 5
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "expected a position up to 1, which is known here"


def test_a_reader_who_waits_reads_its_own_write(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with told.client() as client, ThreadPoolExecutor(max_workers=1) as others:
        reading = others.submit(client.get, "/v1/participants?min_position=2")
        told.tell(makers.signature_recorded("ZZB"))
        answer = reading.result(timeout=10)
    assert answer.status_code == 200
    assert answer.json()["position"] == 2


def test_a_position_known_already_is_not_waited_for(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with told.client() as client:
        assert client.get("/v1/participants?min_position=0").status_code == 200
        assert client.get("/v1/participants?min_position=1").status_code == 200


def test_only_so_many_may_wait(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with told.client(max_waiting=0) as client:
        began = monotonic()
        answer = client.get("/v1/participants?min_position=2")
        assert monotonic() - began < 1.5
    assert answer.status_code == 503
    detail = "more readers wait for a position than this process takes"
    assert answer.json()["detail"] == detail


def test_who_leaves_while_waiting_makes_room(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    app = create_app(told.engine, clock=told.clock, max_waiting=1)
    with client_of(app) as client:
        watcher = app.state.desk.watcher

        async def scene() -> None:
            left = asyncio.Event()

            async def receive() -> Message:
                await left.wait()
                return {"type": "http.disconnect"}

            async def send(_message: Message) -> None:
                raise AssertionError("nobody is there to be answered")

            reader = asyncio.create_task(app(WAITING, receive, send))
            while not watcher.waiting and not reader.done():  # noqa: ASYNC110 - nobody tells of readers who wait
                await asyncio.sleep(0)
            left.set()
            await reader

        client.on_the_loop(scene)
        assert watcher.waiting == 0


WAITING: Scope = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "scheme": "http",
    "method": "GET",
    "path": "/v1/participants",
    "raw_path": b"/v1/participants",
    "query_string": b"min_position=2",
    "root_path": "",
    "headers": [(b"host", b"concord.test")],
    "client": ("127.0.0.1", 1),
    "server": ("concord.test", 80),
}


def test_who_waits_is_told_when_the_service_stops(told: Told) -> None:
    async def stop_while_somebody_waits() -> list[object]:
        watcher = HeadWatcher(told.engine, clock=told.clock, max_waiting=2)
        async with watcher.running():
            waiting = [asyncio.create_task(watcher.wait_for(99)) for _ in range(2)]
            await asyncio.sleep(0)
            watcher.end_waiting()
            watcher.end_waiting()
            return list(await asyncio.gather(*waiting, return_exceptions=True))

    ended = asyncio.run(stop_while_somebody_waits())
    assert [str(error) for error in ended] == ["the service is stopping"] * 2


def test_a_position_beyond_the_head_is_unavailable_and_a_future_instant_is_wrong(
    told: Told,
) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with told.client() as client:
        beyond = client.get("/v1/participants?as_of=2")
        future = client.get("/v1/participants?as_of=2026-11-21T12:00:01Z")
        today = client.get("/v1/participants?as_of=2026-11-21")
        yesterday = client.get("/v1/participants?as_of=2026-11-20")
    assert (beyond.status_code, beyond.headers["retry-after"]) == (503, "1")
    assert (future.status_code, today.status_code) == (422, 422)
    assert future.json()["errors"][0]["params"] == {"in": "query", "name": "as_of"}
    assert yesterday.status_code == 200


def test_an_empty_database_answers_with_an_empty_register(told: Told) -> None:
    with told.client() as client:
        answer = client.get("/v1/participants").json()
        assert (answer["position"], answer["recorded_at"], answer["data"]) == (0, None, [])
        assert client.get("/v1/participants/ZZA").status_code == 404
        assert client.get("/v1/projections").json()["state"] == "not_started"


def test_a_database_that_does_not_answer_is_unavailable_and_never_half_an_answer() -> None:
    with told_on("sqlite:////nowhere/at/all.db") as told, told.client() as client:
        for target in ("/v1/participants", "/health/ready", "/v1/projections"):
            answer = client.get(target)
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
        assert client.get("/health/live").status_code == 200


@pytest.fixture
def nowhere() -> Engine:
    return make_reporting_engine("sqlite:////nowhere/at/all.db")


def test_a_head_never_looked_at_is_not_ready(nowhere: Engine) -> None:
    with pytest.raises(Unavailable):
        HeadWatcher(nowhere, clock=utc_now, max_waiting=1).check()


def test_answers_are_open_to_readers_from_anywhere_and_safe_in_a_browser(told: Told) -> None:
    with told.client() as client:
        answer = client.get("/v1/participants", headers={"Origin": "https://dashboard.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Content-Location" in answer.headers["access-control-expose-headers"]
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
