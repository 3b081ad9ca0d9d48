import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from fastapi import Response
from prometheus_client import CollectorRegistry
from starlette.requests import ClientDisconnect
from starlette.types import Message

from services.kit.leaving import unless_gone
from services.kit.threads import Threads
from services.kit.web import Limits, new_app
from tests.in_process import client_of
from tests.kit.healthy import healthy


def test_one_kind_of_work_leaves_the_threads_of_another_alone() -> None:
    async def scene() -> str:
        release, slow, quick = Event(), Threads(1), Threads(1)
        stuck = [asyncio.create_task(slow.run(release.wait)) for _ in range(3)]
        done = await asyncio.wait_for(quick.run(str.upper, "done"), 5)
        assert not any(task.done() for task in stuck)
        release.set()
        await asyncio.gather(*stuck)
        return done

    assert asyncio.run(scene()) == "DONE"


def test_an_iterator_is_gone_through_step_by_step() -> None:
    async def scene() -> list[int | None]:
        return [one async for one in Threads(1).each(iter([1, None, 0]))]

    assert asyncio.run(scene()) == [1, None, 0]


def test_health_and_metrics_answer_while_every_thread_is_held() -> None:
    release, held = Event(), Event()
    app = new_app(
        title="t",
        summary="s",
        version="1",
        registry=CollectorRegistry(),
        health=healthy(log=lambda: None),
        limits=Limits(threads=1),
    )

    @app.get("/held", summary="Holds a thread.")
    def hold() -> Response:
        held.set()
        release.wait()
        return Response()

    with client_of(app) as client, ThreadPoolExecutor(2) as pool:
        holding = pool.submit(client.get, "/held")
        assert held.wait(10)
        try:
            for target in ("/health/live", "/health/ready", "/metrics"):
                assert pool.submit(client.get, target).result(10).status_code == 200
            assert not holding.done()
        finally:
            release.set()


def test_what_is_waited_for_is_given_to_a_client_who_stays() -> None:
    async def stays() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def seven() -> int:
        return 7

    assert asyncio.run(unless_gone(stays, seven())) == 7


def test_nobody_goes_on_waiting_for_a_client_who_has_gone() -> None:
    ended = []

    async def leaves() -> Message:
        return {"type": "http.disconnect"}

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def scene() -> None:
        with pytest.raises(ClientDisconnect):
            await unless_gone(leaves, waits())
        await asyncio.sleep(0)

    asyncio.run(scene())
    assert ended == [True]
