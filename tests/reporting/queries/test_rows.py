"""Pages: whatever order a database gives rows in, following the cursor gives each once."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from contracts.authority.actor import Actor
from contracts.authority.policy import Resource
from contracts.authority.standing import Facts
from contracts.authority.table import READ
from services.reporting.queries.reader import Reader, Sealed
from services.reporting.queries.rows import Listed, Page, Row, cut, take
from tests.reporting.answering import NOW

SECRETARIAT = Actor(id="sec-1", role="secretariat", party=None, scopes=frozenset({READ}))


def test_pages_are_whole_whatever_the_order_of_the_rows() -> None:
    by_collation = ["2026-A", "2026A", "2026-B", "A-1", "A1", "A-2"]
    keyed = [(key, {"key": key}) for key in by_collation]
    seen: list[str] = []
    after: str | None = None
    while True:
        page = cut(keyed, Page(limit=2, after=after))
        seen += [row["key"] for row in page.rows]
        if (after := page.next_after) is None:
            break
    assert seen == sorted(by_collation)


def looking(opened: Sequence[int] = ()) -> Reader:
    """The secretariat, to whom what some entries have was disclosed."""
    told = {str(position): "told" for position in opened}
    return Reader(actor=SECRETARIAT, facts=Facts(today=NOW.date(), standing=None), opened=told)


def a_page(rows: Sequence[Sequence[int]], page: Page, reader: Reader) -> Listed:
    """Rows by number, each with the positions of the entries that are sealed in it."""

    def show(number: int, reader: Reader | None) -> Row:
        assert reader is not None
        for at in rows[number]:
            reader.look(Sealed(position=at, name="/x", seal=str(at), resource=Resource()))
        return {"number": number}

    keyed = [(f"{number:03}", number) for number in range(len(rows))]
    return take(keyed, page).shown(reader, show)


@given(
    rows=st.lists(st.lists(st.integers(1, 40), max_size=6), max_size=20),
    limit=st.integers(1, 8),
    most=st.integers(1, 8),
)
def test_a_readers_pages_have_each_row_once_and_open_no_more_than_a_page_may(
    rows: list[list[int]], limit: int, most: int
) -> None:
    seen: list[int] = []
    after: str | None = None
    while True:
        first, page = looking(), Page(limit=limit, after=after, most_opened=most)
        found = a_page(rows, page, first)
        numbers = [row["number"] for row in found.rows]
        sealed = {at for number in numbers for at in rows[number]}
        assert len(numbers) <= limit
        assert len(sealed) <= most or len(numbers) == 1
        assert set(first.positions) == sealed, "of what is not on the page nothing is asked for"
        second = looking(opened=sorted(sealed)[::2])  # the registry may disclose less
        assert a_page(rows, page, second) == found
        assert second.looked_at == sealed
        seen += numbers
        if (after := found.next_after) is None:
            break
    assert seen == list(range(len(rows)))
