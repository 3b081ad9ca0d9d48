"""Scripts: set-up speaks clearly; what it installs is tried by every run of CI."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environment
from tests.architecture.source import ROOT

SCRIPT = ROOT / "scripts" / "environment.py"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )


def test_an_older_python_gets_as_far_as_the_message_about_it() -> None:
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import)
                for name in node.names}  # fmt: skip
    assert imported <= set(sys.stdlib_module_names)
    assert any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in tree.body)


@pytest.mark.parametrize("arguments", [(), ("everything",), ("run", "dev")])
def test_a_wrong_call_says_how_it_is_called(arguments: tuple[str, ...]) -> None:
    result = _run(*arguments)
    assert result.returncode == 1
    assert "usage: environment.py run|dev|bench|lock" in result.stderr


def test_a_failed_step_says_which_and_what_to_do(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        environment.call("false", advice="try again")
    assert stopped.value.code == 1
    assert capfd.readouterr().err == "concord: this step failed (1): false\ntry again\n"


def test_too_little_room_is_said_before_anything_is_made(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        environment.check_space(needed_bytes=10**18)
    assert "make room" in capfd.readouterr().err


def test_a_mirror_known_to_pip_is_told_to_uv() -> None:
    given = {"PIP_INDEX_URL": "https://mirror.example/simple", "PIP_CERT": "own.pem"}
    told = environment.surroundings(given)
    assert told["UV_DEFAULT_INDEX"] == given["PIP_INDEX_URL"]
    assert told["SSL_CERT_FILE"] == given["PIP_CERT"]
    assert environment.surroundings(given | {"UV_DEFAULT_INDEX": "x"})["UV_DEFAULT_INDEX"] == "x"


def test_a_purpose_is_stamped_by_everything_its_packages_depend_on() -> None:
    stamps = {purpose: environment.fingerprint(purpose) for purpose in environment.PURPOSES}
    assert len(set(stamps.values())) == len(stamps)
    assert environment.place().endswith(f"{ROOT}\n")


def test_the_command_runs_from_any_folder_and_through_a_path_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    command = folder / "concord"
    command.write_text(environment.COMMAND.replace("services.cli", "answering"))
    command.chmod(0o755)
    (folder / "answering.py").write_text("def main() -> int:\n    return 7\n")
    result = subprocess.run([command], cwd="/", check=False)
    assert result.returncode == 7
