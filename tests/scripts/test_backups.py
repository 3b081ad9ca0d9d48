"""Scripts: a backup as the runbook has the reader make it can be restored into service."""

import json
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from contracts.note import SigningKey
from services.registry.keys import write_signing_key
from tests.architecture.source import ROOT
from tests.databases import disposing
from tests.deployed import deployed, environment_of
from tests.docs.excerpts import steps_of
from tests.operating import ORIGIN, Operator, operator_of
from tests.postgres import Server

pytestmark = [pytest.mark.db, pytest.mark.system]

ROLES = {
    "REGISTRY_WRITER_ROLE": "registry_writer",
    "REGISTRY_REQUEST_ROLE": "registry_request",
    "REGISTRY_READER_ROLE": "registry_reader",
}


def test_a_dump_as_the_reader_is_restored_into_service(tmp_path: Path) -> None:
    make_reader, dump, restore = documented()
    write_signing_key(tmp_path / "signing.key", SigningKey.generate(ORIGIN))
    with deployed() as server:
        typed(server, make_reader, tmp_path)
        with migrated(server, tmp_path).serving() as service:
            assert service.sign("ZZA").status_code == 201
            assert service.name("ZZA").status_code == 201
            typed(server, dump, tmp_path)
            service.stop()
        assert_sees_no_draft(server)
    with deployed() as server:
        typed(server, make_reader, tmp_path)
        typed(server, restore, tmp_path)
        operator = migrated(server, tmp_path)
        verified = json.loads(operator.run("registry", "verify").stdout)
        assert (verified["size"], verified["disclosures_opened"]) == (2, 1)
        with operator.serving() as service:
            assert service.started["signed_size"] == 2
            assert service.sign("ZZB").status_code == 201


def documented() -> tuple[str, str, str]:
    """Give what the runbook says: what makes the reader, what dumps and what restores."""
    page = (ROOT / "docs" / "runbook.md").read_text()
    make_reader, dump, restore = (step.typed for step in steps_of(page))
    assert "pg_dump" in dump
    assert "pg_restore" in restore
    return make_reader, dump, restore


def typed(server: Server, commands: str, folder: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", commands],
        cwd=folder,
        env=environment_of(server),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def migrated(server: Server, folder: Path) -> Operator:
    """Bring the database up as its owner, and give who runs the registry on it as the writer."""
    owner = operator_of(server.url("registry", "registry_owner"), folder)
    done = owner.run("registry", "migrate", **ROLES)
    assert done.returncode == 0, done.stderr
    url = server.url("registry", "registry_writer")
    return operator_of(url, folder, REGISTRY_REQUEST_ROLE="registry_request")


def assert_sees_no_draft(server: Server) -> None:
    url = server.url("registry", "registry_reader")
    with disposing(url) as engine, engine.connect() as connection:
        seen = text("SELECT has_any_column_privilege(CAST(:name AS text), 'SELECT')")
        for name in ("draft", "draft_section", "draft_key"):
            assert connection.scalar(seen, {"name": name}) is False
