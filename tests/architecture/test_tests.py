"""Architecture: tests read as sentences, use the real thing, and stand where their path says."""

import ast
import re
from pathlib import PurePosixPath

from tests.architecture.source import ROOT, modules_under

MOCKS = re.compile(r"\b(?:unittest\.mock|from unittest import mock|MagicMock|mocker|monkeypatch)\b")
OWN_ROOMS = {
    "architecture", "benchmarks", "contracts", "demonstration", "docs", "kit", "migrations",
    "registry", "reporting", "scripts", "system",
}  # fmt: skip
THIS = "tests/architecture/test_tests.py"


def _tests() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (path, node)
        for path, tree, _ in modules_under("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test")
        and PurePosixPath(path).name.startswith("test_")
    ]


def test_every_name_of_a_test_is_a_sentence() -> None:
    """`test_` and at least three words: someone from a ministry understands what holds."""
    found = [
        f"{path}:{node.lineno} {node.name}"
        for path, node in _tests()
        if len([word for word in node.name.removeprefix("test_").split("_") if word]) < 3
    ]
    assert found == []


def test_no_test_stands_where_it_is_not_collected() -> None:
    found = [
        path
        for path, tree, _ in modules_under("tests/")
        if not PurePosixPath(path).name.startswith("test_")
        and any(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in tree.body)
    ]
    assert found == []


def test_tests_use_the_real_thing() -> None:
    found = [
        path for path, _, text in modules_under("tests/") if path != THIS and MOCKS.search(text)
    ]
    assert found == []


def test_no_test_is_skipped_without_a_reason() -> None:
    found = []
    for path, tree, _ in modules_under("tests/"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            is_skip = node.func.attr in {"skip", "skipif", "xfail", "importorskip"}
            if is_skip and not node.args and not any(k.arg == "reason" for k in node.keywords):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_the_folders_of_tests_mirror_the_rooms() -> None:
    folders = {
        entry.name
        for entry in (ROOT / "tests").iterdir()
        if entry.is_dir() and not entry.name.startswith(("__", "."))
    }
    assert folders <= OWN_ROOMS
