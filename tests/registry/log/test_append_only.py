"""Log: the database itself refuses to change what is in it, whoever asks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from contracts.sealing import seal_section
from services.registry.log import EVERYBODY, Log, grant, seen_by
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database, disposing
from tests.registry.log.appending import append, event

TABLES = ("log", "request_key", "tree_node", "disclosure", "disclosure_key", "log_head")
CHANGES = [
    "UPDATE log SET body = body",
    "UPDATE log SET participant = 'AT' WHERE position = 1",
    "DELETE FROM log WHERE position = 1",
    "UPDATE request_key SET key = 'another'",
    "DELETE FROM request_key",
    "UPDATE tree_node SET hash = hash",
    "DELETE FROM tree_node",
    "UPDATE disclosure SET encoded = ''",
    "UPDATE disclosure_key SET position = position + 1",
    "INSERT INTO disclosure VALUES (1, '/again', 'A')",
    "INSERT INTO disclosure VALUES (1000, '/clear', 'WyJ')",
    "DELETE FROM log_head",
    "UPDATE log_head SET size = size - 1",
    "UPDATE log_head SET size = size + 1, origin = 'another'",
    "UPDATE log_head SET size = size + 1, last_recorded_at = ''",
]
OF_POSTGRESQL = [
    *(f"TRUNCATE {name}" for name in TABLES),
    "INSERT INTO disclosure_key VALUES (1, 'again', '')",
    "TRUNCATE log CASCADE",
]
OF_SQLITE = [
    "INSERT OR REPLACE INTO log SELECT * FROM log",
    """INSERT OR REPLACE INTO log SELECT position + 1000, version, stream, type, participant,
       recorded_at, leaf_hash, leaf, body FROM log""",
    "INSERT OR REPLACE INTO request_key SELECT * FROM request_key",
    "INSERT OR REPLACE INTO tree_node SELECT * FROM tree_node",
    "INSERT OR REPLACE INTO disclosure SELECT * FROM disclosure",
    "INSERT OR REPLACE INTO disclosure_key SELECT * FROM disclosure_key",
    "INSERT OR REPLACE INTO log_head SELECT * FROM log_head",
]


@pytest.fixture
def filled(log: Log) -> None:
    marker, opened = seal_section("/reasons", "kept back", bytes(16))
    sealed = event("plan-A", disclosures=(opened,), reasons=marker)
    log.append(append("k", {"plan-A": 0}, sealed, *[event("plan-A")] * 255))


def contents(connection: Connection) -> list[object]:
    return [connection.execute(text(f"SELECT * FROM {name}")).all() for name in TABLES]  # noqa: S608


def try_all(engine: Engine, statements: list[str]) -> None:
    engine = seen_by(engine, EVERYBODY)  # else there would be nothing to change
    with engine.connect() as connection:
        before = contents(connection)
    for statement in statements:
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.connect() as connection:
        assert contents(connection) == before


@pytest.mark.usefixtures("filled")
def test_the_service_cannot_change_anything(engine: Engine, dialect: str) -> None:
    try_all(engine, CHANGES + (OF_SQLITE if dialect == "sqlite" else OF_POSTGRESQL))


@pytest.mark.usefixtures("filled")
def test_the_owner_cannot_change_anything_either(database: Database, dialect: str) -> None:
    with database.owner() as owner:
        try_all(owner, CHANGES + (OF_SQLITE if dialect == "sqlite" else OF_POSTGRESQL))


@ON_SQLITE
@pytest.mark.usefixtures("filled")
def test_tools_that_know_nothing_of_our_settings_are_refused_too(database: Database) -> None:
    engine = create_engine(database.url)
    try:
        try_all(engine, CHANGES + OF_SQLITE)
    finally:
        engine.dispose()


@pytest.fixture
def roles(database: Database) -> Iterator[tuple[str, str]]:
    """A reader and an eraser of PostgreSQL, made by the documented function."""
    name = make_url(database.url).database
    reader, eraser = f"{name}_reader", f"{name}_eraser"
    with disposing(database.admin_url) as admin, database.owner() as owner:
        with admin.begin() as connection:
            connection.execute(text(f"CREATE ROLE {reader}"))
            connection.execute(text(f"CREATE ROLE {eraser}"))
        service = make_url(database.url).username
        assert service
        for _ in range(2):  # it may be repeated
            grant(
                owner,
                writer=service,
                request=database.request_role,
                reader=reader,
                eraser=eraser,
            )
        yield reader, eraser
        with admin.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {reader}, {eraser}"))
            connection.execute(text(f"DROP ROLE {reader}, {eraser}"))


def as_role(database: Database, role: str, statement: str) -> int:
    """Run a statement as a role; give the number of rows."""
    with disposing(database.admin_url) as admin, admin.begin() as connection:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        return connection.execute(text(statement)).rowcount


@ON_POSTGRESQL
@pytest.mark.usefixtures("filled")
def test_roles_may_do_their_part_and_no_more(
    database: Database, engine: Engine, roles: tuple[str, str]
) -> None:
    reader, eraser = roles
    assert as_role(database, reader, "SELECT position FROM log") == 256
    assert as_role(database, eraser, "DELETE FROM disclosure") == 1
    for role, statement in (
        (reader, "DELETE FROM disclosure"),
        (reader, "UPDATE log_head SET size = size + 1"),
        (reader, "INSERT INTO tree_node VALUES (8, 9, decode(repeat('00', 32), 'hex'))"),
        (eraser, "SELECT body FROM log"),
        (eraser, "INSERT INTO disclosure VALUES (1, '', '')"),
        (str(make_url(database.url).username), "UPDATE disclosure SET encoded = ''"),
        (reader, "SELECT content FROM draft_section"),
        (eraser, "DELETE FROM draft"),
        (str(make_url(database.url).username), "INSERT INTO log_head VALUES (2, 0, '', '', '')"),
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            as_role(database, role, statement)
