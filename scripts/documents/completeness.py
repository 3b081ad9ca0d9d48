"""Documents: of every event, whether all is there that makes it real; read from the code.

A blank fails `make check`. Modules are read as syntax, routes and projections as the running
services have them.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from contracts.catalogue import ROOT as CONTRACTS
from contracts.catalogue import contract
from contracts.events import EVENT_CLASSES
from scripts.documents.markdown import code, page, table
from services.registry.app import ROUTERS
from services.registry.domain.refusals import REFUSALS
from services.reporting.projections.catalogue import CALLED_ON

ROOT = CONTRACTS.parent
DOMAIN = sorted((ROOT / "services" / "registry" / "domain").glob("*.py"))
COLUMNS = ("contract", "decider", "route", "projection", "query", "example", "refusal")

INTRODUCTION = """\
Every event of the register, and what makes it real. *contract*: valid and invalid examples beside
the schema. *decider*: the module of rules that lets it happen. *route*: the write that asks for it.
*projection*: what reporting makes of it. *query*: the module of questions that reads what was made.
*example*: given-when-then in the tests of the rules. *refusal*: how many ways to say no its decider
has, each shown by an example. The table is made from the code; a blank fails `make check`."""


def completeness_page() -> str:
    """Write docs/completeness.md."""
    rows = [[code(wire), *(cells[column] for column in COLUMNS)] for wire, cells in completeness()]
    return page("Completeness", INTRODUCTION, table(["event", *COLUMNS], rows))


def blanks() -> list[str]:
    """Name what is missing, one line each."""
    return [
        f"{wire} has no {column}"
        for wire, cells in completeness()
        for column in COLUMNS
        if not cells[column]
    ]


def completeness() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give each event with a cell per column; an empty cell is a blank."""
    deciders, routes, queries = _deciders(), _routes(), _queries()
    tested = _names_in(ROOT / "tests" / "registry" / "domain", "test_*.py")
    shown = _refusals_shown()
    for wire, event_class in EVENT_CLASSES.items():
        name = event_class.__name__
        modules = deciders.get(name, {})
        projections = CALLED_ON[wire]
        tables = {each.name for projection in projections for each in projection.tables}
        refusals = set().union(*modules.values()) if modules else set()
        yield (
            wire,
            {
                "contract": _contract(wire),
                "decider": ", ".join(sorted(modules)),
                "route": ", ".join(code(route) for route in sorted(routes.get(wire, ()))),
                "projection": ", ".join(projection.name for projection in projections),
                "query": ", ".join(sorted(m for m, read in queries.items() if read & tables)),
                "example": "yes" if {name, wire.replace("-", "_")} & tested else "",
                "refusal": str(len(refusals)) if refusals and refusals <= shown else "",
            },
        )


def _contract(wire: str) -> str:
    one = contract(f"events/{wire}")
    folder = CONTRACTS / one.path / "examples"
    has = all(any((folder / verdict).glob("*.json")) for verdict in ("valid", "invalid"))
    return one.version if has else ""


def _deciders() -> dict[str, dict[str, AbstractSet[str]]]:
    """Give, by event class, the modules of rules that speak of it, each with its refusals."""
    found: defaultdict[str, dict[str, AbstractSet[str]]] = defaultdict(dict)
    classes = {each.__name__ for each in EVENT_CLASSES.values()}
    codes = {kind.__name__ for kind in REFUSALS.values()}
    domain = {file.stem: ast.parse(file.read_text(encoding="utf-8")) for file in DOMAIN}
    checks = {
        node.name: _names(node) & codes
        for tree in domain.values()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    for module, tree in domain.items():
        named = _names(tree)
        if "DECIDER" not in named or "ruling_by" not in named:
            continue
        refusals = (named & codes).union(*(checks.get(name, set()) for name in named))
        for name in classes & named:
            found[name][module] = refusals
    return dict(found)


def _routes() -> dict[str, set[str]]:
    """Give, by event, the routes of the registry that may record it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for router in ROUTERS:
        for route in router.routes:
            for wire in (getattr(route, "openapi_extra", None) or {}).get("x-events", ()):
                found[wire].add(f"POST {getattr(route, 'path', '')}")
    return dict(found)


def _queries() -> dict[str, set[str]]:
    """Give, by module of questions, the tables of projections that it reads."""
    names = {
        each.name: each.name
        for projections in CALLED_ON.values()
        for projection in projections
        for each in projection.tables
    }
    return {
        file.stem: {names[name] for name in _names(ast.parse(file.read_text())) if name in names}
        for file in (ROOT / "services" / "reporting" / "queries").glob("*.py")
    }


def _refusals_shown() -> set[str]:
    """Name the refusals that some example of the rules ends in, itself or by its parameters."""
    found: set[str] = set()
    for file in (ROOT / "tests" / "registry" / "domain").glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and {"then_refused", "raises"} & _names(node):
                found |= _names(node)
    return found


def _names_in(folder: Path, pattern: str) -> set[str]:
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in folder.glob(pattern))
    return set().union(*map(_names, trees))


def _names(tree: ast.AST) -> set[str]:
    return {
        _name(node) for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)
    } | {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case _:
            return ""
