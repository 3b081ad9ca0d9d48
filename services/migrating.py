"""Command line: `concord migrate` brings both databases up, each by its own history."""

import typer

from services.kit.commands import fail, say

app = typer.Typer(no_args_is_help=False)


@app.callback(invoke_without_command=True)
def migrate() -> None:
    """Bring the databases of REGISTRY_DATABASE_URL and REPORTING_DATABASE_URL to this release.

    One that is not set is left out. On PostgreSQL run this as the owner of the tables.
    """
    import os  # noqa: PLC0415

    from migrations.environment import VARIABLES, upgrade  # noqa: PLC0415 - only when asked for

    asked = {history: os.environ.get(variable) for history, variable in VARIABLES.items()}
    if not any(asked.values()):
        fail(f"set {' or '.join(VARIABLES.values())}", status=2)
    for history, url in asked.items():
        if url:
            upgrade(history, url)
            say(f"{history}: at this release")
