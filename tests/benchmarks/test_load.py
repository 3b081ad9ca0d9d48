"""Benchmarks: the load generator counts whole answers, and notices any other one."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from benchmarks.load import Address, NotAsExpected, get, requests_per_second

BODY = b"x" * 70_000


@contextmanager
def server(answer: Callable[[int], bytes]) -> Iterator[Address]:
    """Answer each request on each connection; `answer` is told how many came before."""
    count = iter(range(10**9))
    listener = socket.create_server(("127.0.0.1", 0))

    def converse(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file:
            try:
                for line in file:
                    if line == b"\r\n":
                        connection.sendall(answer(next(count)))
            except OSError:
                return  # the client has gone in the middle of an answer

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[:2]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def ok(body: bytes) -> bytes:
    return b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % len(body) + body


def test_whole_answers_are_counted() -> None:
    asked: list[int] = []

    def answer(number: int) -> bytes:
        asked.append(number)
        return ok(BODY)

    with server(answer) as address:
        wanted = get(address, "/x")
        assert (wanted.status, wanted.body, wanted.headers["etag"]) == (200, BODY, '"1"')
        rate = requests_per_second(address, wanted, seconds=0.2, connections=4)
    assert 0 < rate * 0.2 <= len(asked)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ok(BODY + b"y"), id="longer"),
        pytest.param(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", id="another status"),
        pytest.param(ok(b"y" + BODY[1:]), id="another body"),
    ],
)
def test_another_answer_is_noticed(other: bytes) -> None:
    with server(lambda number: ok(BODY) if number < 3 else other) as address:
        wanted = get(address, "/x")
        with pytest.raises(NotAsExpected):
            requests_per_second(address, wanted, seconds=0.2, connections=1)


def test_answers_that_differ_from_the_start_cannot_be_measured() -> None:
    with (
        server(lambda number: ok(b"%d" % number)) as address,
        pytest.raises(NotAsExpected, match="same body"),
    ):
        get(address, "/x")
