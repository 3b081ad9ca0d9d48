"""Contracts room: from the YAML that people write to the published rules; for development only."""

from pathlib import Path
from typing import Any

import yaml

from contracts.catalogue import BASE
from contracts.errors import ContractError

DATASET = f"{BASE}datasets/ruleset/1.0.0/schema.json"


def compile_ruleset(root: Path, file: Path) -> dict[str, Any]:
    """Read a version of the rules as people write it, and give it as it is published.

    Args:
        root: folder of the contracts.
        file: `<contract's folder>/rules/<x.y.z>.yaml` below it.

    Raises:
        ContractError: it cannot be read, or a rule's code stands there twice.
    """
    path = file.relative_to(root).with_suffix(".json").as_posix()
    try:
        source = yaml.safe_load(file.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: expected YAML") from error
    rules: dict[str, Any] = {}
    for row in source["rules"]:
        code = row.pop("code")
        if code in rules:
            raise ContractError(f"{path}: expected rule {code} once")
        rules[code] = _rule(row)
    return {
        "$schema": DATASET,
        "$id": BASE + path,
        "meta": source["meta"],
        "applies_to": source["applies_to"],
        "rules": rules,
        "base": source["base"],
    }


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    norm = row["norm"]
    return {
        "severity": row["severity"],
        "looks_at": row["looks_at"],
        **{
            member: {"en": " ".join(row[member].split())} for member in ("title", "text", "message")
        },
        "norm": {"citation": norm["citation"], "href": BASE + norm["at"]},
        "failing": _example(row["failing"]),
        "passing": _example(row["passing"]),
    }


def _example(row: dict[str, Any]) -> dict[str, Any]:
    """Give changes in order: what a place is to hold; `null` takes away what it holds."""
    return {
        part: [
            {"pointer": pointer, "remove": True}
            if value is None
            else {"pointer": pointer, "value": value}
            for pointer, value in row.get(part, {}).items()
        ]
        for part in ("document", "clearance", "facts")
        if row.get(part)
    }
