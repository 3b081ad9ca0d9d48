"""Contracts room: examples of rules: changes to one report in which there is nothing to find."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from contracts.pointer import split
from contracts.rules.facts import Facts, facts_from
from contracts.rules.reading import Clearance
from contracts.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What is examined."""

    document: dict[str, Any]
    clearance: Clearance
    facts: Facts


def example(published: Ruleset, changes: Mapping[str, Any]) -> Example:
    """Make an example out of the base and its changes; no changes give the base itself."""
    made = {
        part: _changed(published.base[part], changes.get(part, ()))
        for part in ("document", "clearance", "facts")
    }
    return Example(
        document=made["document"],
        clearance=Clearance(**made["clearance"]),
        facts=facts_from(made["facts"]),
    )


def _changed(base: Any, changes: Sequence[Mapping[str, Any]]) -> Any:
    changed = deepcopy(base)
    for change in changes:
        *way, last = split(change["pointer"])
        node = changed
        for name in way:
            node = node[int(name)] if isinstance(node, list) else node[name]
        if isinstance(node, list):
            _in_list(node, last, change)
        elif change.get("remove"):
            del node[last]
        else:
            node[last] = deepcopy(change["value"])
    return changed


def _in_list(node: list[Any], last: str, change: Mapping[str, Any]) -> None:
    """Change an item; `-` is the place after the last, as in JSON Patch (RFC 6902)."""
    if change.get("remove"):
        del node[int(last)]
    elif last == "-":
        node.append(deepcopy(change["value"]))
    else:
        node[int(last)] = deepcopy(change["value"])
