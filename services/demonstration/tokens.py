"""The commands `concord token` and `concord development-key`, for demonstrations and trials."""

import re
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from contracts.authority.actor import Actor, NotAnActor, actor_of
from services.demonstration.fictitious import SECRETARIAT, drafter_id, focal_point_id
from services.demonstration.folder import SCOPES
from services.kit.clock import utc_now
from services.kit.commands import MISUSED, fail, say
from services.kit.development import (
    make_development_key,
    read_development_key,
    write_development_key,
)
from services.registry.noting import noted
from services.registry.refusing import EXPECTED, refuse

token_app = typer.Typer(invoke_without_command=True)
key_app = typer.Typer(invoke_without_command=True)

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
    try:
        someone = actor_of(actor or "anybody", [role], scope or SCOPES)
    except NotAnActor as error:
        fail(f"--as or --actor: {error}", status=MISUSED)
    known = actor or _known_as(someone)
    if not all(map(_SCOPE.fullmatch, scope or SCOPES)):
        fail("--scope: expected one word for each", status=MISUSED)
    try:
        issuer = read_development_key(key, setting="--key")
        with noted("token", role, known):
            text = issuer.token(
                role=role,
                actor=known,
                scopes=scope or SCOPES,
                now=utc_now(),
                minutes=minutes,
                jti=token_urlsafe(16),
            )
    except EXPECTED as error:
        refuse(error)
    typer.echo(text)
    say(f"{role} as {known}, for {minutes} minutes")


@key_app.callback()
def development_key(
    file: Annotated[Path, typer.Argument(help="File to write; never one that is there.")],
) -> None:
    """Make the key of a development issuer, mode 0600: whoever can read it can be anybody.

    REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE and REPORTING_DEVELOPMENT_ISSUER_KEY_FILE name it.
    """
    try:
        with noted("development-key"):
            write_development_key(file, make_development_key())
    except FileExistsError:
        fail(f"{file} is there already; a key is never written over")
    except OSError as error:
        fail(f"{file}: {error.strerror}", status=MISUSED)
    except EXPECTED as error:
        refuse(error)
    say(f"development key in {file}; only a log whose origin begins with `demonstration` takes it")


def _known_as(actor: Actor) -> str:
    """Name somebody in this role as the demonstration does."""
    match actor:
        case Actor(role="focal_point", party=str(code)):
            return focal_point_id(code)
        case Actor(role="drafter", party=str(code)):
            return drafter_id(code)
        case Actor(role="secretariat"):
            return SECRETARIAT
        case _:
            return f"{actor.role}-1"
