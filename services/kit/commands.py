"""Kit: how commands talk: data on standard output, words and progress on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

DONE, REFUSED, MISUSED = 0, 1, 2
"""Exit statuses: done; refused, failed or not verified; called wrongly."""


def say(text: str) -> None:
    """Tell a person something, on standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - commands speak


def give(value: object) -> None:
    """Write one value as a line of JSON on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def fail(text: str, *, status: int = REFUSED) -> NoReturn:
    """End the command with a reason on standard error.

    Raises:
        typer.Exit: always.
    """
    say(f"concord: {text}")
    raise typer.Exit(status)


@contextmanager
def telling(*expected: type[Exception]) -> Iterator[None]:
    """Turn expected errors into a reason and status 1; anything else is a bug and shows as one."""
    try:
        yield
    except expected as error:
        fail(str(error))


@contextmanager
def written(file: Path | None) -> Iterator[BinaryIO]:
    """Give a new file to write to, or standard output; what the disk refuses ends the command.

    Args:
        file: that is not there yet; `None`: standard output.

    Raises:
        typer.Exit: it is there, cannot be made, or the disk takes no more.
    """
    if file is None:
        yield sys.stdout.buffer
        return
    try:
        with file.open("xb") as out:
            yield out
    except FileExistsError:
        fail(f"{file} is there already")
    except OSError as error:
        fail(f"{file}: {error.strerror}", status=MISUSED)


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while a person watches; give what moves it.

    Args:
        title: what is being done.
        total: how many there are; `None` if nobody knows.

    Yields:
        A function to be called with how many are done.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
