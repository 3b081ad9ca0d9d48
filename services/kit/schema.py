"""Kit: whether a database is the service's own, and its tables are those of this release."""

from dataclasses import dataclass

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from services.kit.settings import SettingsRefused

REVISION = "alembic_version"
"""The table that says at which revision a database is; every history has one of this name."""

MAY_READ = text("SELECT has_table_privilege(CAST(:table AS text), 'SELECT')")
OUT_OF_SIGHT = text(
    "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = :table AND relkind = 'r'"
    " AND NOT has_schema_privilege(relnamespace, 'USAGE'))"
)


class UnfitSchema(Exception):
    """The tables are not such that this release, or this role, can do what was asked."""


class NotShown(UnfitSchema):
    """There are tables, but the role that asks may not look at them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The migrations of one service's database, and what tells it from another's."""

    service: str
    """As in the names of its commands and settings."""
    scripts: str
    """Folder of the migrations, or `package:folder`."""
    table: str
    """A table that has been there since the first migration, and in no other database."""
    whose: str
    """Whose database it is, for instance `the registry's`."""
    table_of_other: str
    """The same of the database that could be taken for this one."""
    whose_other: str

    @property
    def command(self) -> str:
        """Name the command that brings the database to this release."""
        return f"`concord {self.service} migrate`"


@dataclass(frozen=True, slots=True)
class Revisions:
    """Where a schema is, and where this release would have it."""

    at: str | None
    """`None`: nothing was migrated."""
    newest: str
    is_known: bool
    """Whether this release has a migration of that name."""


def read_revisions(connection: Connection, history: History) -> Revisions:
    """Give the schema's revision in the database and the newest one in the scripts.

    Raises:
        SettingsRefused: it is the database of the other service.
        NotShown: the role may not look at the tables.
    """
    if inspect(connection).has_table(history.table_of_other):
        raise SettingsRefused(
            f"{history.service.upper()}_DATABASE_URL: this is {history.whose_other} database,"
            f" expected {history.whose}"
        )
    _assert_shown(connection, history.table)
    config = Config()
    config.set_main_option("script_location", history.scripts)
    config.set_main_option("path_separator", "os")
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    at = MigrationContext.configure(connection).get_current_revision()
    return Revisions(at, known[0], at is None or at in known)


def _assert_shown(connection: Connection, table: str) -> None:
    """Tell tables that are hidden from a role from tables that are not there."""
    if connection.dialect.name != "postgresql":
        return
    if inspect(connection).has_table(REVISION):
        is_hidden = not connection.scalar(MAY_READ, {"table": REVISION})
    else:
        is_hidden = bool(connection.scalar(OUT_OF_SIGHT, {"table": table}))
    if is_hidden:
        role = connection.scalar(text("SELECT current_user"))
        raise NotShown(f"{role} may not look at the tables of this database")


def assert_newest(connection: Connection, history: History) -> None:
    """Check that every migration has run, and none that this release does not know.

    Raises:
        SettingsRefused: it is the database of the other service.
        UnfitSchema: the schema is at another revision, or the role may not look at it.
    """
    found = read_revisions(connection, history)
    if found.at == found.newest:
        return
    if not found.is_known:
        raise UnfitSchema(_newer(found))
    raise UnfitSchema(
        f"expected the schema at revision {found.newest}, it is at {found.at or 'none'}:"
        f" {history.command} brings it there"
    )


def assert_can_be_brought_up(connection: Connection, history: History) -> Revisions:
    """Check that this history may be applied to a database, before anything is changed.

    Returns:
        Where the database is.

    Raises:
        SettingsRefused: it is the database of the other service.
        UnfitSchema: a newer release was there, or the role does not own the tables.
    """
    try:
        found = read_revisions(connection, history)
    except NotShown as error:
        raise UnfitSchema(f"{error}: run this as the owner of the tables") from None
    if not found.is_known:
        raise UnfitSchema(_newer(found))
    return found


def _newer(found: Revisions) -> str:
    return (
        f"expected the schema at revision {found.newest}, it is at {found.at}, which this release"
        " does not know: the release is older than the database"
    )
