"""Benchmarks: results stand in their places of the document, and nothing else changes there."""

from pathlib import Path

import pytest

from benchmarks.measuring import FOLD, Aim, Line
from benchmarks.presenting import DOCUMENT, NoPlace, as_markdown, write

LINE = Line(
    what="append",
    beside="bare insert",
    ours="6 rows/s",
    limit="10 rows/s",
    ratio=0.6,
    low=0.5,
    high=0.75,
    aim=Aim(">=", 0.6),
)
FOLD_LINE = Line(
    what="append",
    beside="one by one",
    ours="120 rows/s",
    limit="10 rows/s",
    ratio=12.0,
    low=12.0,
    high=12.0,
    aim=Aim(">", 20, FOLD),
    unit=FOLD,
)


def test_a_table_names_ratio_aim_spread_both_figures_and_the_verdict() -> None:
    _, _, first, second = as_markdown([LINE, FOLD_LINE]).splitlines()
    assert first == (
        "| append | bare insert | ≥ 0.6 | 0.60 | 0.50 to 0.75 | 6 rows/s | 10 rows/s | pass |"
    )
    assert second == (
        f"| append | one by one | > 20 {FOLD} | 12.0 {FOLD} | one run | 120 rows/s | 10 rows/s |"
        " miss |"
    )


def test_only_the_named_place_is_written(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(
        "before\n<!-- results: a -->\nold\n<!-- end -->\n<!-- results: b -->\nkept\n<!-- end -->\n"
    )
    write({"a": [LINE]}, "2 cores", document)
    text = document.read_text()
    assert text == (
        f"before\n<!-- results: a -->\n{as_markdown([LINE])}\n\nMeasured on 2 cores.\n"
        "<!-- end -->\n<!-- results: b -->\nkept\n<!-- end -->\n"
    )
    with pytest.raises(NoPlace, match="no place for the results of c"):
        write({"c": [LINE]}, "2 cores", document)


def test_the_page_has_a_place_for_every_benchmark() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in (
        *("submission", "reading", "rebuilding", "serving", "appending", "slow-disk"),
        *("memory", "memory-million"),
    ):
        assert text.count(f"<!-- results: {name} -->") == 1
