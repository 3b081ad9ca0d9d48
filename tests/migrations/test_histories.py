"""Migrations: both histories on both databases; the log's has no way back."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from migrations.environment import check, configuration, upgrade
from services.kit.shared_budgets import metadata as budget_tables
from services.registry.drafts.table import metadata as draft_tables
from services.registry.evidence.table import metadata as evidence_tables
from services.registry.log.table import metadata as log_tables
from services.reporting.projections.base import metadata as reporting_tables
from tests.architecture.source import ROOT
from tests.databases import Database

HISTORIES = ("registry", "reporting")


def _scripts(history: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration(history, "sqlite://"))


def _tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_tables_of_the_registry_are_those_in_its_code(database: Database) -> None:
    check("registry", database.owner_url)


def test_the_tables_of_reporting_are_those_in_its_code(reporting_database: Database) -> None:
    check("reporting", reporting_database.owner_url)


@pytest.mark.parametrize("history", HISTORIES)
def test_bringing_up_a_database_twice_changes_nothing(history: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'twice.db'}"
    upgrade(history, url)
    before = _tables(url)
    upgrade(history, url)
    assert _tables(url) == before


def test_each_database_holds_its_own_tables_alone(
    database: Database, reporting_database: Database
) -> None:
    beside = {*draft_tables.tables, *evidence_tables.tables, *budget_tables.tables}
    registry = {*log_tables.tables, *beside}
    assert _tables(database.owner_url) == {*registry, "alembic_version"}
    assert _tables(reporting_database.owner_url) == {*reporting_tables.tables, "alembic_version"}
    assert not registry & set(reporting_tables.tables)


@pytest.mark.parametrize("history", HISTORIES)
def test_each_history_is_one_line_numbered_without_a_gap(history: str) -> None:
    revisions = [script.revision for script in _scripts(history).walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_the_log_has_no_way_back() -> None:
    for script in _scripts("registry").walk_revisions():
        assert not hasattr(script.module, "downgrade"), script.path


def test_no_migration_of_the_log_makes_a_table_anew() -> None:
    """Alembic's batch mode would copy the table and drop its triggers."""
    for file in (ROOT / "migrations" / "registry").rglob("*.py"):
        assert "batch_alter_table" not in file.read_text()
        assert "render_as_batch" not in file.read_text()


def test_reporting_can_forget_everything_and_start_again(reporting_database: Database) -> None:
    url = reporting_database.owner_url
    try:
        command.downgrade(configuration("reporting", url), "base")
        assert _tables(url) == {"alembic_version"}
    finally:
        upgrade("reporting", url)
    check("reporting", url)


@pytest.mark.parametrize("history", HISTORIES)
def test_the_command_of_alembic_finds_each_history(history: str) -> None:
    config = Config(ROOT / "alembic.ini", ini_section=history)
    scripts = ScriptDirectory.from_config(config)
    assert Path(scripts.dir) == ROOT / "migrations" / history
