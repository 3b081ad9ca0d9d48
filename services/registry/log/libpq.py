"""Log: several prepared statements in one round trip to PostgreSQL, at little cost per value.

psycopg's own pipeline asks a few dozen microseconds of Python per statement, and its adaptation of
lists a few per row; an append holds everybody's lock meanwhile. This speaks to libpq by psycopg's
public `pq` module and writes PostgreSQL's binary form of arrays itself.
"""

import select
import struct
from collections.abc import Mapping, Sequence

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

from services.kit.patience import NoAnswer

PATIENCE_SECONDS = 20
"""For one answer: longer than the server lets anybody wait for a lock, and than a disk takes."""

INT2, INT8, TEXT, BYTEA = 21, 20, 25, 17
"""Types of PostgreSQL, by oid."""

_HEADER = struct.Struct("!iiiii")
_LENGTH = struct.Struct("!i")
_INT2 = struct.Struct("!ih")
_INT8 = struct.Struct("!iq")
_NULL = _LENGTH.pack(-1)


def int8(value: int) -> bytes:
    """Give an int8."""
    return value.to_bytes(8, "big", signed=True)


def int8s(values: Sequence[int]) -> bytes:
    """Give an int8[]."""
    return _array(INT8, [_INT8.pack(8, value) for value in values], len(values))


def int2s(values: Sequence[int]) -> bytes:
    """Give an int2[]."""
    return _array(INT2, [_INT2.pack(2, value) for value in values], len(values))


def texts(values: Sequence[str | None]) -> bytes:
    """Give a text[]; `None` is NULL."""
    return _variable(TEXT, [None if value is None else value.encode() for value in values])


def byteas(values: Sequence[bytes]) -> bytes:
    """Give a bytea[]."""
    return _variable(BYTEA, values)


def _variable(oid: int, values: Sequence[bytes | None]) -> bytes:
    parts = [_NULL if raw is None else _LENGTH.pack(len(raw)) + raw for raw in values]
    return _array(oid, parts, len(values))


def _array(oid: int, parts: list[bytes], count: int) -> bytes:
    if not count:
        return struct.pack("!iii", 0, 0, oid)
    return b"".join((_HEADER.pack(1, 1, oid, count, 1), *parts))


class Pipe:
    """A connection whose statements are prepared; for one thread."""

    def __init__(
        self, connection: "psycopg.Connection[object]", statements: Mapping[bytes, bytes]
    ) -> None:
        """Prepare statements.

        Args:
            connection: not in a transaction.
            statements: SQL by name, with `$1`, `$2` …

        Raises:
            psycopg.Error: the database refuses one.
        """
        self._pgconn = connection.pgconn
        for name, statement in statements.items():
            result = self._pgconn.prepare(name, statement)
            if result.status != pq.ExecStatus.COMMAND_OK:
                raise error_from_result(result)
        self._poll = select.poll()

    def run(self, *commands: tuple[bytes, Sequence[bytes]]) -> list[pq.abc.PGresult]:
        """Run statements, one after the other, in one round trip.

        Args:
            commands: name and parameters of each, all in binary form.

        Returns:
            A result for each, values in binary form.

        Raises:
            NoAnswer: none came for too long.
            psycopg.Error: the first that failed; those after it were not run.
        """
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        for name, parameters in commands:
            pgconn.send_query_prepared(name, parameters, (1,) * len(parameters), 1)
        pgconn.pipeline_sync()
        results = self._receive()
        pgconn.exit_pipeline_mode()
        for result in results:
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise error_from_result(result)
        return results

    def _receive(self) -> list[pq.abc.PGresult]:
        pgconn = self._pgconn
        results: list[pq.abc.PGresult] = []
        while pgconn.flush():
            self._wait(select.POLLIN | select.POLLOUT)
        while True:
            while pgconn.is_busy():
                self._wait(select.POLLIN)
            result = pgconn.get_result()
            if result is None:  # the end of one statement's results
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)

    def _wait(self, events: int) -> None:
        self._poll.register(self._pgconn.socket, events)
        found = self._poll.poll(PATIENCE_SECONDS * 1000)
        if not found:
            raise NoAnswer("the database does not answer")
        if found[0][1] & ~select.POLLOUT:
            self._pgconn.consume_input()
