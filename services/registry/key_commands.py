"""Registry: commands for the keys that sign checkpoints; none of them stops a registry."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.checkpoint import open_checkpoint
from contracts.errors import ContractError, VerificationFailed
from contracts.keyring import SigningKeys
from contracts.note import SigningKey, VerifierKey
from services.kit.commands import fail, give, say
from services.kit.secretfile import replacing
from services.registry.key_changes import tell_of_change
from services.registry.keys import SETTING, KeyRing, read_ring, write_signing_key
from services.registry.noting import noted
from services.registry.opening import kept_note
from services.registry.refusing import EXPECTED, refuse

app = typer.Typer(no_args_is_help=True)

File = Annotated[
    Path, typer.Argument(envvar=SETTING, help="The file with the keys, mode 0600; never a link.")
]


@app.command()
def create(
    file: File,
    origin: Annotated[
        str, typer.Option(envvar="REGISTRY_ORIGIN", help="Name of the log, for ever.")
    ],
    former: Annotated[
        list[str] | None,
        typer.Option(help="Verifier key of a lost key of this log; once for each."),
    ] = None,
) -> None:
    """Make the file with a first key and print its verifier key, for readers to pin.

    With `--former` a log whose key is lost goes on under its name: what the former key signed is
    still its own, and readers must pin the new one.
    """
    try:
        key = SigningKey.generate(origin)
        lost = [VerifierKey.parse(text) for text in former or ()]
        with noted("keys create", key.verifier.key_id.hex()):
            write_signing_key(file, key, former=lost)
    except FileExistsError:
        fail(f"{file} is there already; a key is never written over")
    except ContractError as error:
        fail(str(error), status=2)
    except EXPECTED as error:
        refuse(error)
    tell_of_change("signing", "created", key.verifier.key_id.hex())
    typer.echo(key.verifier.text)
    say(f"signing key in {file}; keep a sealed copy offline")


@app.command()
def show(file: File) -> None:
    """Print what readers pin: the verifier key of each key that signs now, the newest first."""
    try:
        for key in read_ring(file).signing:
            typer.echo(key.verifier.text)
    except EXPECTED as error:
        refuse(error)


@app.command("list")
def list_keys(file: File) -> None:
    """List every key that the log has or had, and what it is now; a line of JSON for each."""
    try:
        ring = read_ring(file)
    except EXPECTED as error:
        refuse(error)
    for state, key in ring.states():
        give({"key_id": key.key_id.hex(), "state": state, "verifier_key": key.text})


@app.command()
def rotate(file: File) -> None:
    """Add a new key, which signs beside those that do already; print its verifier key.

    A registry that reads this very file signs with both within a second. Let readers pin the new
    key as well; when they have, `retire` the old one.
    """
    try:
        with replacing(file, setting=SETTING) as write:
            before = read_ring(file)
            key = SigningKey.generate(before.signer.name)
            ring = before.rotated(key)
            with noted("keys rotate", key.verifier.key_id.hex()):
                write(ring.text())
    except EXPECTED as error:
        refuse(error)
    tell_of_change("signing", "added", key.verifier.key_id.hex())
    typer.echo(key.verifier.text)
    say(f"{file} has {len(ring.signing)} keys that sign; keep a sealed copy offline")


@app.command()
def retire(
    key_id: Annotated[str, typer.Argument(help="Id of the key, as `list` shows it.")],
    file: File,
    checkpoint_store: Annotated[
        Path, typer.Option(envvar="REGISTRY_CHECKPOINT_STORE", help="As the registry's setting.")
    ],
    *,
    compromised: Annotated[
        bool,
        typer.Option("--compromised", help="Somebody else may have it: believe it no more."),
    ] = False,
) -> None:
    """Let a key sign no more, and take its private half out of the file.

    Refused while the last checkpoint needs its signature. What it signed verifies for ever, for
    whoever keeps its verifier key.
    """
    try:
        with replacing(file, setting=SETTING) as write:
            ring = read_ring(file).without(key_id, is_compromised=compromised)
            _check_others_signed(ring, checkpoint_store)
            with noted("keys retire", key_id, *(["compromised"] if compromised else [])):
                write(ring.text())
    except EXPECTED as error:
        refuse(error)
    tell_of_change("signing", "compromised" if compromised else "retired", key_id)
    left = ", ".join(key.verifier.key_id.hex() for key in ring.signing)
    say(f"{key_id} signs no more; whoever has pinned it alone stops until {left} is pinned as well")


def _check_others_signed(ring: KeyRing, checkpoint_store: Path) -> None:
    """See that a registry has taken up the keys that are left, and can go on from what is kept."""
    if not checkpoint_store.is_file():
        fail("REGISTRY_CHECKPOINT_STORE: not there; it says whether the other keys sign", status=2)
    note = kept_note(checkpoint_store)
    try:
        if note is not None:
            open_checkpoint(note, SigningKeys(ring.signing).verifier)
    except VerificationFailed:
        fail(
            "the last checkpoint is not signed by a key that would be left: let a registry that"
            " has it run first"
        )
