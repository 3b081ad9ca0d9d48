"""Benchmarks: results as a table on the terminal, and as tables in docs/benchmarks.md."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.table import Table

from benchmarks.measuring import Line

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
SYNCS = 100
STYLES = {"pass": "green", "miss": "bold red", "": "dim"}
HEAD = ("what", "limit beside it", "aim", "ratio", "lowest to highest", "ours", "limit", "")


class NoPlace(Exception):
    """The document has no place for a table."""


def as_table(title: str, lines: Sequence[Line]) -> Table:
    """Make the terminal's table."""
    table = Table(title=title, title_justify="left", show_lines=True)
    for name in ("", "ratio", "aim", "figures", "what"):
        table.add_column(name, no_wrap=name in {"", "ratio", "aim"})
    for one in lines:
        what, beside, aim, ratio, spread, ours, limit, verdict = _cells(one)
        figures = f"{ours}\n{limit}\n{spread}"
        style = STYLES[verdict]
        table.add_row(verdict, ratio, aim, figures, f"{what}\nbeside: {beside}", style=style)
    return table


def as_markdown(lines: Sequence[Line]) -> str:
    """Make a document's table."""
    rows = [HEAD, ("---",) * len(HEAD), *map(_cells, lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def write(results: dict[str, Sequence[Line]], measured_on: str, document: Path = DOCUMENT) -> None:
    """Put tables into their places: between `<!-- results: name -->` and `<!-- end -->`.

    Raises:
        NoPlace: the document has none of that name.
    """
    text = document.read_text(encoding="utf-8")
    for name, lines in results.items():
        place = re.compile(rf"(<!-- results: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        found = place.search(text)
        if found is None:
            raise NoPlace(f"{document.name} has no place for the results of {name}")
        made = f"{as_markdown(lines)}\n\nMeasured on {measured_on}.\n"
        text = text[: found.end(1)] + made + text[found.start(2) :]
    document.write_text(text, encoding="utf-8")


def machine() -> str:
    """Say what kind of machine this is, and nothing that would name it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {memory:.0f} GiB"


def sync_milliseconds(folder: Path) -> float:
    """Say how long the disk takes to sync 8 KiB, which decides what a commit costs."""
    taken = []
    descriptor = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY)
    try:
        for number in range(SYNCS):
            os.pwrite(descriptor, os.urandom(8192), 8192 * number)
            began = perf_counter()
            os.fsync(descriptor)
            taken.append(perf_counter() - began)
    finally:
        os.close(descriptor)
    return median(taken) * 1e3


def _cells(one: Line) -> tuple[str, ...]:
    unit = f" {one.unit}" if one.unit else ""
    return (
        one.what,
        one.beside,
        one.aim.text() if one.aim else "",
        f"{_figure(one.ratio)}{unit}",
        "one run" if one.low == one.high else f"{_figure(one.low)} to {_figure(one.high)}",
        one.ours,
        one.limit,
        one.verdict,
    )


def _figure(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"
