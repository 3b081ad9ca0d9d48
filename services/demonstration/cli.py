"""The command `concord demo`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(invoke_without_command=True)


@app.callback()
def demo(
    *,
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep; a second start goes on with it.")
    ] = None,
    registry_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of the registry.")
    ] = 8711,
    reporting_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of reporting.")
    ] = 8712,
    once: Annotated[bool, typer.Option("--once", help="End after the print-out.")] = False,
) -> None:
    """Run both services on loopback with real facts, and show what comes out."""
    from services.demonstration.run import run  # noqa: PLC0415 - the help needs none of it
    from services.demonstration.sending import Failed  # noqa: PLC0415 - likewise

    is_sized = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console(width=None if is_sized else 140)
    try:
        run(
            data=data,
            registry_port=registry_port,
            reporting_port=reporting_port,
            once=once,
            console=console,
        )
    except Failed as error:
        Console(stderr=True).print(f"concord demo: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
