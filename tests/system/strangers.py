"""System: somebody elsewhere, with this program, files and a key, and nothing of the services."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.operating import ROOT

NEEDED = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")


def stranger(words: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Type `concord verify …` in an environment that knows no database, key or service."""
    kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "services.cli", "verify", *words],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
