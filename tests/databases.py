"""Tests: databases of both kinds, made by the migrations once and emptied before each test.

On PostgreSQL a test connects as the service does: it logs in as the writer and acts as the role of
requests, neither of which owns anything. `writer_url` is for what the writer does as such,
`owner_url` for what the owner does (migrating, founding), `admin_url` for what nobody should do.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url

from migrations.environment import upgrade
from services.kit.database import as_role, make_engine
from services.registry.log.roles import grant
from tests import postgres

SERVER_VARIABLE = "TEST_DATABASE_URL"
PASSWORD = "test"  # noqa: S105 - of roles that live as long as the tests

EMPTY = """
DO $$
DECLARE filled regclass;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR filled IN
    SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
  LOOP
    EXECUTE 'DELETE FROM ' || filled;
  END LOOP;
END $$
"""
"""Deletes every row of PostgreSQL, past the triggers, which only a superuser can silence."""

ON_SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
"""For a test of what only one of the two databases has."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database of a history at its newest revision, with empty tables."""

    dialect: str
    history: str
    url: str
    """As the service connects."""
    writer_url: str
    owner_url: str
    admin_url: str
    request_role: str = ""

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        with disposing(self.url) as engine:
            yield engine

    @contextmanager
    def writer(self) -> Iterator[Engine]:
        with disposing(self.writer_url) as engine:
            yield engine

    @contextmanager
    def owner(self) -> Iterator[Engine]:
        with disposing(self.owner_url) as engine:
            yield engine


@contextmanager
def disposing(url: str, **options: Any) -> Iterator[Engine]:
    engine = make_engine(url, **options)
    try:
        yield engine
    finally:
        engine.dispose()


@dataclass(slots=True)
class Databases:
    """What a worker's tests share: templates of SQLite files, a server, its databases."""

    folder: Path
    prefix: str
    """Of names on the server, different for every worker."""
    stack: ExitStack
    server: str = ""
    """Address of the server, as a superuser; empty before anybody asked for one."""
    templates: dict[str, Path] = field(default_factory=dict)
    made: dict[str, Database] = field(default_factory=dict)
    emptying: dict[str, Engine] = field(default_factory=dict)
    """Stays connected: there are thousands of tests, and each begins with empty tables."""

    def sqlite(self, history: str, folder: Path) -> Database:
        if history not in self.templates:
            template = self.folder / f"{history}.template.db"
            upgrade(history, f"sqlite:///{template}")
            self.templates[history] = template
        path = folder / f"{history}.db"
        shutil.copyfile(self.templates[history], path)
        url = f"sqlite:///{path}"
        return Database("sqlite", history, url, url, url, url)

    def postgresql(self, history: str) -> Database:
        if history not in self.made:
            self.made[history] = self._create(history)
            # A test may end every connection to its database.
            admin = disposing(self.made[history].admin_url, pool_pre_ping=True)
            self.emptying[history] = self.stack.enter_context(admin)
        with self.emptying[history].begin() as connection:
            connection.exec_driver_sql(EMPTY)
        return self.made[history]

    @contextmanager
    def bare(self, history: str, dialect: str, folder: Path) -> Iterator[Database]:
        """Give a database of its own without any table, which its owner alone may use."""
        if dialect == "sqlite":
            url = f"sqlite:///{folder / 'bare.db'}"
            yield Database("sqlite", history, url, url, url, url)
            return
        name, owner = f"{self.prefix}_bare", f"{self.prefix}_{history}_owner"
        self.postgresql(history)  # starts the server, makes the owner
        with _administering(self.server) as admin:
            admin.exec_driver_sql(f'CREATE DATABASE "{name}" OWNER "{owner}"')
        owned = _address(self.server, name, owner)
        try:
            admin_url = _address(self.server, name, None)
            yield Database("postgresql", history, owned, owned, owned, admin_url)
        finally:
            _drop(self.server, name)

    def _create(self, history: str) -> Database:
        if not self.server:
            self.server = os.environ.get(SERVER_VARIABLE, "") or self._start()
        name = f"{self.prefix}_{history}"
        owner, service, request = f"{name}_owner", f"{name}_service", f"{name}_request"
        with _administering(self.server) as admin:
            admin.exec_driver_sql(f"CREATE ROLE {owner} LOGIN PASSWORD '{PASSWORD}'")
            admin.exec_driver_sql(f"CREATE ROLE {service} LOGIN NOINHERIT PASSWORD '{PASSWORD}'")
            admin.exec_driver_sql(f"CREATE ROLE {request} NOLOGIN")
            admin.exec_driver_sql(f"GRANT {request} TO {service}")
            admin.exec_driver_sql(f'CREATE DATABASE "{name}" OWNER "{owner}"')
        if os.environ.get(SERVER_VARIABLE):  # else the whole server goes
            self.stack.callback(_drop, self.server, name, owner, service, request)
        database = Database(
            "postgresql",
            history,
            url=_address(self.server, name, owner)
            if history == "reporting"
            else as_role(_address(self.server, name, service), request),
            writer_url=_address(self.server, name, service),
            owner_url=_address(self.server, name, owner),
            admin_url=_address(self.server, name, None),
            request_role=request,
        )
        upgrade(history, database.owner_url)
        if history == "registry":
            with database.owner() as engine:
                grant(engine, writer=service, request=request)
        return database

    def _start(self) -> str:
        return self.stack.enter_context(postgres.running()).url()


@contextmanager
def _administering(server: str) -> Iterator[Connection]:
    with (
        disposing(server, isolation_level="AUTOCOMMIT") as engine,
        engine.connect() as connection,
    ):
        yield connection


def _drop(server: str, name: str, *roles: str) -> None:
    with _administering(server) as admin:
        admin.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for role in roles:
            admin.exec_driver_sql(f'DROP ROLE IF EXISTS "{role}"')


def _address(server: str, database: str, user: str | None) -> str:
    url = make_url(server).set(database=database)
    if user is not None:
        url = url.set(username=user, password=PASSWORD)
    return url.render_as_string(hide_password=False)
