"""Demonstration: a folder that cannot be used is said in one line, and nothing starts."""

from pathlib import Path

import pytest

from tests.operating import Operator
from tests.system.ports import free_port

pytestmark = pytest.mark.system


@pytest.mark.parametrize(
    ("below", "reason"),
    [("file", "File exists"), ("file/x", "Not a directory"), ("denied/x", "Permission denied")],
)
def test_a_folder_that_cannot_be_made_is_named_with_the_reason(
    tmp_path: Path, below: str, reason: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "denied").mkdir(mode=0)
    somebody = Operator(tmp_path, {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "400"})
    ports = ("--registry-port", str(free_port()), "--reporting-port", str(free_port()))
    refused = somebody.run_without_powers("demo", "--data", str(tmp_path / below), *ports)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"concord demo: --data: {tmp_path / below}: {reason}\n"
