"""What is published never changes, and what is generated is never out of date."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from contracts.catalogue import BASE, ROOT
from contracts.errors import ContractError
from contracts.publication import main, publish

RETURNED = "events/report-returned/1.0.0"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the published folder that a test may spoil."""
    ignored = shutil.ignore_patterns("*.py", "__pycache__", "examples")
    shutil.copytree(ROOT, tmp_path / "contracts", ignore=ignored)
    return tmp_path / "contracts"


def edit(file: Path, **changes: Any) -> None:
    file.write_bytes(orjson.dumps({**orjson.loads(file.read_bytes()), **changes}))


def test_what_is_published_here_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_the_command_fails_in_words(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--root", str(copy)]
    assert main(command) == 0
    edit(copy / RETURNED / "schema.json", title="Another")
    assert main(command) == 1
    assert "make a new version beside it" in capsys.readouterr().err
    assert main([*command, "--unreleased"]) == 0
    edit(copy / RETURNED / "schema.json", **{"$id": "elsewhere"})
    assert main([*command, "--check"]) == 1
    assert "expected the $id" in capsys.readouterr().err


def test_publishing_again_changes_nothing(copy: Path) -> None:
    before = {file: file.read_bytes() for file in copy.rglob("*.json")}
    assert publish(copy) == []
    assert {file: file.read_bytes() for file in copy.rglob("*.json")} == before


@pytest.mark.parametrize(
    "path",
    [f"{RETURNED}/schema.json", "common/text/1.0.0.json", "codelists/severity/1.0.0.json"],
)
def test_a_published_version_may_not_change(copy: Path, path: str) -> None:
    edit(copy / path, title="Another")
    problems = publish(copy)
    assert any(path in problem and "never changes" in problem for problem in problems)
    assert publish(copy, check=True)
    assert publish(copy, unreleased=True) == []
    assert publish(copy, check=True) == []


def test_a_published_version_may_not_go(copy: Path) -> None:
    shutil.rmtree(copy / "codelists/severity")
    (problem,) = publish(copy)
    assert "codelists/severity/1.0.0.json" in problem
    assert "now gone" in problem


def test_a_new_version_stands_beside_the_old_one(copy: Path) -> None:
    shutil.copytree(copy / RETURNED, copy / "events/report-returned/1.1.0")
    new = copy / "events/report-returned/1.1.0/schema.json"
    edit(new, **{"$id": f"{BASE}events/report-returned/1.1.0/schema.json"})
    assert publish(copy, check=True)
    assert publish(copy) == []
    rows = orjson.loads((copy / "index.json").read_bytes())["contracts"]
    versions = [row["version"] for row in rows if row["name"] == "report-returned"]
    assert versions == ["1.0.0", "1.1.0"]


def test_a_draft_may_still_change(copy: Path) -> None:
    draft = {f"{BASE}{RETURNED}/schema.json": {"status": "draft"}}
    edit(copy / "lifecycle.json", exceptions=draft)
    assert publish(copy, unreleased=True) == []
    edit(copy / RETURNED / "schema.json", title="Another")
    assert publish(copy) == []


def test_a_sealed_form_is_not_written_by_hand(copy: Path) -> None:
    edit(copy / RETURNED / "sealed.json", title="Another")
    (problem,) = publish(copy, check=True)
    assert problem == f"{RETURNED}/sealed.json: out of date; run `make contracts`"


def test_a_sealed_form_without_sections_is_told(copy: Path) -> None:
    shutil.copy(copy / RETURNED / "sealed.json", copy / "events/cycle-opened/1.0.0/sealed.json")
    (problem,) = publish(copy, check=True)
    assert "events/cycle-opened/1.0.0/sealed.json: nothing is sealed" in problem


@pytest.mark.parametrize(
    ("path", "changes", "told"),
    [
        (f"{RETURNED}/schema.json", {"$id": "https://elsewhere.example/"}, "expected the $id"),
        ("codelists/severity/1.0.0.json", {"$schema": f"{BASE}none"}, "names no contract"),
        ("codelists/severity/1.0.0.json", {"$schema": None}, "names no contract"),
    ],
)
def test_a_file_that_names_itself_wrongly_is_not_published(
    copy: Path, path: str, changes: dict[str, Any], told: str
) -> None:
    edit(copy / path, **changes)
    with pytest.raises(ContractError) as caught:
        publish(copy)
    assert told in str(caught.value)
    assert path in str(caught.value)


def test_a_contract_of_an_unknown_kind_is_not_published(copy: Path) -> None:
    shutil.copytree(copy / RETURNED, copy / "gossip/report-returned/1.0.0")
    new = copy / "gossip/report-returned/1.0.0/schema.json"
    edit(new, **{"$id": f"{BASE}gossip/report-returned/1.0.0/schema.json"})
    with pytest.raises(ContractError, match="one of the kinds"):
        publish(copy)


def test_a_file_without_a_schema_or_a_name_is_not_published(copy: Path) -> None:
    file = copy / "codelists/1.0.0.json"
    file.write_bytes(orjson.dumps({"$id": f"{BASE}codelists/1.0.0.json"}))
    with pytest.raises(ContractError, match="names its contract"):
        publish(copy)
    edit(file, **{"$schema": f"{BASE}datasets/code-list/1.0.0/schema.json"})
    with pytest.raises(ContractError, match="<kind>/<name>"):
        publish(copy)
