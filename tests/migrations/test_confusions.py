"""Migrations: no database is taken for the other service's, or for one of an older release."""

from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from migrations.environment import upgrade
from services.cli import make_app
from services.kit.schema import UnfitSchema
from tests.databases import Database, Databases, disposing

pytestmark = pytest.mark.usefixtures("log_lines")

REGISTRYS = "REPORTING_DATABASE_URL: this is the registry's database, expected reporting's"
REPORTINGS = "REGISTRY_DATABASE_URL: this is reporting's database, expected the registry's"


def concord(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(make_app(arguments[0]), arguments, env=environment)


def revision(database: Database) -> str:
    with disposing(database.owner_url) as engine, engine.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def test_reporting_leaves_the_database_of_the_registry_alone(database: Database) -> None:
    url, before = database.owner_url, revision(database)
    for command in ("migrate", "status", "serve", "project", "rebuild", "release"):
        result = concord("reporting", command, REPORTING_DATABASE_URL=url, REPORTING_PORT="0")
        assert (result.exit_code, result.stdout) == (2, ""), result.stderr
        assert result.stderr == f"concord: {REGISTRYS}\n"
    assert revision(database) == before


def test_the_registry_leaves_the_database_of_reporting_alone(
    reporting_database: Database, tmp_path: Path
) -> None:
    url, before = reporting_database.owner_url, revision(reporting_database)
    for command in ("migrate", "sweep"):
        result = concord(
            *("registry", command),
            REGISTRY_DATABASE_URL=url,
            REGISTRY_EVIDENCE_FOLDER=str(tmp_path),
        )
        assert (result.exit_code, result.stdout) == (2, ""), result.stderr
        assert REPORTINGS in result.stderr
    assert revision(reporting_database) == before


def test_one_database_is_not_made_for_both_services(
    dialect: str, databases: Databases, tmp_path: Path
) -> None:
    with databases.bare("registry", dialect, tmp_path) as bare:
        result = concord(
            "migrate", REGISTRY_DATABASE_URL=bare.owner_url, REPORTING_DATABASE_URL=bare.admin_url
        )
        assert result.exit_code == 2
        assert "each service needs one of its own" in result.stderr
        with disposing(bare.owner_url) as engine, engine.connect() as connection:
            assert not engine.dialect.has_table(connection, "alembic_version")


@pytest.mark.parametrize("history", ["registry", "reporting"])
def test_an_older_release_leaves_the_database_of_a_newer_one_alone(
    history: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'newer.db'}"
    upgrade(history, url)
    with disposing(url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(UnfitSchema, match="the release is older than the database"):
        upgrade(history, url)
    result = concord(history, "migrate", **{f"{history.upper()}_DATABASE_URL": url})
    assert result.exit_code == 1
    assert "it is at 0999, which this release does not know" in result.stderr
