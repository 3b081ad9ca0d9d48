import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from services.kit.serving import PortTaken, bind

ROOT = Path(__file__).parent.parent.parent

SERVICE = """
import asyncio, sys
from fastapi import Response
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry
from services.kit.logs import set_up_logs
from services.kit.serving import bind, serve
from services.kit.web import new_app
from tests.kit.healthy import healthy

set_up_logs("sample")
registry = CollectorRegistry()
app = new_app(title="t", summary="s", version="1", registry=registry, health=healthy())
stopping = []

@app.get("/slow", summary="Answers when the service is told to stop.")
async def slow() -> Response:
    print("asked", flush=True)
    while not stopping:
        await asyncio.sleep(0.01)
    return Response("finished")

@app.get("/long", summary="Answers more than any socket holds.")
async def long() -> Response:
    async def parts():
        for _ in range(64):
            yield b"a" * 1_000_000
    return StreamingResponse(parts())

listener = bind("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
stop = lambda: stopping.append(True)
serve(app, listener, on_stop=stop, head_seconds=seconds, stall_seconds=seconds)
print("closed in order", flush=True)
"""


@contextmanager
def service(*arguments: str) -> Iterator[int]:
    """Run it, give its port, end it whatever the test finds."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def test_an_address_that_is_taken_is_said_plainly() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=f"cannot listen on 127.0.0.1 port {port}"):
            bind("127.0.0.1", port)


@pytest.mark.system
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_the_answer_in_flight_and_what_comes_after(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVICE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    address = f"http://127.0.0.1:{int(process.stdout.readline())}"
    with ThreadPoolExecutor(1) as pool, httpx.Client(timeout=20) as client:
        waiting = pool.submit(client.get, f"{address}/slow")
        assert process.stdout.readline() == b"asked\n"
        process.send_signal(number)
        assert waiting.result().text == "finished"
    out, err = process.communicate(timeout=20)
    assert out == b"closed in order\n"
    assert process.returncode == 0, err
    assert b"service_stopped" in err


@pytest.mark.system
def test_headers_without_end_are_cut_off() -> None:
    with service() as port:
        assert cut_off(port, b"GET / HTTP/1.1\r\n", b"x-more: " + b"a" * 8_000 + b"\r\n")
        assert cut_off(port, b"GET / HTTP/1.1\r\nx-more: ", b"a" * 8_000)
        assert cut_off(port, b"GET /", b"a" * 8_000)
        large = {"x-large": "a" * 30_000}
        answer = httpx.get(f"http://127.0.0.1:{port}/health/live", headers=large)
        assert answer.status_code == 200


def cut_off(port: int, beginning: bytes, more: bytes) -> bool:
    """Send without end; say whether the service ended it before a megabyte."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(beginning)
            for _ in range(1_000_000 // len(more)):
                connection.sendall(more)
        except OSError:
            return True
        return connection.recv(100).startswith(b"HTTP/1.1 431")


@pytest.mark.system
def test_who_sends_no_request_or_half_of_one_or_reads_no_answer_is_let_go() -> None:
    with service("0.5") as port:
        whole = b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n"
        for sent in (b"", b"GET /", b"GET / HTTP/1.1\r\nx-half: a", b"\r\n"):
            assert let_go(port, sent), sent
        for sent in (b"GET /", b"\r\n"):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(whole)
                answer = b""
                while not answer.endswith(b'"alive"}'):
                    answer += connection.recv(10_000)
                connection.sendall(sent)
                assert connection.recv(10_000) == b""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(whole.replace(b"/health/live", b"/long"))
            assert ended(port, "/long")
            received = 0
            with suppress(ConnectionError):
                while part := connection.recv(1_000_000):
                    received += len(part)
            assert received < 64_000_000
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            assert len(client.get("/long").content) == 64_000_000


def let_go(port: int, sent: bytes) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        return connection.recv(10_000) == b""


def ended(port: int, route: str) -> bool:
    """Ask, without reading it, until an answer is over."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        return any(f'route="{route}"' in client.get("/metrics").text for _ in range(20_000))
