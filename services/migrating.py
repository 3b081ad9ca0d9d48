"""Command line: `concord migrate` brings both databases up, each by its own service's command."""

import os

import typer

from services.kit.commands import fail

app = typer.Typer(no_args_is_help=False)


@app.callback(invoke_without_command=True)
def migrate() -> None:
    """Bring the databases of REGISTRY_DATABASE_URL and REPORTING_DATABASE_URL to this release.

    One that is not set is left out. With REGISTRY_ORIGIN the log is founded, with
    REGISTRY_WRITER_ROLE that role gets what it needs, as in `registry migrate`. On PostgreSQL run
    this as the owner of the tables.
    """
    registry, reporting = (
        os.environ.get(f"{prefix}_DATABASE_URL") for prefix in ("REGISTRY", "REPORTING")
    )
    if not registry and not reporting:
        fail("set REGISTRY_DATABASE_URL or REPORTING_DATABASE_URL", status=2)
    if registry:
        from services.registry.cli import migrate as bring_up_registry  # noqa: PLC0415 - if asked

        bring_up_registry()
    if reporting:
        from services.reporting.cli import migrate as bring_up_reporting  # noqa: PLC0415 - if asked

        bring_up_reporting()
