"""Tests: databases for whoever asks (a test that asks is marked `db` by itself), and log lines."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from services.kit.logs import set_up_logs
from tests.databases import Database, Databases

# How long an example takes depends on the machine, and says nothing about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "databases" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.db)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """One server and one database per history for each worker; started when first asked for."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")
    with ExitStack() as stack:
        yield Databases(
            folder=tmp_path_factory.mktemp("databases"),
            prefix=f"concord_test_{os.getpid()}_{worker}",
            stack=stack,
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: every test that asks runs on each."""
    return str(request.param)


@pytest.fixture
def database(dialect: str, databases: Databases, tmp_path: Path) -> Database:
    """A registry's database without entries, not founded yet."""
    return _make("registry", dialect, databases, tmp_path)


@pytest.fixture
def reporting_database(dialect: str, databases: Databases, tmp_path: Path) -> Database:
    """A reporting database with empty tables."""
    return _make("reporting", dialect, databases, tmp_path)


def _make(history: str, dialect: str, databases: Databases, folder: Path) -> Database:
    if dialect == "sqlite":
        return databases.sqlite(history, folder)
    return databases.postgresql(history)


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Log lines as the services write them; afterwards logging is as it was."""
    lines, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs("sample", stream=lines)
    yield lines
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)
