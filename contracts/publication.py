"""Contracts room: `python -m contracts.publication [--check]` writes index, lock, sealed forms."""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from contracts.canonical import digest
from contracts.catalogue import BASE, ROOT, version_key
from contracts.derivation import sealed_form, sections_of
from contracts.errors import ContractError

_RECORDED = {"events", "reports"}
"""Kinds of contracts whose documents stand in the log; only these have sealed forms."""

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit status: 0 done or up to date, 1 refused or out of date."""
    parser = argparse.ArgumentParser(prog="contracts.publication", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if stale")
    parser.add_argument(
        "--unreleased", action="store_true", help="let locked versions change: before a release"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the contracts")
    given = parser.parse_args(arguments)
    try:
        problems = publish(given.root, check=given.check, unreleased=given.unreleased)
    except ContractError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201 - this is what the command says
    return 1 if problems else 0


def publish(root: Path, *, check: bool = False, unreleased: bool = False) -> list[str]:
    """Write what is generated, or compare it with what is there.

    Args:
        root: the folder of the contracts.
        check: compare, write nothing.
        unreleased: accept that a locked version changed.

    Returns:
        What is wrong, one line each; nothing is written if there is any.

    Raises:
        ContractError: a file cannot be published as it is.
    """
    rules = _rules(root)
    sources = _read(root, rules)
    forms = _sealed_forms(sources)
    index = _index(root, sources, forms)
    written = {path: _read_bytes(root / path) for path in sources if path not in rules}
    locked = _lock(index, {**written, **rules, **forms})
    generated = {**rules, **forms, "index.json": _json(index), "lock.json": _json(locked)}
    problems = [] if unreleased and not check else _changed(root, locked)
    if check:
        problems += _stale(root, generated)
    elif not problems:
        for path, content in generated.items():
            (root / path).write_bytes(content)
    return problems


def _rules(root: Path) -> dict[str, bytes]:
    """Compile the rules that people write as YAML, by the path at which they are published."""
    files = sorted(root.glob("reports/*/rules/*.yaml"))
    if not files:
        return {}
    # Only here: whoever merely uses the contracts has no YAML.
    from contracts.rules.source import compile_ruleset  # noqa: PLC0415

    return {
        file.relative_to(root).with_suffix(".json").as_posix(): _json(compile_ruleset(root, file))
        for file in files
    }


def _read(root: Path, rules: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Read schemas and documents by path; sealed forms and examples are not sources."""
    sources = {}
    paths = {file.relative_to(root).as_posix() for file in root.rglob("*.json")}
    for path in sorted(paths | rules.keys()):
        name = path.rpartition("/")[2]
        if name == "schema.json" or _VERSION.fullmatch(name.removesuffix(".json")):
            sources[path] = orjson.loads(rules.get(path) or _read_bytes(root / path))
            if sources[path].get("$id") != BASE + path:
                raise ContractError(f"{path}: expected the $id {BASE}{path}")
            if "$schema" not in sources[path]:
                raise ContractError(f"{path}: expected a $schema that names its contract")
    return sources


def _sealed_forms(sources: Mapping[str, dict[str, Any]]) -> dict[str, bytes]:
    forms = {}
    for path, schema in _schemas(sources):
        recorded = _parts(path.removesuffix("/schema.json"))[0] in _RECORDED
        sealed = sealed_form(schema, _lookup(sources)) if recorded else None
        if sealed is not None:
            forms[path.removesuffix("schema.json") + "sealed.json"] = _json(sealed)
    return forms


