"""Kit: runs an app in this process until it is told to stop, and finishes what is in flight."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.kit.collector import relax_collector
from services.kit.edge import ALWAYS
from services.kit.errors import HeadNotRead, HeadTooLarge, ServiceError
from services.kit.problem import problem

logger = structlog.get_logger(__name__)


HEAD_BYTES = 65_536
"""A request line with its headers may take about so much; one read from the socket may go over."""


HEAD_SECONDS = 30.0
"""How long a connection may have no request, or a request no end of its headers."""
STALL_SECONDS = 30.0
"""How often somebody who does not read what we have for him is looked at."""
STALL_BYTES = 262_144
"""What he has to have read by then."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's parser, which by itself takes headers without end and waits for ever.

    Who sends no request, or half of one, is let go; so is who does not read his answer. After an
    answer uvicorn's own keep-alive does the same.
    """

    def __init__(
        self,
        *args: Any,
        head_seconds: float = HEAD_SECONDS,
        stall_seconds: float = STALL_SECONDS,
        **kwargs: Any,
    ) -> None:
        """Make it as uvicorn does, with the patience it shall have."""
        super().__init__(*args, **kwargs)
        self._head_seconds, self._stall_seconds = head_seconds, stall_seconds
        self._in_head, self._head_bytes = True, 0
        self._head_due: asyncio.TimerHandle | None = None
        self._stall_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for a request, but not for ever."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._expect_nothing()
        self._watch_nobody()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and end the connection if its head does not."""
        self._head_bytes += len(data) if self._in_head else 0
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self._refuse(HeadTooLarge(f"expected at most about {HEAD_BYTES} bytes"))
        elif self._head_due is None and self._has_no_request():
            self._expect_head()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        """Answer what the parser could not read in the form of every other refusal."""
        self._refuse(HeadNotRead())

    def _refuse(self, error: ServiceError) -> None:
        """Answer before there is a request, and end the connection: what follows is anything."""
        answer = problem(error)
        lines = [b"HTTP/1.1 %d %s" % (error.status, HTTPStatus(error.status).phrase.encode())]
        lines += [b"%s: %s" % pair for pair in (*answer.raw_headers, *ALWAYS)]
        self.transport.write(b"\r\n".join([*lines, b"connection: close", b"", bytes(answer.body)]))
        self.transport.close()

    def on_message_begin(self) -> None:
        """Count anew: another request on the same connection."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, and leave out trailers: what comes after a body names nobody."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Count no more: bodies have limits of their own."""
        self._in_head = False
        self._expect_nothing()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Hold back, since nobody reads; and watch whether that changes."""
        super().pause_writing()
        if self._stall_due is None:
            self._watch_reader()

    def resume_writing(self) -> None:
        """Go on: what was written has been read."""
        self._watch_nobody()
        super().resume_writing()

    def _has_no_request(self) -> bool:
        return self._in_head or self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        self._head_due = self.loop.call_later(self._head_seconds, self._let_go)

    def _expect_nothing(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _let_go(self) -> None:
        self._head_due = None
        self.transport.close()

    def _watch_reader(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self._stall_due = self.loop.call_later(self._stall_seconds, self._check_reader, unread)

    def _watch_nobody(self) -> None:
        if self._stall_due is not None:
            self._stall_due.cancel()
            self._stall_due = None

    def _check_reader(self, unread: int) -> None:
        self._stall_due = None
        if self.transport.get_write_buffer_size() > unread - STALL_BYTES:
            self.transport.abort()  # to close would wait for what is unread
        else:
            self._watch_reader()


class PortTaken(Exception):
    """Another process listens on the address."""


def bind(host: str, port: int) -> socket.socket:
    """Take the address before anything else is started; port 0 takes a free one.

    Raises:
        PortTaken: somebody else has it, or it may not be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"cannot listen on {host} port {port}: {error.strerror}") from error
    listener.listen(1024)
    return listener


def serve(
    app: Any,
    listener: socket.socket,
    *,
    on_stop: Callable[[], None] = lambda: None,
    drain_seconds: int = 30,
    head_seconds: float = HEAD_SECONDS,
    stall_seconds: float = STALL_SECONDS,
) -> None:
    """Answer requests until SIGTERM or SIGINT, then finish those in flight and return.

    Args:
        app: an ASGI app; its lifespan is run.
        listener: from `bind`.
        on_stop: called at once when the signal has come, so that waiting answers can end.
        drain_seconds: how long requests in flight may still take.
        head_seconds: how long a connection may be without a whole request head.
        stall_seconds: how long somebody may leave his answer unread.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=drain_seconds,
        timeout_keep_alive=30,
        http=partial(  # type: ignore[arg-type]  # called as the class would be
            BoundedHttpProtocol, head_seconds=head_seconds, stall_seconds=stall_seconds
        ),
        ws="none",
    )
    server = uvicorn.Server(config)
    relax_collector()
    with _signals_only_stop(), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_run(server, listener, on_stop))
    logger.info("service_stopped")


async def _run(
    server: uvicorn.Server, listener: socket.socket, on_stop: Callable[[], None]
) -> None:
    telling = asyncio.create_task(_tell(server, on_stop))
    try:
        await server.serve(sockets=[listener])
    finally:
        telling.cancel()


async def _tell(server: uvicorn.Server, on_stop: Callable[[], None]) -> None:
    while not server.should_exit:  # noqa: ASYNC110 - uvicorn sets a flag, it has no event
        await asyncio.sleep(0.05)
    logger.info("service_stopping")
    on_stop()


@contextmanager
def _signals_only_stop() -> Iterator[None]:
    """Keep the process alive when uvicorn raises its signals again after it has stopped.

    Whoever called `serve` still has a batch to finish and connections to close.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
