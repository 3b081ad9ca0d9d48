"""Command line: `concord`, which puts the commands of both services and of auditors together.

Only the part that is asked for is imported, so that `concord verify` starts without a web server.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer

PARTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "registry": ("services.registry.cli", "app", "Record: serve the log, look after it."),
        "reporting": ("services.reporting.cli", "app", "Report: project the log, answer."),
        "keys": ("services.registry.key_commands", "app", "The keys that sign checkpoints."),
        "verify": ("services.offline", "verify_app", "Check offline, against a pinned key."),
        "contracts": (
            "services.offline",
            "contracts_app",
            "Validate documents by their contracts.",
        ),
        "demo": ("services.demonstration.cli", "app", "Both services on loopback, with facts."),
        "token": (
            "services.demonstration.tokens",
            "token_app",
            "Print a token of the development issuer.",
        ),
        "development-key": (
            "services.demonstration.tokens",
            "key_app",
            "Make the key of a development issuer.",
        ),
        "migrate": ("services.migrating", "app", "Bring the databases up to this release."),
    }
)
"""By name: module, name in it of the Typer app, and the line in the help."""

BESIDE: Mapping[str, tuple[str, str]] = MappingProxyType({"verify": ("services.bulk", "app")})
"""More commands of a part, from another module: what needs a database has no place in the first."""


def make_app(wanted: str | None = None) -> typer.Typer:
    """Make the whole command line.

    Args:
        wanted: the one part to import; the others stand there by name. `None` imports all.
    """
    app = typer.Typer(
        name="concord",
        help="Register and reporting system of the Code of Conduct.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    for name, (_, _, line) in PARTS.items():
        part = _imported(name) if wanted in {None, name} else _named_only()
        app.add_typer(part, name=name, help=line)
    return app


def _imported(name: str) -> typer.Typer:
    module, attribute, _ = PARTS[name]
    part: typer.Typer = getattr(import_module(module), attribute)
    if name not in BESIDE:
        return part
    both = typer.Typer(no_args_is_help=True)
    both.add_typer(part)
    both.add_typer(getattr(import_module(BESIDE[name][0]), BESIDE[name][1]))
    return both


def _named_only() -> typer.Typer:
    part = typer.Typer()
    part.callback(invoke_without_command=True)(lambda: None)
    return part


def main() -> None:
    """Run the command that was typed."""
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    make_app(wanted)()


def __getattr__(name: str) -> Any:
    """Give `app`, everything imported, to whoever documents the commands."""
    if name == "app":
        return make_app()
    raise AttributeError(name)


if __name__ == "__main__":
    main()
