"""Pages: whatever order a database gives rows in, following the cursor gives each once."""

from services.reporting.queries.rows import Page, cut


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
