"""Kit: a connection to PostgreSQL that gives up on a server which does not answer.

The server's own time limits end nothing while the server stands still, or its host is gone: then a
statement would hold its thread for as long as TCP waits, which is hours.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")


class TookTooLong(psycopg.OperationalError):
    """The server has ended the session of a transaction that did nothing for too long."""


class NoAnswer(psycopg.OperationalError):
    """The server does not answer; what became of what it was sent is unknown."""


def patient(seconds: float) -> Callable[..., "psycopg.Connection[Any]"]:
    """Give what connects as `psycopg.connect` does, to wait so long for each answer.

    Args:
        seconds: longer than the server lets a statement run, if that is to say why it was ended.
    """

    class Patient(psycopg.Connection[Any]):
        def wait(self, gen: PQGen[T], *given: Any, **options: Any) -> T:
            limit = monotonic() + seconds
            try:
                return super().wait(gen, *given, **{"timeout": seconds, **options})
            except psycopg.errors.IdleInTransactionSessionTimeout as error:
                self.pgconn.finish()  # for the driver it is an inconsistency, not an ended session
                raise TookTooLong("the transaction was idle for too long") from error
            except psycopg.OperationalError as error:
                if monotonic() < limit:
                    raise
                self.pgconn.finish()  # nobody may use it again: the answer can still come
                raise NoAnswer(f"the database did not answer for {seconds:g} seconds") from error

    return Patient.connect
