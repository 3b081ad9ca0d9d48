"""JSON Pointers (RFC 6901): names of places in a document."""

import re
from collections.abc import Iterable
from typing import Any

from contracts.errors import ContractError


def join(tokens: Iterable[str | int]) -> str:
    """Give the pointer that leads through these names and indexes; none is the root, `""`."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.$-]{1,64}")


def join_plain(tokens: Iterable[str | int]) -> str:
    """Give the pointer for a fault: it stops before the first name that could be anything.

    Names of members are what was sent, too: an address, or a sentence, is not repeated.
    """
    plain: list[str | int] = []
    for token in tokens:
        if isinstance(token, str) and not _PLAIN_NAME.fullmatch(token):
            break
        plain.append(token)
    return join(plain)


def split(pointer: str) -> list[str]:
    """Give the names in a pointer, unescaped.

    Raises:
        ContractError: it does not begin with `/`, or has a `~` that escapes nothing.
    """
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ContractError("a JSON Pointer begins with a slash or is empty")
    tokens = pointer[1:].split("/")
    if any("~" in token.replace("~0", "").replace("~1", "") for token in tokens):
        raise ContractError("a tilde in a JSON Pointer is followed by 0 or 1")
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def find(document: Any, tokens: list[str]) -> Any:
    """Give what stands there.

    Raises:
        KeyError: nothing does.
    """
    for token in tokens:
        document = children(document)[token]
    return document


def children(node: Any) -> dict[str, Any]:
    """Give the members of an object, or the items of an array by index; a scalar has none."""
    if isinstance(node, dict):
        return node
    if isinstance(node, list | tuple):
        return {str(index): item for index, item in enumerate(node)}
    return {}


def replace(document: Any, tokens: list[str], value: Any) -> Any:
    """Give a copy in which `value` stands at the place; only the containers on the way are copied.

    Raises:
        KeyError: nothing stands there now.
    """
    if not tokens:
        return value
    token, *rest = tokens
    changed = replace(children(document)[token], rest, value)
    if isinstance(document, dict):
        return {**document, token: changed}
    index = int(token)
    return [*document[:index], changed, *document[index + 1 :]]


def match(document: Any, pattern: str) -> list[tuple[tuple[str, ...], Any]]:
    """Find every place that a pattern names: a pointer in which `*` stands for each child.

    Returns:
        The names on the way and what stands there, in the order of the document.
    """
    found: list[tuple[tuple[str, ...], Any]] = [((), document)]
    for name in split(pattern):
        found = [
            ((*path, key), child)
            for path, node in found
            for key, child in _chosen(children(node), name)
        ]
    return found


def _chosen(members: dict[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    if name == "*":
        return members.items()
    return ((name, members[name]),) if name in members else ()
