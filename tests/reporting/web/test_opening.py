"""Opening: the registry is asked over real HTTP, and cannot hold a reader up or lead it astray."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from services.kit.errors import Unavailable, VerificationFailed
from services.reporting.web.opening import MOST_BYTES, Opener, new_client

TOKEN = {"authorization": "Bearer token"}
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def registry_that(serves: Serving) -> AsyncIterator[str]:
    """A server on loopback that does with each connection what the test says."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await serves(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"


async def fetched(address: str, *positions: int, seconds: float = 5) -> dict[int, bytes]:
    opener = Opener(new_client(address), seconds=seconds)
    try:
        return dict(await opener.fetch(positions, TOKEN))
    finally:
        await opener.close()


def answering(raw: bytes) -> Serving:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return serve


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, as long as somebody is there."""
    writer.write(OK + b"content-length: 100000\r\n\r\n")
    gone = asyncio.create_task(reader.read())
    while not (await asyncio.wait({gone}, timeout=0.02))[0]:
        writer.write(b" ")
        await writer.drain()


async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


def test_what_the_registry_answers_is_given_by_position() -> None:
    async def scene() -> dict[int, bytes]:
        body = b'{"position": 7, "disclosures": []}'
        head = OK + f"content-length: {len(body)}\r\n\r\n".encode()
        async with registry_that(answering(head + body)) as address:
            return await fetched(address, 7, 8)

    found = asyncio.run(scene())
    assert set(found) == {7, 8}


def test_a_registry_that_answers_drop_by_drop_is_given_up() -> None:
    async def scene() -> None:
        async with registry_that(drip) as address:
            await fetched(address, 7, seconds=0.3)

    with pytest.raises(Unavailable):
        asyncio.run(scene())


def test_an_answer_without_end_is_cut_off() -> None:
    async def scene() -> None:
        async with registry_that(flood) as address:
            await fetched(address, 7, 8, seconds=30)

    with pytest.raises(VerificationFailed):
        asyncio.run(scene())
    assert MOST_BYTES < 2**24


def test_a_token_is_never_sent_where_the_registry_points_to() -> None:
    led_astray: list[bytes] = []

    async def note(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        led_astray.append(b"asked")

    async def scene() -> None:
        async with registry_that(note) as elsewhere:
            moved = f"HTTP/1.1 307 Moved\r\nlocation: {elsewhere}/\r\ncontent-length: 0\r\n\r\n"
            async with registry_that(answering(moved.encode())) as address:
                await fetched(address, 7)

    with pytest.raises(Unavailable):
        asyncio.run(scene())
    assert led_astray == []


FETCH = """
import asyncio, sys
from services.reporting.web.opening import Opener, new_client
print(asyncio.run(Opener(new_client(sys.argv[1])).fetch([7], {"authorization": "Bearer token"})))
"""


def test_no_proxy_of_the_environment_sees_a_token() -> None:
    seen: list[bytes] = []

    async def note(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        seen.append(b"asked")

    async def scene() -> str:
        body = OK + b"content-length: 2\r\n\r\n{}"
        async with registry_that(note) as proxy, registry_that(answering(body)) as address:
            names = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                FETCH,
                address,
                env={**os.environ, **dict.fromkeys(names, proxy)},
                stdout=asyncio.subprocess.PIPE,
            )
            told, _ = await asyncio.wait_for(process.communicate(), 60)
            return told.decode().strip()

    assert asyncio.run(scene()) == "{7: b'{}'}"
    assert seen == []


def test_a_registry_that_is_not_there_is_away() -> None:
    async def scene() -> None:
        async with registry_that(answering(b"")) as address:
            pass
        await fetched(address, 7)

    with pytest.raises(Unavailable):
        asyncio.run(scene())
