"""What rows of every answer are made of: texts become values, keys become positions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeAlias, TypeVar

import orjson

from services.reporting.queries.reader import Reader

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
    most_opened: int | None = None
    """Entries that are opened for a signed-in reader before the page ends; `None`: no such end."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Generic[T]):
    """What is on a page, before it is shown: of other pages nothing is looked into."""

    keyed: Sequence[tuple[str, T]]
    has_more: bool
    most_opened: int | None

    @property
    def items(self) -> list[T]:
        """Give what is to be shown, in order."""
        return [one for _, one in self.keyed]

    def shown(
        self, reader: Reader | None, show: Callable[[T, Reader | None], Row], **beside: Any
    ) -> Listed:
        """Show it, as far as no more entries have to be opened than a page may.

        The first row is shown in any case: what alone has more is refused when it is opened.

        Args:
            reader: who is signed in; `None`: everybody.
            show: makes a row for a reader.
            beside: see `Listed`.
        """
        rows: list[Row] = []
        for number, (_, one) in enumerate(self.keyed):
            looking = reader and reader.apart()
            row = show(one, looking)
            if reader and looking:
                opened = reader.looked_at | looking.looked_at
                if rows and self.most_opened is not None and len(opened) > self.most_opened:
                    return Listed(rows=rows, next_after=self.keyed[number - 1][0], beside=beside)
                reader.take(looking)
            rows.append(row)
        next_after = self.keyed[-1][0] if self.has_more and self.keyed else None
        return Listed(rows=rows, next_after=next_after, beside=beside)


def take(found: Iterable[tuple[str, T]], page: Page) -> Taken[T]:
    """Take one page.

    Args:
        found: key and what it is of; a key comes once. They are put in order here, by the key's
            code points: a database's collation is not the order that cursors are compared in.
        page: from which key on, and how many.
    """
    ordered = sorted(found, key=itemgetter(0))
    wanted = [(key, one) for key, one in ordered if page.after is None or key > page.after]
    taken = wanted[: page.limit]
    return Taken(keyed=taken, has_more=len(wanted) > len(taken), most_opened=page.most_opened)


def cut(rows: Iterable[tuple[str, Row]], page: Page, **beside: Any) -> Listed:
    """Take one page of rows that are the same for every reader; see `take` and `Listed`."""
    return take(rows, page).shown(None, lambda row, _: row, **beside)
