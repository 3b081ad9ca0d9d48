"""Vectors that others published, rewritten as data of ours; each file names its source."""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "vectors"


def vectors(name: str) -> dict[str, Any]:
    """Read one file of vectors."""
    found = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    assert found["source"], "a vector names its source"
    assert isinstance(found, dict)
    return found
