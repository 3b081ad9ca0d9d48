"""Scripts: setting up on PostgreSQL; a step that was left out, or done as another, is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from contracts.note import SigningKey
from services.cli import make_app
from services.registry.keys import write_signing_key
from tests.databases import disposing
from tests.deployed import deployed
from tests.operating import ORIGIN, operator_of
from tests.postgres import Server

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("log_lines")]

WRITER = {"REGISTRY_WRITER_ROLE": "registry_writer"}
REQUEST = {"REGISTRY_REQUEST_ROLE": "registry_request"}
NOT_SEEN = "registry_request may not look at the tables of this database"
OWNER = "migrate and grant run as the owner of the tables, all else as the writer"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with deployed() as started:
        yield started


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who sets a registry up, on databases as the script leaves them."""

    server: Server
    folder: Path

    def run(self, user: str, *arguments: str, **more: str) -> Result:
        service = user.partition("_")[0]
        settings = operator_of(self.server.url("copy", user), self.folder).environment
        if service == "reporting":
            settings = {"REPORTING_DATABASE_URL": self.server.url("copy", user)}
        words = (service, *arguments)
        return CliRunner().invoke(make_app(service), words, env={**settings, **more})


@pytest.fixture
def somebody(server: Server, tmp_path: Path) -> Iterator[Administrator]:
    """With a copy of the empty database of the registry."""
    write_signing_key(tmp_path / "signing.key", SigningKey.generate(ORIGIN))
    with disposing(server.url(), isolation_level="AUTOCOMMIT") as engine:
        with engine.connect() as admin:
            admin.exec_driver_sql("CREATE DATABASE copy TEMPLATE registry OWNER registry_owner")
        yield Administrator(server, tmp_path)
        with engine.connect() as admin:
            admin.exec_driver_sql("DROP DATABASE copy WITH (FORCE)")


def said(result: Result, status: int) -> str:
    """Give the one line that tells why, beside those on the trail."""
    assert (result.exit_code, result.stdout) == (status, ""), result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("concord: ")]
    return line


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "no role was granted anything"),
        (REQUEST, "no role was granted anything"),
        (WRITER | REQUEST, "the database is at this release"),
    ],
)
def test_migrating_says_whether_the_service_can_use_the_tables(
    somebody: Administrator, given: dict[str, str], told: str
) -> None:
    migrated = somebody.run("registry_owner", "migrate", **given)
    assert migrated.exit_code == 0
    assert told in migrated.stderr
    assert ("REGISTRY_WRITER_ROLE" in migrated.stderr) is (len(given) < 2)


def test_a_writer_that_was_granted_nothing_is_told_so_and_by_what(somebody: Administrator) -> None:
    assert somebody.run("registry_owner", "migrate").exit_code == 0
    for command in ("serve", "verify"):
        refused = said(somebody.run("registry_writer", command, **REQUEST), 1)
        assert NOT_SEEN in refused
        assert "`concord registry grant`" in refused
        assert "REGISTRY_WRITER_ROLE" in refused
    roles = ("--writer", "registry_writer", "--request", "registry_request")
    assert somebody.run("registry_owner", "grant", *roles).exit_code == 0
    assert somebody.run("registry_writer", "verify", **REQUEST).exit_code == 0


def test_a_writer_on_an_empty_database_is_told_to_migrate(somebody: Administrator) -> None:
    refused = said(somebody.run("registry_writer", "serve", **REQUEST), 1)
    assert "it is at none: `concord registry migrate` brings it there" in refused


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ("registry_writer", "permission denied for schema public"),
        ("reporting_writer", "no schema has been selected to create in"),
    ],
)
def test_who_may_make_no_tables_is_told_who_does(
    somebody: Administrator, user: str, reason: str
) -> None:
    refused = said(somebody.run(user, "migrate"), 1)
    assert f"the database refuses: {reason}" in refused
    assert "owner of the tables" in refused


def test_who_may_not_look_at_tables_does_not_migrate_them(somebody: Administrator) -> None:
    assert somebody.run("registry_owner", "migrate").exit_code == 0
    refused = said(somebody.run("registry_writer", "migrate"), 1)
    assert "registry_writer may not look at the tables of this database" in refused
    assert "run this as the owner of the tables" in refused


def test_a_role_that_does_not_exist_is_named(somebody: Administrator) -> None:
    nobody = WRITER | REQUEST | {"REGISTRY_WRITER_ROLE": "nosuch"}
    refused = said(somebody.run("registry_owner", "migrate", **nobody), 2)
    assert refused == "concord: role nosuch does not exist"
    roles = ("--writer", "registry_writer", "--request", "registry_request", "--reader", "nosuch")
    refused = said(somebody.run("registry_owner", "grant", *roles), 2)
    assert refused == "concord: role nosuch does not exist"
    acting = {"REGISTRY_REQUEST_ROLE": "nosuch"}
    refused = said(somebody.run("registry_writer", "verify", **acting), 1)
    assert "the database refuses: " in refused
    assert 'role "nosuch" does not exist' in refused


def test_the_writer_grants_nothing(somebody: Administrator) -> None:
    assert somebody.run("registry_owner", "migrate", **WRITER, **REQUEST).exit_code == 0
    roles = ("--writer", "registry_writer", "--request", "registry_request")
    refused = said(somebody.run("registry_writer", "grant", *roles), 2)
    assert "registry_writer may grant nothing here: run as the owner of the tables" in refused


def test_the_owner_neither_verifies_nor_serves(somebody: Administrator) -> None:
    assert somebody.run("registry_owner", "migrate", **WRITER, **REQUEST).exit_code == 0
    for command in ("serve", "verify"):
        refused = said(somebody.run("registry_owner", command, **REQUEST), 1)
        assert 'the database refuses: permission denied to set role "registry_request"' in refused
        assert OWNER in refused
        assert "does not answer" not in refused


def test_a_writer_of_reporting_that_may_not_look_is_told_so(server: Server) -> None:
    def concord(user: str, command: str) -> Result:
        settings = {"REPORTING_DATABASE_URL": server.url("reporting", user)}
        return CliRunner().invoke(make_app("reporting"), ["reporting", command], env=settings)

    assert concord("reporting_owner", "migrate").exit_code == 0
    assert "nothing was projected yet" in said(concord("reporting_writer", "status"), 1)
    with disposing(server.url("reporting")) as engine, engine.begin() as admin:
        admin.exec_driver_sql("REVOKE SELECT ON alembic_version FROM reporting_writer")
    refused = said(concord("reporting_writer", "status"), 1)
    assert "reporting_writer may not look at the tables of this database" in refused
    assert "docs/runbook.md, PostgreSQL roles" in refused
