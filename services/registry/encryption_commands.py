"""Registry: commands for the keys that encrypt what is sealed, drafts and evidence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from services.kit.clock import utc_now
from services.kit.commands import fail, give, progress, say
from services.kit.encryption import Keyring, WrappingKey
from services.kit.keyfile import read_keys, spell_keys
from services.kit.secretfile import replacing
from services.kit.settings import read_settings
from services.registry.encrypting import Usage, rewrap, usage
from services.registry.key_changes import tell_of_change
from services.registry.log.soundness import assert_head_fits
from services.registry.noting import noted
from services.registry.opening import engine_of
from services.registry.refusing import EXPECTED, refuse
from services.registry.settings import ENCRYPTION_KEYS_FILE, EncryptionSettings

app = typer.Typer(no_args_is_help=True)

SETTING = ENCRYPTION_KEYS_FILE
NOTHING = Usage()

File = Annotated[
    Path, typer.Argument(envvar=ENCRYPTION_KEYS_FILE, help="The file with the keys, mode 0600.")
]


@app.command("add")
def add_key(file: File) -> None:
    """Make the file with a first key, or add one that encrypts from now on; print its id.

    A registry that reads this very file takes it up within a second. Keys of before go on
    decrypting: `rewrap` makes them dispensable.
    """
    try:
        with replacing(file, setting=SETTING) as write:
            before = read_keys(file, setting=SETTING) if file.exists() else ()
            key = WrappingKey.generate()
            with noted("registry encryption add", key.key_id):
                write(spell_keys((key, *before), today=utc_now().date()))
    except EXPECTED as error:
        refuse(error)
    tell_of_change("encryption", "added" if before else "created", key.key_id)
    typer.echo(key.key_id)
    say(f"{file} has {1 + len(before)} keys; keep a copy, and not with the database's backups")


@app.command("list")
def list_keys() -> None:
    """List the keys, and how many entries, drafts and files each opens; a line of JSON for each."""
    try:
        settings = read_settings(EncryptionSettings)
        keys = read_keys(settings.encryption_keys_file, setting=SETTING)
        with engine_of(settings) as engine:
            used = usage(engine)
    except EXPECTED as error:
        refuse(error)
    held = [key.key_id for key in keys]
    for key_id in (*held, *(name for name in used if name not in held)):
        found = used.get(key_id, NOTHING)
        give({"key_id": key_id, "encrypts": key_id == held[0], "held": key_id in held,
              "entries": found.entries, "drafts": found.drafts,
              "evidence": found.evidence})  # fmt: skip
    missing = [key_id for key_id in used if key_id not in held]
    if missing:
        fail(f"not in {settings.encryption_keys_file}, but needed: {', '.join(missing)}")


@app.command("rewrap")
def rewrap_all() -> None:
    """Encrypt every data key anew with the first key, so that the others can be removed.

    The registry may work meanwhile. Interrupted, run it again.
    """
    try:
        settings = read_settings(EncryptionSettings)
        ring = Keyring(read_keys(settings.encryption_keys_file, setting=SETTING))
        with (
            noted("registry encryption rewrap", ring.key_ids[0]),
            engine_of(settings) as engine,
        ):
            with engine.connect() as connection:
                origin = assert_head_fits(connection).origin
            used = usage(engine)
            total = sum(one.keys for key, one in used.items() if key != ring.key_ids[0])
            with progress("keys", total) as done:
                rewrapped = rewrap(engine, origin, ring, done)
    except EXPECTED as error:
        refuse(error)
    tell_of_change("encryption", "rewrapped", ring.key_ids[0])
    give({"key_id": ring.key_ids[0], "rewrapped": rewrapped.keys, "left": rewrapped.left})
    if rewrapped.left:
        named = ", ".join(sorted(rewrapped.left))
        fail(f"{sum(rewrapped.left.values())} keys cannot be opened; they need {named}")
    say(f"{rewrapped.keys} keys wrapped anew; all need {ring.key_ids[0]} alone")


@app.command("drop")
def drop_key(
    key_id: Annotated[str, typer.Argument(help="Id of the key, as `list` shows it.")],
) -> None:
    """Take a key that opens nothing any more out of the file.

    Backups of the database from before it was replaced can then be read by nobody without a copy.
    """
    try:
        settings = read_settings(EncryptionSettings)
        file = settings.encryption_keys_file
        with replacing(file, setting=SETTING) as write:
            keys = read_keys(file, setting=SETTING)
            _check_droppable(settings, keys, key_id)
            kept = [key for key in keys if key.key_id != key_id]
            with noted("registry encryption drop", key_id):
                write(spell_keys(kept, today=utc_now().date()))
    except EXPECTED as error:
        refuse(error)
    tell_of_change("encryption", "dropped", key_id)
    say(f"{key_id} is out of {file}; destroy its copies if backups shall not be readable any more")


def _check_droppable(
    settings: EncryptionSettings, keys: Sequence[WrappingKey], key_id: str
) -> None:
    if key_id not in {key.key_id for key in keys}:
        fail(f"no key {key_id} in {settings.encryption_keys_file}", status=2)
    if key_id == keys[0].key_id:
        fail(f"{key_id} encrypts: add another key first")
    with engine_of(settings) as engine:
        found = usage(engine).get(key_id, NOTHING)
    if found != NOTHING:
        fail(
            f"{key_id} opens {found.entries} entries, {found.drafts} drafts and"
            f" {found.evidence} files of evidence: rewrap first"
        )
