"""Architecture: who may import whom; the contracts are in pyproject.toml, here they are tried."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, path_of

ROOMS = ("contracts", "services", "migrations")

TRESPASSES = [
    ("services/registry/domain", "sqlalchemy"),
    ("services/registry/domain", "time"),
    ("services/registry/domain", "structlog"),
    ("services/registry/log", "services.registry.web"),
    ("services/registry", "services.reporting"),
    ("services/reporting/projections", "services.reporting.queries"),
    ("services/reporting/projections", "random"),
    ("services/kit", "contracts"),
    ("services/kit", "services.registry"),
    ("contracts", "services.kit"),
    ("contracts", "httpx"),
]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--config", folder / "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        for module in (ROOT / room).rglob("*.py"):
            target = folder / path_of(module)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(module, target)
    return folder


def test_every_import_keeps_to_its_room() -> None:
    result = _lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_trespass_into_another_room_is_noticed(copy: Path) -> None:
    for room, imported in TRESPASSES:
        with (copy / room / "__init__.py").open("a") as module:
            module.write(f"import {imported}\n")
    result = _lint_imports(copy)
    said = " ".join(result.stdout.split())
    assert result.returncode == 1, result.stdout + result.stderr
    missed = [
        f"{room} -> {imported}"
        for room, imported in TRESPASSES
        if f"{room.replace('/', '.')} -> {imported} " not in said
    ]
    assert missed == [], result.stdout
