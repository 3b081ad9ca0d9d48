"""Database: reporting's engine; what it holds can be made anew, so it need not be as careful."""

from typing import Any

from sqlalchemy import Engine, event, make_url

from services.kit.database import make_engine


def make_reporting_engine(url: str, **options: Any) -> Engine:
    """Make the engine of reporting.

    On SQLite a commit does not wait for the disk: after a loss of power the last pages may be
    missing, never half there, and are read again from the registry.
    """
    engine = make_engine(url, **options)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _relax)
    return engine


def _relax(connection: Any, _record: Any) -> None:
    for pragma in ("synchronous = NORMAL", "cache_size = -65536", "temp_store = FILE"):
        connection.execute(f"PRAGMA {pragma}").close()
