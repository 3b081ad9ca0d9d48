"""System: the tour of the API is true: every command is typed, every answer is as shown."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.excerpts import Step, differs, steps_of
from tests.operating import ROOT
from tests.system.ports import free_port

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(shutil.which("curl") is None, reason="the tour is typed with curl"),
]

PAGE = (ROOT / "docs" / "tour.md").read_text()
FOLDER = "/tmp/concord-tour"  # noqa: S108 - as the page says; nothing is written there
"""Of the demonstration in the page; and where both services answer there."""
ADDRESSES = ("127.0.0.1:8711", "127.0.0.1:8712")
END = "--- end of step ---"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a reader types: the demonstration runs, at addresses of this test."""

    folder: Path
    ports: tuple[int, int]

    def type(self, steps: list[Step]) -> list[str]:
        """Type everything into one shell, and give what is answered to each step."""
        typed = "".join(f"{step.typed}echo; echo '{END}'\n" for step in steps)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/bash", "-eu", "-c", self._here(typed)],
            cwd=ROOT,
            env={**os.environ, "PATH": path, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        *answers, rest = done.stdout.split(f"\n{END}\n")
        assert done.returncode == 0, f"{steps[len(answers)].typed}{rest}"
        return answers

    def _here(self, typed: str) -> str:
        typed = typed.replace(FOLDER, str(self.folder))
        for address, port in zip(ADDRESSES, self.ports, strict=True):
            typed = typed.replace(address, f"127.0.0.1:{port}")
        return typed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ports = free_port(), free_port()
    with demonstration(tmp_path, ports):
        yield Desk(tmp_path / "demonstration", ports)


@contextmanager
def demonstration(folder: Path, ports: tuple[int, int]) -> Iterator[None]:
    """Run `concord demo` as `make demo` does, until it serves."""
    said = folder / "said"
    words = ["demo", "--data", str(folder / "demonstration")]
    for name, port in zip(("--registry-port", "--reporting-port"), ports, strict=True):
        words += [name, str(port)]
    with said.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "services.cli", *words], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + 180
        while "Serving until" not in said.read_text():
            assert running.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        yield
    finally:
        running.terminate()
        running.wait(60)


def test_every_command_of_the_tour_answers_as_the_page_shows(desk: Desk) -> None:
    assert f"make demo DATA={FOLDER}\n" in PAGE
    steps = steps_of(PAGE)
    answers = desk.type(steps)
    assert len(answers) == len(steps) > 20
    found = [
        f"{step.typed}{difference}"
        for step, answer in zip(steps, answers, strict=True)
        if (difference := differs(step, answer))
    ]
    assert not found, "\n\n".join(found)
