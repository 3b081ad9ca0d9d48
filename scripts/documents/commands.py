"""Documents: every command of `concord`, from its own help."""

from collections.abc import Iterator
from typing import Any

import typer

from scripts.documents.markdown import code, page, table

INTRODUCTION = """\
What operators and auditors type. Each command ends with status 0 when it did what it was asked, 1
when something was refused or did not verify, 2 when it was called wrongly. Settings come from the
environment ([settings](settings.md))."""


def commands_page() -> str:
    """Write docs/commands.md."""
    from services.cli import app  # noqa: PLC0415 - the other pages need no command line

    return page("Commands", INTRODUCTION, *_sections(typer.main.get_command(app), ["concord"]))


def command_names() -> list[str]:
    """Every command that does something, as it is typed."""
    from services.cli import app  # noqa: PLC0415 - as above

    return [" ".join(path) for path, _ in _leaves(typer.main.get_command(app), ["concord"])]


def _sections(command: Any, path: list[str]) -> Iterator[str]:
    for full, leaf in _leaves(command, path):
        name = " ".join(full)
        yield f"## {name}"
        yield "\n\n".join(
            " ".join(part.split()) for part in (leaf.help or "").replace("\f", "").split("\n\n")
        )
        rows = [_parameter(each) for each in leaf.params if each.name != "help"]
        if rows:
            yield table(["argument or option", "default", "meaning"], rows)


def _leaves(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
    """Groups have members; commands have none. Hidden ones are for ourselves."""
    members = getattr(command, "commands", {})
    if not members or command.invoke_without_command:
        yield path, command
    for name, member in members.items():
        if not member.hidden:
            yield from _leaves(member, [*path, name])


def _parameter(parameter: Any) -> list[str]:
    if parameter.param_type_name == "argument":
        name = code(parameter.name.upper())
    else:
        name = code(" / ".join([*parameter.opts, *parameter.secondary_opts]))
    default = parameter.default
    if parameter.required:
        shown = "must be given"
    elif default in (None, [], ()) or callable(default):
        shown = ""
    else:
        shown = code(str(default).lower() if isinstance(default, bool) else str(default))
    meaning = getattr(parameter, "help", None) or ""
    if parameter.envvar:
        names = parameter.envvar
        spelt = " or ".join(map(code, [names] if isinstance(names, str) else names))
        meaning += f" Or in the environment: {spelt}."
    return [name, shown, meaning]
