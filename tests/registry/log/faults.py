"""Tests of the log: a failure before or after the n-th call that the writer makes to its database.

On SQLite a call is a statement, and the connection is a subclass that the driver itself makes. On
PostgreSQL a call is a message of the wire protocol, and a proxy between service and server cuts the
connection: before it passes the message on, or once the server has it.
"""

import socket
import sqlite3
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import URL, Engine, make_url

from tests.databases import Database, disposing

UNIX = socket.AF_UNIX

When = Literal["before", "after"]


@dataclass(slots=True)
class Plan:
    """Which call fails; unarmed nothing does."""

    number: int = 0
    when: When = "before"
    lasting: bool = False
    """Every call from the n-th on fails, not the n-th alone."""
    calls: int = 0
    armed: bool = False
    fired: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, number: int, when: When, *, lasting: bool = False) -> None:
        self.number, self.when, self.lasting = number, when, lasting
        self.calls, self.fired, self.armed = 0, False, True

    def disarm(self) -> None:
        self.armed = False

    def fails(self) -> bool:
        """Count a call and say whether it fails."""
        with self.lock:
            if not self.armed:
                return False
            self.calls += 1
            fails = self.calls >= self.number if self.lasting else self.calls == self.number
            self.fired = self.fired or fails
            return fails


@contextmanager
def faulty(database: Database, plan: Plan) -> Iterator[Engine]:
    """Give an engine whose calls fail as planned."""
    if database.dialect == "sqlite":
        with disposing(database.url, connect_args={"factory": _connection(plan)}) as engine:
            yield engine
    else:
        with _proxy(database, plan) as url, disposing(url) as engine:
            yield engine


def _connection(plan: Plan) -> type[sqlite3.Connection]:
    class Faulty(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            fails = plan.fails()
            if fails and plan.when == "before":
                raise sqlite3.OperationalError("disk I/O error")
            cursor = super().execute(sql, parameters)
            if fails:
                raise sqlite3.OperationalError("disk I/O error")
            return cursor

    return Faulty


@contextmanager
def _proxy(database: Database, plan: Plan) -> Iterator[str]:
    url = make_url(database.url)
    with tempfile.TemporaryDirectory(prefix="proxy-") as folder, socket.socket(UNIX) as listener:
        listener.bind(f"{folder}/.s.PGSQL.5432")
        listener.listen()
        thread = threading.Thread(target=_accept, args=(listener, url, plan), daemon=True)
        thread.start()
        try:
            yield url.set(host=None, port=None, query={"host": folder}).render_as_string(
                hide_password=False
            )
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(listener: socket.socket, url: URL, plan: Plan) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the test is over
            return
        server = _connect(url)
        for pump in (_pass_messages_on, _pass_answers_back):
            threading.Thread(target=pump, args=(client, server, plan), daemon=True).start()


def _connect(url: URL) -> socket.socket:
    host = url.query.get("host")
    if isinstance(host, str) and host.startswith("/"):
        server = socket.socket(UNIX)
        server.connect(f"{host}/.s.PGSQL.{url.port or 5432}")
        return server
    return socket.create_connection((url.host or "127.0.0.1", url.port or 5432))


def _pass_messages_on(client: socket.socket, server: socket.socket, plan: Plan) -> None:
    """Pass the client's messages on, one by one, until one fails or the client has gone."""
    with client, server, suppress(OSError):
        stream = client.makefile("rb")
        header = 4  # the first message has no type before its length
        while start := stream.read(header):
            (length,) = struct.unpack("!i", start[-4:])
            message = start + stream.read(length - 4)
            fails = plan.fails()
            if not fails or plan.when == "after":
                server.sendall(message)
            if fails:
                break
            header = 5
        client.shutdown(socket.SHUT_RDWR)
        server.shutdown(socket.SHUT_WR)  # it works through what it has, then finds the end


def _pass_answers_back(client: socket.socket, server: socket.socket, _plan: Plan) -> None:
    with suppress(OSError):
        while answer := server.recv(65_536):
            client.sendall(answer)
        client.shutdown(socket.SHUT_RDWR)
