"""A real server of an issuer's keys on loopback, which can do everything that goes wrong."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

PATIENCE_SECONDS = 20
"""No request outlives the test that forgot it."""


@dataclass(slots=True)
class KeyServer:
    """What the server answers from now on."""

    body: bytes
    status: int = 200
    location: str | None = None
    says_length: int | None = None
    """A Content-Length that is not that of the body."""
    is_slow: bool = False
    """Whether the second half of an answer waits until the server stops."""
    asked: int = 0
    url: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)


@contextmanager
def key_server(body: bytes, tls: SSLContext | None = None) -> Iterator[KeyServer]:
    """Serve these bytes until the block ends; over TLS, by the name localhost, where given."""
    told = KeyServer(body)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(told))
    port = server.server_address[1]
    told.url = f"http://127.0.0.1:{port}/keys"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        told.url = f"https://localhost:{port}/keys"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler_of(told: KeyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked += 1
            self.send_response(told.status)
            if told.location:
                self.send_header("location", told.location)
            length = len(told.body) if told.says_length is None else told.says_length
            self.send_header("content-length", str(length))
            self.end_headers()
            half = len(told.body) // 2
            try:
                self.wfile.write(told.body[:half])
                if told.is_slow:
                    self.wfile.flush()
                    told.stopping.wait(PATIENCE_SECONDS)
                self.wfile.write(told.body[half:])
            except OSError:
                return  # nobody listens any more

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