def _schemas(sources: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((path, schema) for path, schema in sources.items() if path.endswith("/schema.json"))


def _lookup(sources: Mapping[str, dict[str, Any]]) -> Any:
    by_id = {schema["$id"]: schema for _, schema in _schemas(sources)}
    return by_id.get


def _index(
    root: Path, sources: Mapping[str, dict[str, Any]], forms: Mapping[str, bytes]
) -> dict[str, Any]:
    lifecycle = orjson.loads((root / "lifecycle.json").read_bytes())
    contracts, documents, definitions = [], [], []
    for path, source in sources.items():
        identifier = source["$id"]
        life = {**lifecycle["default"], **lifecycle["exceptions"].get(identifier, {})}
        if path.startswith("common/"):
            definitions.append(identifier)
        elif path.endswith("/schema.json"):
            row = _contract_row(path, source, forms, lifecycle["modes"])
            sections = sections_of(source, _lookup(sources)) if row["sealed_id"] else ()
            row["sections"] = [asdict(section) for section in sections]
            contracts.append(row | life)
        else:
            documents.append(_document_row(path, source) | life)
    _check_named_contracts(documents, contracts)
    return {
        "contracts": sorted(contracts, key=_order),
        "documents": sorted(documents, key=_order),
        "definitions": sorted(definitions),
    }


def _order(row: Mapping[str, Any]) -> Any:
    return row["kind"], row["name"], version_key(row["version"])


def _contract_row(
    path: str, source: Mapping[str, Any], forms: Mapping[str, bytes], modes: Mapping[str, str]
) -> dict[str, Any]:
    folder = path.removesuffix("/schema.json")
    kind, name, version = _parts(folder)
    if kind not in modes:
        raise ContractError(f"{path}: expected one of the kinds {', '.join(modes)}")
    sealed = f"{folder}/sealed.json"
    row = {"id": source["$id"], "path": folder, "kind": kind, "name": name, "version": version}
    return row | {"mode": modes[kind], "sealed_id": BASE + sealed if sealed in forms else None}


def _document_row(path: str, source: Mapping[str, Any]) -> dict[str, Any]:
    kind, name, version = _parts(path.removesuffix(".json"))
    row = {"id": source["$id"], "path": path, "kind": kind, "name": name, "version": version}
    return row | {"contract": source["$schema"]}


def _parts(path: str) -> tuple[str, str, str]:
    """Take a path apart into kind, name and version; a name may have folders in it."""
    kind, *name, version = path.split("/")
    if not name or not _VERSION.fullmatch(version):
        raise ContractError(f"{path}: expected <kind>/<name>/<x.y.z>")
    return kind, "/".join(name), version


def _check_named_contracts(
    documents: list[dict[str, Any]], contracts: list[dict[str, Any]]
) -> None:
    known = {row["id"] for row in contracts}
    for row in documents:
        if row["contract"] not in known:
            raise ContractError(f"{row['path']}: its $schema names no contract of ours")


def _lock(index: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, str]:
    """Give the digest of every published file; drafts may still change."""
    drafts = {
        row["path"]
        for row in (*index["contracts"], *index["documents"])
        if row["status"] == "draft"
    }
    return {
        path: digest(content)
        for path, content in sorted(files.items())
        if path not in drafts and path.rpartition("/")[0] not in drafts
    }


def _changed(root: Path, locked: Mapping[str, str]) -> list[str]:
    file = root / "lock.json"
    before = orjson.loads(file.read_bytes()) if file.exists() else {}
    return [
        f"{path}: published as {was}, now {locked.get(path, 'gone')}; "
        "a published version never changes: make a new version beside it"
        for path, was in before.items()
        if locked.get(path) != was
    ]


def _stale(root: Path, generated: Mapping[str, bytes]) -> list[str]:
    stale = [
        path
        for path, content in generated.items()
        if not (root / path).exists() or _read_bytes(root / path) != content
    ]
    forms = {file.relative_to(root).as_posix() for file in root.rglob("sealed.json")}
    return [f"{path}: out of date; run `make contracts`" for path in stale] + [
        f"{path}: nothing is sealed in schema.json beside it; remove it"
        for path in sorted(forms - generated.keys())
    ]


def _read_bytes(file: Path) -> bytes:
    return file.read_bytes()


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    sys.exit(main())
