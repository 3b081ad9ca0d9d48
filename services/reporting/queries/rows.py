"""What rows of every answer are made of: texts become values, keys become positions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

import orjson

T = TypeVar("T")
MOST_AT_ONCE = 10_000
"""Values that are asked for in one statement."""
Row: TypeAlias = dict[str, Any]
"""One row of an answer, ready to be rendered."""

ASSERTED_BY: Mapping[str, str] = {
    "submission": "participant",
    "illustrative_compilation": "system",
}
"""Who speaks in a document or plan, by its origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a list are asked for, in the list's own order."""

    limit: int
    after: str | None = None
    """Key of the last row of the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of rows."""

    rows: Sequence[Row]
    next_after: str | None
    """Key to ask the next page with; `None` on the last."""
    beside: Mapping[str, Any]
    """What stands beside the rows, counted over the whole list."""


def decoded(text: str | None) -> Any:
    """Read a value that a projection kept as JSON text."""
    return None if text is None else orjson.loads(text)


def positions(*found: int | None) -> list[int]:
    """Give the positions an answer rests on: each once, in order."""
    return sorted({position for position in found if position is not None})


def some_at_a_time(values: Iterable[T]) -> Iterator[list[T]]:
    """Give values in as many statements as it takes: databases take only so many parameters."""
    wanted = list(values)
    for start in range(0, len(wanted), MOST_AT_ONCE):
        yield wanted[start : start + MOST_AT_ONCE]


def cut(rows: Iterable[tuple[str, Row]], page: Page, **beside: Any) -> Listed:
    """Take one page of keyed rows.

    Args:
        rows: key and row; a key comes once. They are put in order here, by the key's code
            points: a database's collation is not the order that cursors are compared in.
        page: from which key on, and how many.
        beside: see `Listed`.
    """
    ordered = sorted(rows, key=itemgetter(0))
    wanted = [(key, row) for key, row in ordered if page.after is None or key > page.after]
    taken = wanted[: page.limit]
    more = len(wanted) > len(taken)
    return Listed(
        rows=[row for _, row in taken],
        next_after=taken[-1][0] if more and taken else None,
        beside=beside,
    )
