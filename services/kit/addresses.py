"""Kit: addresses of databases, as settings give them: which are understood, and which are alike."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

EXPECTED = "expected sqlite:///<path> or postgresql+psycopg://…"
POSTGRESQL = "postgresql+psycopg"
SQLITE = ("sqlite", "sqlite+pysqlite")
IN_MEMORY = (None, "", ":memory:")


def _understood(given: SecretStr) -> SecretStr:
    try:
        url = make_url(given.get_secret_value())
        is_file = url.drivername in SQLITE and url.database not in IN_MEMORY
        is_understood = is_file or (url.drivername == POSTGRESQL and _has_known_options(url))
    except (ArgumentError, ValueError):
        is_understood = False
    if not is_understood:
        raise PydanticCustomError("database_url", EXPECTED)
    return given


def _has_known_options(url: URL) -> bool:
    from psycopg import ProgrammingError  # noqa: PLC0415 - no driver for who has SQLite
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - the same

    _, arguments = url.get_dialect()().create_connect_args(url)
    int(arguments.get("connect_timeout", 0))
    try:
        make_conninfo(**arguments)
    except ProgrammingError:
        return False
    return True


DatabaseUrl = Annotated[SecretStr, AfterValidator(_understood)]
"""Setting: `sqlite:///<path>` or `postgresql+psycopg://…`; what is refused is never shown."""


def are_of_one_database(one: SecretStr, other: SecretStr) -> bool:
    """Say whether two addresses lead to the same database, whoever logs in."""
    return _place(one) == _place(other)


def _place(given: SecretStr) -> tuple[object, ...]:
    url: URL = make_url(given.get_secret_value())
    if url.drivername in SQLITE:
        return (Path(str(url.database)).resolve(),)
    query = dict(url.query)
    host, port = query.get("host", url.host), query.get("port", url.port)
    schema = query.get("options")  # two schemas of one database are as good as two databases
    return (host or "localhost", str(port or 5432), query.get("dbname", url.database), schema)
