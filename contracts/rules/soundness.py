"""Contracts room: what of a faulty document is sound, so that rules can run on that much of it."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from contracts.faults import Fault
from contracts.pointer import split

Tokens: TypeAlias = tuple[str, ...]

_OF_OBJECTS = frozenset({"plans", "treaties", "measures"})
"""Lists whose items are named by their index; a faulty item leaves its place empty."""


def sound_part(document: Any, faults: Iterable[Fault]) -> dict[str, Any]:
    """Give a copy without what is faulty; what is in it follows the contract, but may lack a lot.

    Args:
        document: parsed JSON, of whatever kind.
        faults: all of them.
    """
    sound: Any = {"": deepcopy(document)}
    for fault in faults:
        _take_out(sound, ("", *split(fault.pointer)))
    found = sound.get("")
    return found if isinstance(found, dict) else {}


def _take_out(document: Any, tokens: Sequence[str]) -> None:
    """Take out the member that holds the place; where nothing stands there is nothing to do."""
    node, holder, name = document, None, ""
    for token in tokens:
        if isinstance(node, dict):
            if token not in node:
                return
            holder, name, node = node, token, node[token]
        elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
            if name in _OF_OBJECTS and token == tokens[-1]:
                node[int(token)] = {}
                return
            node = node[int(token)]
        else:
            break
    if holder is not None:
        holder.pop(name, None)


def meets(place: Tokens, pattern: Tokens) -> bool:
    """Say whether one of the two leads to or into the other.

    Args:
        place: names on the way.
        pattern: likewise, with `*` for any name; an empty name at its end stands for the names in
            there, whatever they hold.
    """
    if not pattern[-1]:
        pattern = pattern[:-1]
        if len(place) > len(pattern) + 1:
            return False
    for ours, theirs in zip(pattern, place, strict=False):  # noqa: SIM110  a third of the time
        if ours not in ("*", theirs):
            return False
    return True
