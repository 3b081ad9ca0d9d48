"""Kit: bodies are read up to their limits, whole or part by part."""

import asyncio

import pytest
from fastapi import Request
from prometheus_client import CollectorRegistry
from starlette.types import Message

from services.kit.bodies import BodyLimits, BodyTooLarge, BodyTooSlow, body_parts, read_body
from services.kit.web import Limits, new_app
from tests.kit.healthy import healthy


def test_a_body_that_does_not_come_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    app = new_app(
        title="A",
        summary="B",
        version="1",
        registry=CollectorRegistry(),
        health=healthy(),
        limits=Limits(bodies=BodyLimits(seconds=0.01)),
    )
    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "headers": headers, "app": app}

    async def scene() -> bytes:
        return await read_body(Request(scope, never), {"application/json": 10})

    with pytest.raises(BodyTooSlow):
        asyncio.run(scene())


def test_a_body_is_given_in_parts_of_a_size_however_it_arrives() -> None:
    def parts_of(*arriving: bytes, most_bytes: int = 100) -> list[bytes]:
        waiting = iter(arriving)

        async def receive() -> Message:
            body = next(waiting, None)
            return {"type": "http.request", "body": body or b"", "more_body": body is not None}

        async def scene() -> list[bytes]:
            request = Request({"type": "http", "headers": []}, receive)
            given = body_parts(request, most_bytes=most_bytes, seconds=10, part_bytes=4)
            return [part async for part in given]

        return asyncio.run(scene())

    assert parts_of(b"a", b"bc", b"de", b"", b"f") == [b"abcde", b"f"]
    assert parts_of(b"abcd") == [b"abcd"]
    assert parts_of() == []
    with pytest.raises(BodyTooLarge):
        parts_of(b"abcd", b"e", most_bytes=4)
