"""Pure: what differs between two JSON documents, as an ordered list of changes and as JSON Patch.

The changes, made one after the other, turn the one document into the other exactly (RFC 6902).
Elements of a list that have an id of their own are recognised by it, so that a measure which moved
up or down is not said to have become another one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, TypeAlias

from services.reporting.queries.rows import Row

Path: TypeAlias = tuple[str | int, ...]
"""Names of members and places in lists, from the whole document inwards."""

IDS = (
    ("measure_id",),
    ("plan_id", "commitment_id"),
    ("plan_id",),
    ("instrument",),
    ("assistance_id",),
)
"""Members that say which one an element of a list is, the first that it has all of."""

HIDDEN = ("sealed", "restricted")
"""Members of what stands in place of a section that is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs; places in lists are as they are when its turn has come."""

    kind: Literal["added", "removed", "changed"]
    path: Path
    named: tuple[str, ...]
    """The path again, with the id of an element where it has one, in place of its number."""
    old: Any = None
    new: Any = None


def changes(old: Any, new: Any) -> Iterator[Change]:
    """Give what must be done to make `new` of `old`, in order; nothing where they are equal."""
    yield from _changes(old, new, (), ())


def patch(found: Sequence[Change]) -> list[Row]:
    """Write changes as JSON Patch (RFC 6902); each place is one that a `test` could name."""
    return [_operation(change) for change in found]


def pointer(path: Sequence[str | int]) -> str:
    """Write a path as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in path)


def element_id(element: Any) -> str | None:
    """Give the id of an element of a list; `None` where it has none."""
    if not isinstance(element, Mapping):
        return None
    return next(
        (
            "/".join(str(element[name]) for name in names)
            for names in IDS
            if element.keys() >= {*names}
        ),
        None,
    )


def is_hidden(value: Any) -> bool:
    """Say whether a value stands in place of a section that is not shown."""
    return isinstance(value, Mapping) and any(name in value for name in HIDDEN)


def _operation(change: Change) -> Row:
    at = pointer(change.path)
    match change.kind:
        case "added":
            return {"op": "add", "path": at, "value": change.new}
        case "removed":
            return {"op": "remove", "path": at}
        case "changed":
            return {"op": "replace", "path": at, "value": change.new}


def _changes(old: Any, new: Any, path: Path, named: tuple[str, ...]) -> Iterator[Change]:
    if _same(old, new):
        return
    if is_hidden(old) or is_hidden(new):  # the fields of what is not seen were not removed
        yield Change(kind="changed", path=path, named=named, old=old, new=new)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_members(old, new, path, named)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_elements(old, new, path, named)
    else:
        yield Change(kind="changed", path=path, named=named, old=old, new=new)


def _same(old: Any, new: Any) -> bool:
    """Say whether two values are one JSON value: to Python `True` is 1, to JSON it is not."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[name], new[name]) for name in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return type(old) is type(new) and bool(old == new)


def _of_members(
    old: Mapping[str, Any], new: Mapping[str, Any], path: Path, named: tuple[str, ...]
) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        inner, called = (*path, name), (*named, name)
        if name not in new:
            yield Change(kind="removed", path=inner, named=called, old=old[name])
        elif name not in old:
            yield Change(kind="added", path=inner, named=called, new=new[name])
        else:
            yield from _changes(old[name], new[name], inner, called)


def _of_elements(
    old: list[Any], new: list[Any], path: Path, named: tuple[str, ...]
) -> Iterator[Change]:
    """Walk both lists; what lies before the place of a change is as in `new` already."""
    matcher = SequenceMatcher(None, _keys(old), _keys(new), autojunk=False)
    for _, first, last, begin, end in matcher.get_opcodes():
        paired = min(last - first, end - begin)
        for step in range(paired):
            before, after = old[first + step], new[begin + step]
            place = (*path, begin + step)
            called = (*named, element_id(after) or str(begin + step))
            if element_id(before) == element_id(after):
                yield from _changes(before, after, place, called)
            else:
                yield Change(kind="changed", path=place, named=called, old=before, new=after)
        rest = begin + paired
        for gone in old[first + paired : last]:
            called = (*named, element_id(gone) or str(rest))
            yield Change(kind="removed", path=(*path, rest), named=called, old=gone)
        for number in range(rest, end):
            called = (*named, element_id(new[number]) or str(number))
            yield Change(kind="added", path=(*path, number), named=called, new=new[number])


def _keys(elements: list[Any]) -> list[str]:
    return [element_id(element) or repr(element) for element in elements]
