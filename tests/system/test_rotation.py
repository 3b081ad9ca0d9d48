"""System: a log changes its key while it serves, and nobody who was told loses anything.

Real processes: a registry, two projectors, and the commands of operators and auditors.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.architecture.source import ROOT
from tests.databases import Database, Databases
from tests.operating import ORIGIN, Operator, Service, ready_operator

pytestmark = pytest.mark.system

SOON = 30


class Reader:
    """Somebody who runs reporting with keys pinned, one process after another."""

    def __init__(self, database: Database) -> None:
        self.url = database.owner_url

    @contextmanager
    def projecting(self, registry: str, *pins: str) -> Iterator["Projecting"]:
        with subprocess.Popen(
            [sys.executable, "-m", "services.cli", "reporting", "project"],
            cwd=ROOT,
            env=self.environment(registry, *pins),
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield Projecting(process)
            finally:
                process.kill()

    def environment(self, registry: str, *pins: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "REPORTING_DATABASE_URL": self.url,
            "REPORTING_REGISTRY_URL": registry,
            "REPORTING_VERIFIER_KEY": " ".join(pins),
        }

    def status(self, *pins: str) -> tuple[dict[str, Any], str]:
        told = subprocess.run(
            [sys.executable, "-m", "services.cli", "reporting", "status"],
            cwd=ROOT,
            env=self.environment("http://127.0.0.1:1", *pins),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return json.loads(told.stdout), told.stderr


class Projecting:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def proves(self, position: int) -> None:
        """Read what it says until it has proven this position."""
        for line in self._said():
            if line["event"] == "page_projected" and line["position"] >= position:
                assert line["is_proven"]
                return
        raise AssertionError(f"it ended before position {position}")

    def stops(self) -> str:
        """Wait until it stops by itself; give the reason."""
        reasons = [line["reason"] for line in self._said() if line["event"] == "projector_stopped"]
        assert self.process.wait(SOON) == 1
        assert len(reasons) == 1
        return str(reasons[0])

    def _said(self) -> Iterator[dict[str, Any]]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith("{"):
                yield json.loads(line)


def test_a_key_is_rotated_and_retired_while_everything_runs(
    database: Database, databases: Databases, tmp_path: Path
) -> None:
    operator = ready_operator(database, tmp_path)
    told_folder, late_folder = tmp_path / "told", tmp_path / "late"
    told_folder.mkdir()
    late_folder.mkdir()
    told = Reader(databases.sqlite("reporting", told_folder))
    late = Reader(
        databases.sqlite("reporting", late_folder)
        if database.dialect == "sqlite"
        else databases.postgresql("reporting")
    )
    (old,) = pinned(operator)
    with operator.serving() as service, ExitStack() as readers:
        first = keep_receipt(operator, service, "ZZA")
        with told.projecting(service.url, old) as before:
            before.proves(1)
        not_told = readers.enter_context(late.projecting(service.url, old))
        not_told.proves(1)

        new = operator.run("keys", "rotate").stdout.strip()
        assert pinned(operator) == [new, old]
        wait_for_signatures(service, 2)  # of the same size: nobody has written meanwhile
        second = keep_receipt(operator, service, "ZZB")
        not_told.proves(2)
        for key in (old, new):
            check_receipt(operator, second, key, at=2)
        going_on = readers.enter_context(told.projecting(service.url, old, new))
        going_on.proves(2)

        retired = operator.run("keys", "retire", id_of(old))
        assert retired.returncode == 0, retired.stderr
        assert pinned(operator) == [new]
        third = keep_receipt(operator, service, "ZZC")
        check_receipt(operator, third, new, at=3)
        going_on.proves(3)
        reason = not_told.stops()
        assert "no signature of a known key" in reason
        assert "pin it beside this one" in reason

        check_receipt(operator, first, old, at=1)  # with what was kept, whatever the log does
        check_receipt(operator, first, new, old, at=1)
        unknown = operator.run("verify", "receipt", str(third), "--key", old)
        assert unknown.returncode == 1
        assert id_of(new) in unknown.stderr

        status, said = late.status(old)
        assert (status["position"], status["state"]) == (2, "stopped")
        assert id_of(new) in said
        with late.projecting(service.url, old, new) as repinned:
            repinned.proves(3)
        assert service.stop()[0] == 0
    check_afterwards(operator, old, new)


def check_afterwards(operator: Operator, old: str, new: str) -> None:
    """The log stands as it was, offline and for a registry that starts again."""
    assert json.loads(operator.run("registry", "verify").stdout)["signed_size"] == 3
    export = operator.folder / "export.ndjson"
    assert operator.run("registry", "export", str(export)).returncode == 0
    for keys, status in (((new,), 0), ((old, new), 0), ((old,), 1)):
        options = [word for key in keys for word in ("--key", key)]
        assert operator.run("verify", "export", str(export), *options).returncode == status
    both = operator.run("verify", "export", str(export), CONCORD_VERIFIER_KEY=f"{old} {new}")
    assert both.returncode == 0
    with operator.serving() as service:
        assert service.started["signing_keys"] == [new]
        assert service.sign("ZZD").status_code == 201


def pinned(operator: Operator) -> list[str]:
    keys = operator.run("keys", "show").stdout.split()
    assert all(key.startswith(f"{ORIGIN}+") for key in keys)
    return keys


def id_of(key: str) -> str:
    return key.split("+")[1]


def keep_receipt(operator: Operator, service: Service, code: str) -> Path:
    """Record something; give the file in which its receipt is kept."""
    answer = service.sign(code)
    assert answer.status_code == 201, answer.text
    file = operator.folder / f"receipt-{code}.txt"
    file.write_text(answer.json()["receipt"])
    return file


def check_receipt(operator: Operator, file: Path, *keys: str, at: int) -> None:
    options = [word for key in keys for word in ("--key", key)]
    verified = operator.run("verify", "receipt", str(file), *options)
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["position"] == at


def wait_for_signatures(service: Service, count: int) -> None:
    """Wait until the checkpoint that is served carries as many signatures."""
    deadline = time.monotonic() + SOON
    while True:
        note = httpx.get(f"{service.url}/checkpoint", timeout=20).text
        if note.count("\n— ") == count:
            return
        assert time.monotonic() < deadline, note
