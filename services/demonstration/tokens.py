"""The commands `concord token` and `concord development-key`, for demonstrations and trials."""

import re
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from services.demonstration.fictitious import SECRETARIAT, drafter_id, focal_point_id
from services.demonstration.folder import SCOPES
from services.kit.clock import utc_now
from services.kit.commands import MISUSED, fail, say
from services.kit.development import (
    make_development_key,
    read_development_key,
    write_development_key,
)
from services.kit.settings import SettingsRefused

token_app = typer.Typer(invoke_without_command=True)
key_app = typer.Typer(invoke_without_command=True)

_FOR_A_PARTICIPANT = re.compile(r"(focal-point|drafter):([A-Z]{3}|ORG-[A-Z0-9]{2,12})")
_ALONE = {"secretariat": SECRETARIAT, "auditor": "auditor-1", "operator": "operator-1"}
_ACTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{2,63}")
_SCOPE = re.compile(r"[!#-\[\]-~]{1,64}")


@token_app.callback()
def token(
    role: Annotated[
        str,
        typer.Option(
            "--as",
            help="focal-point:<code>, drafter:<code>, secretariat, auditor or operator.",
        ),
    ],
    key: Annotated[
        Path,
        typer.Option(
            envvar=[
                "REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE",
                "REPORTING_DEVELOPMENT_ISSUER_KEY_FILE",
            ],
            help="The key of the development issuer.",
        ),
    ],
    actor: Annotated[
        str | None,
        typer.Option(
            help="Id of the designation, delegation or mandate in the register; "
            "none: as the demonstration names it."
        ),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Once for each; none: to read and to write.")
    ] = None,
    minutes: Annotated[int, typer.Option(min=1, max=1_440, help="How long it is valid.")] = 60,
) -> None:
    """Print a token of the development issuer; only demonstrations accept it."""
    known = _actor_of(role)
    if known is None:
        fail("--as: expected focal-point:<code>, drafter:<code>, secretariat, auditor or operator",
             status=MISUSED)  # fmt: skip
    if not _ACTOR.fullmatch(actor or known):
        fail("--actor: expected 3 to 64 letters, digits and . _ : -", status=MISUSED)
    if not all(map(_SCOPE.fullmatch, scope or SCOPES)):
        fail("--scope: expected one word for each", status=MISUSED)
    try:
        issuer = read_development_key(key, setting="--key")
    except SettingsRefused as error:
        fail(str(error), status=MISUSED)
    typer.echo(
        issuer.token(
            role=role,
            actor=actor or known,
            scopes=scope or SCOPES,
            now=utc_now(),
            minutes=minutes,
            jti=token_urlsafe(16),
        )
    )
    say(f"{role} as {actor or known}, for {minutes} minutes")


@key_app.callback()
def development_key(
    file: Annotated[Path, typer.Argument(help="File to write; never one that is there.")],
) -> None:
    """Make the key of a development issuer, mode 0600: whoever can read it can be anybody.

    REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE and REPORTING_DEVELOPMENT_ISSUER_KEY_FILE name it.
    """
    try:
        write_development_key(file, make_development_key())
    except FileExistsError:
        fail(f"{file} is there already; a key is never written over")
    except OSError as error:
        fail(f"{file}: {error.strerror}", status=MISUSED)
    say(f"development key in {file}; only a log whose origin begins with `demonstration` takes it")


def _actor_of(role: str) -> str | None:
    """Give the id that a role has in the demonstration; `None`: it is no role."""
    if role in _ALONE:
        return _ALONE[role]
    match = _FOR_A_PARTICIPANT.fullmatch(role)
    if match is None:
        return None
    return (focal_point_id if match[1] == "focal-point" else drafter_id)(match[2])
