"""Canonical bytes (RFC 8785) for our subset of JSON, and their digest."""

import hashlib
from typing import Any

import orjson

from contracts import pointer
from contracts.errors import NotCanonical

LARGEST_INTEGER = 2**53 - 1
"""Integers beyond it do not survive every JSON reader (RFC 8785 §3.2.2.3, RFC 7493 §2.2)."""
DEEPEST = 254

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)
_SCALARS = frozenset({str, bool, int, type(None)})
_CONTAINERS = frozenset({dict, list, tuple})
_Path = tuple[str | int, ...]


def canonical(value: Any) -> bytes:
    """Give the one sequence of bytes that stands for a value.

    Our subset: objects with ASCII names, arrays, strings, integers up to 2^53-1 either way,
    booleans, null. With ASCII names, order by bytes is the order that RFC 8785 asks for.

    Raises:
        NotCanonical: the value is outside the subset (a float, a larger integer, a name beyond
            ASCII, a lone surrogate, U+0000, a carriage return, another type, deeper than 254).
    """
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:
        data = b""
    has_escapes = b"\\" in data and (b"\\u0000" in data or b"\\r" in data)
    if data and not has_escapes and is_plain(value):
        return data
    fault = _first_fault(value)
    if data and fault is None:
        return data  # the escapes only looked forbidden
    path, reason = fault or ((), "a value that cannot be spelled")
    raise NotCanonical(reason, pointer=pointer.join(path))


def spell(value: Any) -> bytes:
    """Give the canonical bytes of a value that has passed the strict gate, or is made of such.

    For nothing else: what is outside the subset is not noticed here. Looking at every member
    again takes four times as long as spelling them.
    """
    return orjson.dumps(value, option=_OPTIONS)


def digest(data: bytes) -> str:
    """Give the SHA-256 of bytes as it stands in leaves and events: `sha256:<64 hex digits>`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def is_plain(value: Any, *, max_depth: int = DEEPEST) -> bool:  # noqa: C901 - one hot loop
    """Say whether nothing but our kinds occurs, texts apart, within so many levels.

    orjson alone would spell floats, and NaN as null. This is on the way of every write: level
    by level, no calls inside, text first as most values are text.
    """
    names: set[str] = set()
    level: list[Any] = [(value,)]
    for _ in range(max_depth + 1):
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                names.update(node)
                node = node.values()  # noqa: PLW2901 - the same container's children
            for child in node:
                kind = type(child)
                if kind is str:
                    continue
                if kind in _CONTAINERS:
                    below.append(child)
                elif kind is int:
                    if not -LARGEST_INTEGER <= child <= LARGEST_INTEGER:
                        return False
                elif kind is not bool and child is not None:
                    return False
        if not below:
            return "".join(names).isascii()
        level = below
    return False


def _first_fault(value: Any) -> tuple[_Path, str] | None:
    """Find the first place, in the order of the value, that stands outside the subset."""
    todo: list[tuple[_Path, Any]] = [((), value)]
    while todo:
        path, node = todo.pop()
        kind = type(node)
        if fault := _fault_of_names(node) if kind is dict else None:
            return path, fault
        if kind in _CONTAINERS:
            if len(path) >= DEEPEST:
                return path, f"deeper than {DEEPEST}"
            children = node.items() if kind is dict else enumerate(node)
            todo.extend(((*path, name), child) for name, child in reversed(list(children)))
        elif fault := _fault_of_scalar(node):
            return path, fault
    return None


def _fault_of_names(node: dict[Any, Any]) -> str | None:
    for name in node:
        if type(name) is not str or not name.isascii():
            return "a name that is not ASCII text"
        if fault := fault_of_text(name):
            return f"a name with {fault}"
    return None


def _fault_of_scalar(node: Any) -> str | None:
    if type(node) is str:
        return fault_of_text(node)
    if type(node) is int and not -LARGEST_INTEGER <= node <= LARGEST_INTEGER:
        return "an integer beyond 2^53-1"
    if type(node) is float:
        return "a number that is not an integer"
    return None if type(node) in _SCALARS else "a value that is not JSON"


def fault_of_text(text: str) -> str | None:
    """Name the character that keeps a text out of our documents; `None` if there is none."""
    if "\0" in text:
        return "U+0000"
    if "\r" in text:
        return "a carriage return"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "a lone surrogate"
    return None
