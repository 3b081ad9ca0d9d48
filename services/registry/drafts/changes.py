"""Drafts: in what a section differs from what was carried forward, place by place; pure."""

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from contracts import pointer

MOST_CHANGES = 200
"""More places than these are not listed: the section was written anew."""
_NOTHING = object()


def changes(base: Any, content: Any) -> list[dict[str, str]]:
    """List the places where content differs from its base.

    Returns:
        For each place its JSON Pointer in the section, and `added`, `removed` or `changed`; at
        most `MOST_CHANGES`, in the order of the base.
    """
    found = islice(_differences(base, content, ()), MOST_CHANGES)
    return [{"pointer": pointer.join(path), "change": change} for path, change in found]


def _differences(
    base: Any, content: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if base is _NOTHING:
        yield path, "added"
    elif content is _NOTHING:
        yield path, "removed"
    elif isinstance(base, dict) and isinstance(content, dict):
        for name in dict.fromkeys((*base, *content)):
            below = base.get(name, _NOTHING), content.get(name, _NOTHING)
            yield from _differences(*below, (*path, name))
    elif isinstance(base, list) and isinstance(content, list):
        for index, below in enumerate(zip_longest(base, content, fillvalue=_NOTHING)):
            yield from _differences(*below, (*path, index))
    elif type(base) is not type(content) or base != content:
        yield path, "changed"
