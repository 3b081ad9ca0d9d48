"""Scripts: what the Compose file's PostgreSQL runs once makes two databases with modest roles."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from tests.deployed import deployed
from tests.postgres import Server

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with deployed() as started:
        yield started


def _run(server: Server, database: str, user: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(server.url(database, user))
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def test_no_role_of_a_service_is_more_than_it_must_be(server: Server) -> None:
    rows = _run(
        server,
        "postgres",
        "postgres",
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'registry%' OR rolname LIKE 'reporting%' ORDER BY rolname",
    )
    names = [
        *("registry_owner", "registry_request", "registry_writer"),
        *("reporting_owner", "reporting_writer"),
    ]
    assert rows == [(name, False, False, False, False) for name in names]


def test_the_writer_becomes_the_role_of_requests_only_by_saying_so(server: Server) -> None:
    asked = "SELECT pg_has_role('registry_writer', 'registry_request', '{}')"
    assert _run(server, "registry", "postgres", asked.format("SET")) == [(True,)]
    assert _run(server, "registry", "postgres", asked.format("USAGE")) == [(False,)]
    with pytest.raises(ProgrammingError, match="permission denied"):
        _run(server, "reporting", "reporting_writer", "SET ROLE registry_request")


@pytest.mark.parametrize("service", ["registry", "reporting"])
def test_an_owner_makes_tables_and_a_writer_does_not(server: Server, service: str) -> None:
    _run(server, service, f"{service}_owner", "CREATE TABLE made_by_owner (n int)")
    with pytest.raises(ProgrammingError, match="permission denied"):
        _run(server, service, f"{service}_writer", "CREATE TABLE made_by_writer (n int)")


@pytest.mark.parametrize(
    ("database", "user"), [("registry", "reporting_writer"), ("reporting", "registry_writer")]
)
def test_a_service_cannot_open_the_database_of_the_other(
    server: Server, database: str, user: str
) -> None:
    with pytest.raises(Exception, match="permission denied for database"):
        _run(server, database, user, "SELECT 1")


def test_reporting_may_fill_and_empty_the_tables_that_its_owner_makes(server: Server) -> None:
    _run(server, "reporting", "reporting_owner", "CREATE TABLE answer (n int)")
    for statement in (
        "INSERT INTO answer VALUES (1)",
        "UPDATE answer SET n = 2",
        "SELECT n FROM answer",
        "DELETE FROM answer",
    ):
        _run(server, "reporting", "reporting_writer", statement)
