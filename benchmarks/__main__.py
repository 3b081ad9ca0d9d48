"""Benchmarks: `python -m benchmarks [names…] [--write] [--million]`: measure, show, write down."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from benchmarks import (
    aggregating,
    appending,
    memory,
    reading,
    rebuilding,
    serving,
    slow_disk,
    submission,
)
from benchmarks.measuring import Line, Told
from benchmarks.presenting import NoPlace, as_table, machine, sync_milliseconds, write
from services.kit.collector import relax_collector
from services.kit.logs import set_up_logs

Run: TypeAlias = Callable[[Told, Path], Iterator[Line]]

BENCHMARKS: Mapping[str, tuple[str, Run]] = {
    "submission": ("POST of a report", lambda told, _: submission.run(told)),
    "reading": ("Feed read by a consumer", reading.run),
    "rebuilding": ("Rebuild of the projections", rebuilding.run),
    "aggregating": ("Aggregates", aggregating.run),
    "serving": ("Hot answers over HTTP", serving.run),
    "appending": ("Appends", appending.run),
    "slow-disk": ("Appends on a slow disk", lambda told, _: slow_disk.run(told)),
    "memory": ("Memory", memory.run),
}
MILLION = "million"


def main(
    names: Annotated[list[str] | None, typer.Argument(help="which; none: all of them")] = None,
    *,
    write_down: Annotated[
        bool, typer.Option("--write", help="put the tables into docs/benchmarks.md")
    ] = False,
    million: Annotated[
        bool, typer.Option("--million", help="memory: with a million entries, which takes long")
    ] = False,
) -> None:
    """Measure speed and memory as ratios to a limit measured in the same run."""
    console = Console(stderr=True)
    chosen = names or list(BENCHMARKS)
    if unknown := [name for name in chosen if name not in BENCHMARKS]:
        console.print(f"expected some of {', '.join(BENCHMARKS)}, got {', '.join(unknown)}")
        raise typer.Exit(2)
    results, sync = _measure(chosen, console, million=million)
    lines = [one for found in results.values() for one in found]
    for name, found in results.items():
        Console().print(as_table(BENCHMARKS[name.removesuffix(f"-{MILLION}")][0], found))
    misses = sum(one.verdict == "miss" for one in lines)
    aims = sum(one.aim is not None for one in lines)
    console.print(f"{aims} aims, {misses} missed; the disk takes {sync:.1f} ms to sync")
    if write_down:
        try:
            day = datetime.now(UTC).date()
            write(results, f"{machine()}, {sync:.1f} ms to sync the disk; {day}")
        except NoPlace as error:
            console.print(str(error))
            raise typer.Exit(1) from None


def _measure(
    chosen: Sequence[str], console: Console, *, million: bool
) -> tuple[dict[str, Sequence[Line]], float]:
    """Give the results by name, and how long the disk took to sync, in milliseconds."""
    results: dict[str, Sequence[Line]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="concord-bench-") as temporary,
        (Path(temporary) / "log").open("w") as log,
        Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
        ) as progress,
    ):
        set_up_logs("benchmarks", stream=log)
        sync = sync_milliseconds(Path(temporary))
        relax_collector()  # as the services' processes do; it is for the limits as well
        for name in chosen:
            began = perf_counter()
            title, run = BENCHMARKS[name]
            if name == "memory" and million:
                name, run = f"{name}-{MILLION}", partial(memory.run, million=True)  # noqa: PLW2901
            folder = Path(temporary) / name
            folder.mkdir()
            task = progress.add_task(title)
            results[name] = list(run(_teller(progress, task, title), folder))
            told = f"{title}: {perf_counter() - began:.0f} s"
            progress.update(task, description=told, completed=1, total=1)
    return results, sync


def _teller(progress: Progress, task: TaskID, title: str) -> Told:
    return lambda what, done, total: progress.update(
        task, description=f"{title}: {what}", completed=done, total=total
    )


if __name__ == "__main__":
    typer.run(main)
    sys.exit()
