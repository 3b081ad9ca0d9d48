"""Architecture: every module says what it is, stays small and bears a name of the domain."""

import ast
import builtins
import sys
from pathlib import PurePosixPath

from tests.architecture.source import modules, modules_under

WALL = 400
"""Lines of a module; CONTRIBUTING says to aim for 150."""

VAGUE = {
    "common", "constants", "helpers", "lib", "manager", "managers", "misc", "models", "service",
    "shared_utils", "tools", "util", "utils", "views",
}  # fmt: skip

PUBLIC_ROOMS = ("contracts/", "services/kit/")


def test_every_module_begins_with_a_sentence_on_what_it_is() -> None:
    found = []
    for path, tree, _ in modules():
        if path.startswith("tests/"):  # the names of its tests are its sentences
            continue
        first = (ast.get_docstring(tree) or "").split("\n", 1)[0]
        if not first.endswith((".", ":")):
            found.append(f"{path}: {first!r}")
    assert found == []


def test_no_module_is_longer_than_the_wall() -> None:
    sizes = {path: len(text.splitlines()) for path, _, text in modules()}
    assert {path: lines for path, lines in sizes.items() if lines > WALL} == {}


def test_no_module_has_a_vague_name_or_one_of_the_standard_library() -> None:
    found = []
    for path, _, _ in modules():
        name = PurePosixPath(path).stem
        standard = name in sys.stdlib_module_names and path.startswith(("contracts/", "services/"))
        if name in VAGUE or (standard and name != "__init__"):
            found.append(path)
    assert found == []


def test_every_package_of_a_room_states_its_law() -> None:
    packages = [
        (path, ast.get_docstring(tree))
        for path, tree, _ in modules_under("contracts/", "services/", "migrations/")
        if path.endswith("/__init__.py")
    ]
    assert packages
    assert [path for path, law in packages if not law] == []


def test_every_public_name_of_contracts_and_kit_is_explained() -> None:
    found = []
    for path, tree, _ in modules_under(*PUBLIC_ROOMS):
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            members = node.body if isinstance(node, ast.ClassDef) else []
            for item in [node, *members]:
                if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    continue
                if not item.name.startswith("_") and not ast.get_docstring(item):
                    found.append(f"{path}:{item.lineno} {item.name}")
    assert found == []


def test_no_class_inherits_but_from_values_errors_and_settings() -> None:
    """Composition is the rule; a base class of ours is a value, an error or a settings class.

    Or the framework's answer: only what it knows as one may be given back by a route. Or the
    driver's connection: how it waits can be told in no other way. Or a raw file: what looks into
    archives reads nothing else.
    """
    allowed = ("Error", "Exception", "Model", "Settings", "Value", "Protocol", "Enum", "Dict")
    technique = {"StreamingResponse", "Connection", "RawIOBase"}
    ours = {
        node.name: [ast.unparse(base) for base in node.bases]
        for _, tree, _ in modules_under("contracts/", "services/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }

    def is_allowed(base: str) -> bool:
        name = base.rsplit(".", maxsplit=1)[-1].split("[", maxsplit=1)[0]
        if (
            name.endswith(allowed)
            or name in {"NamedTuple", "Generic", *technique}
            or hasattr(builtins, name)
        ):
            return True
        return name in ours and bool(ours[name]) and all(is_allowed(up) for up in ours[name])

    found = {name: bases for name, bases in ours.items() if not all(map(is_allowed, bases))}
    assert found == {}
