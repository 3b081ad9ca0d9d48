"""System: requests as bytes on a socket, for what no client would send; and what comes back."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Raw:
    """The first answer on a connection."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """What a refusal says; every refusal is a problem document."""
        assert self.headers["content-type"] == "application/problem+json", (self.status, self.body)
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        return found


def head(
    method: bytes,
    target: bytes,
    *headers: bytes,
    host: bytes | None = b"concord.test",
    version: bytes = b"HTTP/1.1",
) -> bytes:
    """Write a request's head; the connection is to end with the answer."""
    lines = [method + b" " + target + b" " + version]
    lines += [b"Host: " + host] if host is not None else []
    return b"\r\n".join([*lines, b"Connection: close", *headers, b"", b""])


def send(address: str, request: bytes) -> Raw:
    """Send bytes, and read until the other side ends the connection."""
    name, port = address.removeprefix("http://").split(":")
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        with suppress(ConnectionError):  # whoever is refused early need not be read to the end
            connection.sendall(request)
        return read(_everything(connection))


def _everything(connection: socket.socket) -> bytes:
    received = bytearray()
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            received += part
    return bytes(received)


def read(answer: bytes) -> Raw:
    """Read the first answer that is not an invitation to go on."""
    first, _, body = answer.partition(b"\r\n\r\n")
    if first.startswith(b"HTTP/1.1 100"):
        return read(body)
    status, *lines = first.decode("latin-1").split("\r\n")
    named = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in named}
    assert status.startswith("HTTP/1.1 "), answer[:200]
    return Raw(int(status.split()[1]), headers, body)
