"""Architecture: rules and projections take time, chance and identity as arguments."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import modules_under

PURE = ("services/registry/domain/", "services/reporting/projections/")

IMPURE_CALLS = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "sleep",
    "uuid1", "uuid4", "uuid7", "token_bytes", "token_hex", "token_urlsafe", "urandom",
    "randint", "randrange", "choice", "shuffle", "getenv", "open", "input", "print",
    "execute", "connect", "begin", "read_text", "read_bytes", "write_text", "write_bytes",
}  # fmt: skip
IMPURE_NAMES = {"environ", "stdin", "stdout", "random", "secrets"}

TRANSLATION = ("services/registry/web/", "services/registry/handling", "services/reporting/web/")
MAY_BE_NAMED = {"Connection", "Engine"}

CLOCK_AND_CHANCE = {"now", "utcnow", "today", "monotonic", "uuid1", "uuid4", "uuid7", "randint"}


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _impure(tree: ast.AST, calls: set[str], names: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in calls:
            yield f"line {node.lineno} calls {_called(node)}()"
        elif isinstance(node, ast.Name) and node.id in names:
            yield f"line {node.lineno} uses {node.id}"
        elif isinstance(node, ast.Attribute) and node.attr in names:
            yield f"line {node.lineno} uses .{node.attr}"
        elif isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global | ast.Nonlocal):
            yield f"line {node.lineno} is {type(node).__name__}"


def test_rules_and_projections_read_no_clock_no_chance_and_no_file() -> None:
    found = [
        f"{path}: {what}"
        for path, tree, _ in modules_under(*PURE)
        for what in _impure(tree, IMPURE_CALLS, IMPURE_NAMES)
    ]
    assert found == []


def test_contracts_read_no_clock_and_give_no_ids() -> None:
    found = [
        f"{path}: {what}"
        for path, tree, _ in modules_under("contracts/")
        for what in _impure(tree, CLOCK_AND_CHANCE, set())
    ]
    assert found == []


def test_translation_and_handling_hold_engines_but_write_no_sql() -> None:
    """They may name an engine in order to pass it on, and what goes wrong with one."""
    found = [
        f"{path}:{node.lineno} {alias.name}"
        for path, tree, _ in modules_under(*TRANSLATION)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if _names_sql(node, alias.name)
    ]
    assert found == []


def _names_sql(node: ast.Import | ast.ImportFrom, name: str) -> bool:
    origin = node.module or "" if isinstance(node, ast.ImportFrom) else name
    if origin.split(".")[0] not in {"sqlalchemy", "sqlite3", "psycopg", "alembic"}:
        return False
    return not (origin == "sqlalchemy.exc" or (origin == "sqlalchemy" and name in MAY_BE_NAMED))


def test_only_pages_that_wait_are_async() -> None:
    """Sync is the rule (docs/adr/0003); what waits or answers from memory may be async."""
    found = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree, _ in modules_under("services/", "contracts/")
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
        and not path.startswith(
            ("services/kit/", "services/registry/web/", "services/reporting/web/")
        )
        and not path.endswith("/app.py")
    ]
    assert found == []


@pytest.mark.parametrize(
    "trespass",
    [
        "from datetime import date\nTODAY = date.today()",
        "import datetime\n\ndef decide(command, state):\n    return datetime.datetime.now()",
        "import uuid\n\ndef decide(command, state):\n    return uuid.uuid4()",
        "import os\n\ndef decide(command, state):\n    return os.environ['DAY']",
        "def on(entry, event):\n    return open('table.csv')",
        "async def on(entry, event):\n    return ()",
    ],
)
def test_a_trespass_into_purity_is_noticed(trespass: str) -> None:
    assert list(_impure(ast.parse(trespass), IMPURE_CALLS, IMPURE_NAMES))
