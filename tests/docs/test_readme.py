"""Documents: the README fits on a screen, and what it promises is there."""

import re
import tomllib
from typing import Any

import pytest

from tests.architecture.source import ROOT

README = (ROOT / "README.md").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE)


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


def _locked(lock: str) -> set[str]:
    text = (ROOT / "requirements" / f"{lock}.lock.txt").read_text()
    return {name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}


def test_the_readme_fits_on_one_screen() -> None:
    assert len(README.splitlines()) <= 60


def test_contributing_stays_readable() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 150


def test_the_readme_says_why_for_exactly_the_direct_dependencies() -> None:
    table = README.partition("| run-time dependency |")[2]
    named = re.findall(r"^\| ([a-z0-9-]+) \| \S.+ \|$", table, re.MULTILINE)
    assert sorted(named) == sorted(map(_name, PROJECT["project"]["dependencies"]))
    assert len(named) <= 16


def test_what_the_readme_of_the_contracts_imports_is_there() -> None:
    page = (ROOT / "contracts" / "README.md").read_text()
    imports = page.partition("```python\n")[2].partition("```")[0]
    assert imports.count("import") > 10
    exec(imports, {})  # noqa: S102 - the page's own lines


def test_every_make_command_in_the_documents_is_a_target() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    named = {
        target
        for document in documents
        for words in re.findall(r"(?:^|`)make ((?:[a-z]+ ?)+)(?:`|$| #| ARGS| ONCE)",
                                document.read_text(), re.MULTILINE)
        for target in words.split()
    }  # fmt: skip
    assert {"demo", "test", "check"} <= named
    assert named <= set(TARGETS)


def test_make_has_at_most_twelve_targets_and_explains_each() -> None:
    rules = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert rules == set(TARGETS)
    assert len(TARGETS) <= 12


def test_ci_runs_the_test_command_of_the_readme_and_every_check() -> None:
    ci = (ROOT / ".ci" / "run").read_text()
    commands = [line.split(" <")[0] for line in ci.splitlines() if line.startswith("make ")]
    assert "make test" in README
    assert commands == ["make test", "make check"]


@pytest.mark.parametrize("lock", ["run", "dev", "bench"])
def test_every_direct_dependency_is_locked_by_hash(lock: str) -> None:
    wanted = {_name(each) for each in PROJECT["project"]["dependencies"]}
    extras = PROJECT["project"]["optional-dependencies"]
    wanted |= {_name(each) for each in extras["dev"]} if lock != "run" else set()
    wanted |= {_name(each) for each in extras["bench"]} if lock == "bench" else set()
    assert wanted <= _locked(lock)
    text = (ROOT / "requirements" / f"{lock}.lock.txt").read_text()
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==[^\n]*\\\n +--hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[A-Za-z0-9_.-]+==", text, re.MULTILINE))


def test_a_larger_lock_holds_the_same_versions_as_a_smaller_one() -> None:
    def versions(lock: str) -> set[str]:
        text = (ROOT / "requirements" / f"{lock}.lock.txt").read_text()
        return set(re.findall(r"^([A-Za-z0-9_.-]+==[^ ;\\]+)", text, re.MULTILINE))

    assert versions("run") <= versions("dev") <= versions("bench")
