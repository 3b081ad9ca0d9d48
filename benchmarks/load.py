"""Benchmarks: a load generator for HTTP/1.1 on loopback: a few connections, each always busy.

The next request on a connection goes out when the answer to the last one is complete, which is
known by its length. That costs the generator a few microseconds for each answer, so that the
server is what is measured. Bodies are compared before and after.
"""

import selectors
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

CONNECTIONS = 16
BUFFER_BYTES = 4 * 2**20
SECONDS_TO_ANSWER = 30

Address = tuple[str, int]


class NotAsExpected(Exception):
    """An answer was another one than the first."""


@dataclass(frozen=True, slots=True)
class Target:
    """One request as bytes, and what comes back."""

    request: bytes
    status: int
    length: int
    """Of the whole answer, head included."""
    headers: Mapping[str, str]
    body: bytes


def get(address: Address, path: str, headers: Mapping[str, str] | None = None) -> Target:
    """Ask for something, so as to ask for it again and again.

    Raises:
        NotAsExpected: it is not answered the same way twice.
    """
    named = {"Host": f"{address[0]}:{address[1]}", **(headers or {})}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    request = "\r\n".join([*lines, "", ""]).encode("latin-1")
    _ask(address, request)  # from the second time on it may come from memory
    wanted = _ask(address, request)
    _compare(wanted, _ask(address, request))
    return wanted


def requests_per_second(
    address: Address,
    wanted: Target,
    *,
    seconds: float,
    connections: int = CONNECTIONS,
    clock: Callable[[], float] = perf_counter,
) -> float:
    """Ask for one thing again and again, and give how often it was answered in a second.

    Args:
        address: of the server.
        wanted: from `get`.
        seconds: how long to go on.
        connections: how many are busy at once.
        clock: what counts as a second, for instance the processor time of the server.

    Raises:
        NotAsExpected: an answer had another status, length or body, or the server hung up.
    """
    with selectors.DefaultSelector() as selector:
        asking = [socket.create_connection(address) for _ in range(connections)]
        try:
            for connection in asking:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.setblocking(False)
                selector.register(connection, selectors.EVENT_READ, [0])
                connection.send(wanted.request)
            began = clock()
            answered = _ask_until(selector, wanted, perf_counter() + seconds)
            rate = answered / (clock() - began)
        finally:
            for connection in asking:
                connection.close()
    _compare(wanted, _ask(address, wanted.request))
    return rate


def _ask_until(selector: selectors.BaseSelector, wanted: Target, until: float) -> int:
    buffer = memoryview(bytearray(BUFFER_BYTES))
    answered, length, request = 0, wanted.length, wanted.request
    start = f"HTTP/1.1 {wanted.status}".encode()
    while perf_counter() < until:
        ready = selector.select(1.0)
        for key, _ in ready:
            connection: Any = key.fileobj  # ours; a selector only knows that it has a number
            got: list[int] = key.data
            size = connection.recv_into(buffer)
            if got[0] == 0 and buffer[: len(start)] != start:
                raise NotAsExpected(f"expected {wanted.status}, got {bytes(buffer[:40])!r}")
            got[0] += size
            if size == 0 or got[0] > length:
                raise NotAsExpected(f"expected an answer of {length} bytes, got {got[0]}")
            if got[0] == length:
                got[0] = 0
                answered += 1
                connection.send(request)
    return answered


def _ask(address: Address, request: bytes) -> Target:
    with socket.create_connection(address, timeout=SECONDS_TO_ANSWER) as connection:
        connection.sendall(request)
        file = connection.makefile("rb")
        first = file.readline()
        status, length, headers = int(first.split()[1]), len(first) + 2, {}
        for line in iter(file.readline, b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
            length += len(line)
        body = file.read(0 if status == 304 else int(headers["content-length"]))
    return Target(request, status, length + len(body), headers, body)


def _compare(wanted: Target, found: Target) -> None:
    for name in ("status", "length", "body"):
        if getattr(wanted, name) != getattr(found, name):
            raise NotAsExpected(f"expected the same {name} again")
