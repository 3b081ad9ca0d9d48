"""Database: reporting's engine; what it holds can be made anew, so it need not be as careful."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, make_url

from services.kit.database import make_engine
from services.kit.schema import History, NotShown, UnfitSchema, assert_newest

HISTORY = History(
    service="reporting",
    scripts=str(Path(__file__).parents[2] / "migrations" / "reporting"),
    table="projection_head",
    whose="reporting's",
    table_of_other="log_head",
    whose_other="the registry's",
)
ROLES = "docs/runbook.md, PostgreSQL roles"


class NotMigrated(Exception):
    """The tables are not those of this release."""


def make_reporting_engine(url: str, **options: Any) -> Engine:
    """Make the engine of reporting.

    On SQLite a commit does not wait for the disk: after a loss of power the last pages may be
    missing, never half there, and are read again from the registry. Changes gather in 64 MiB of
    write-ahead log before they go into the file, or a rebuild would write its indexes often.
    """
    engine = make_engine(url, **options)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _relax)
    return engine


def snapshots(engine: Engine) -> Engine:
    """Give the same engine for reading: all statements of a transaction see the same rows.

    Otherwise what a rebuild drops meanwhile would be half there. SQLite's transactions are so.
    """
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def assert_migrated(engine: Engine) -> None:
    """Check that the schema is the one this code knows, before anything relies on it.

    Raises:
        SettingsRefused: it is the registry's database.
        NotMigrated: it is at another revision, or at none, or the role may not look at it.
    """
    with engine.connect() as connection:
        try:
            assert_newest(connection, HISTORY)
        except NotShown as error:
            raise NotMigrated(f"{error}: the owner grants what is needed ({ROLES})") from None
        except UnfitSchema as error:
            raise NotMigrated(str(error)) from None


def _relax(connection: Any, _record: Any) -> None:
    for pragma in (
        "synchronous = NORMAL",
        "cache_size = -65536",
        "temp_store = FILE",
        "wal_autocheckpoint = 16384",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
