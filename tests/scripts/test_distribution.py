"""Scripts: the one distribution holds the rooms and their data, and nothing else."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
INFO = f"concord-{VERSION}.dist-info"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder: Path = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_every_room_with_its_data(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    ours = {
        file.relative_to(ROOT).as_posix()
        for room in ("contracts", "services", "migrations")
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {"contracts/index.json", "contracts/lock.json"} <= ours
    assert ours <= names


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    folders = {name.split("/")[0] for name in wheel.namelist()}
    assert folders == {"contracts", "services", "migrations", INFO}


def test_the_wheel_says_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    assert "License-Expression: Apache-2.0" in wheel.read(f"{INFO}/METADATA").decode()
    assert "concord = services.cli:main" in wheel.read(f"{INFO}/entry_points.txt").decode()
    assert f"{INFO}/licenses/LICENSE" in wheel.namelist()
