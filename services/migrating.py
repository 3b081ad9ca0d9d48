"""Command line: `concord migrate` brings both databases up, each by its own service's command."""

import os

import typer

from services.kit.addresses import are_of_one_database
from services.kit.commands import fail
from services.kit.settings import SettingsRefused, read_settings

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
    if registry and reporting:
        _check_both()
    if registry:
        from services.registry.cli import migrate as bring_up_registry  # noqa: PLC0415 - if asked

        bring_up_registry()
    if reporting:
        from services.reporting.cli import migrate as bring_up_reporting  # noqa: PLC0415 - if asked

        bring_up_reporting()


def _check_both() -> None:
    """Refuse, before either database is changed, what is wrong with the settings of one of them."""
    from services.registry.settings import MigrationSettings  # noqa: PLC0415 - if asked
    from services.reporting.settings import ReportingSettings  # noqa: PLC0415 - if asked

    try:
        registry = read_settings(MigrationSettings).database_url
        reporting = read_settings(ReportingSettings).database_url
    except SettingsRefused as error:
        fail(str(error), status=2)
    if are_of_one_database(registry, reporting):
        fail(
            "REPORTING_DATABASE_URL: this is the registry's database, as REGISTRY_DATABASE_URL"
            " says; each service needs one of its own",
            status=2,
        )
