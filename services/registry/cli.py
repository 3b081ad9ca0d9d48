"""Registry: its commands for operators. Data goes to standard output, words to standard error."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from contracts.checkpoint import open_checkpoint
from contracts.errors import ContractError
from contracts.events import event_data
from contracts.export import read_lines
from services.kit.clock import utc_now
from services.kit.commands import REFUSED, fail, give, progress, say, written
from services.kit.keyfile import KeyFile
from services.kit.logs import set_up_logs
from services.kit.metrics import new_registry
from services.kit.settings import read_settings
from services.registry.converting import migrate as bring_up
from services.registry.encryption_commands import app as encryption_app
from services.registry.evidence.folder import Folder
from services.registry.evidence.inspecting import Inspected, inspect
from services.registry.evidence.shelf import Shelf
from services.registry.evidence.store import EvidenceStore
from services.registry.evidence.sweeping import sweep as sweep_evidence
from services.registry.feed import export_lines
from services.registry.granting import assert_roles_fit, grant_by
from services.registry.keys import SigningKeyFile
from services.registry.log import CheckpointStore, Log, Vault, VerifiedLog, found, grant
from services.registry.log import recover as recover_log
from services.registry.log import verify as verify_log
from services.registry.measures import new_measures
from services.registry.noting import noted
from services.registry.opening import (
    Opened,
    bring_trail_up,
    engine_of,
    kept_note,
    opened_for_reading,
    opened_log,
    service_engine_of,
    signed_size,
)
from services.registry.refusing import EXPECTED, refuse
from services.registry.register import new_register
from services.registry.reminding.delivery import MailServer
from services.registry.reminding.run import Reminding
from services.registry.reminding.run import remind as remind_all
from services.registry.settings import (
    ENCRYPTION_KEYS_FILE,
    DatabaseSettings,
    MigrationSettings,
    RegistrySettings,
    ReminderSettings,
    StoreSettings,
    SweepSettings,
    VerificationSettings,
)
from services.registry.trail_commands import app as trail_app

app = typer.Typer(no_args_is_help=True)
app.add_typer(
    encryption_app,
    name="encryption",
    help="The keys that encrypt what is sealed, drafts and evidence.",
)
app.add_typer(trail_app, name="trail", help="Who read, took or was refused what is not public.")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Serve the registry until SIGTERM or Ctrl-C, then finish what is in flight."""
    try:
        settings = read_settings(RegistrySettings, host=host, port=port)
        set_up_logs("registry", level=settings.log_level, form=settings.log_form)
        from services.registry.serving import serve_by  # noqa: PLC0415 - a whole web server

        serve_by(settings)
    except EXPECTED as error:
        refuse(error)


@app.command()
def sweep() -> None:
    """Remove bytes of evidence that no entry names for a day, and those that were redacted.

    `serve` does so when it starts; this may run beside it. Files without a key stay (`left`) where
    the log names bytes whose keys are not in the database: they may be these.
    """
    try:
        settings = read_settings(SweepSettings)
        set_up_logs("registry")
        folder = Folder(settings.evidence_folder)
        with service_engine_of(settings) as engine, Log(engine, utc_now) as log:
            shelf = Shelf(engine=engine, folder=folder, clock=utc_now)
            swept = sweep_evidence(log, shelf, utc_now)
        give(swept)
    except EXPECTED as error:
        refuse(error)


@app.command()
def migrate() -> None:
    """Bring the database up to this release; found the log if REGISTRY_ORIGIN is set.

    On PostgreSQL run it as the owner of the tables; the roles that are named in settings get what
    they need and nothing else.
    """
    try:
        settings = read_settings(MigrationSettings)
        bring_trail_up(settings.trail_folder)  # first, or nothing could be recorded in it
        with noted("registry migrate"), engine_of(settings, may_be_new=True) as engine:
            assert_roles_fit(engine, settings)
            bring_up(settings.database_url.get_secret_value(), settings.encryption_keys_file)
            if settings.origin:
                found(engine, settings.origin)
            grant_by(engine, settings)
    except EXPECTED as error:
        refuse(error)
    say("registry: the database is at this release")


@app.command("grant")
def grant_roles(
    writer: Annotated[str, typer.Option(help="Role that the registry service logs in as.")],
    request: Annotated[str, typer.Option(help="Role that it acts as for all but appending.")],
    reader: Annotated[str | None, typer.Option(help="Role that only reads.")] = None,
    eraser: Annotated[str | None, typer.Option(help="Role that may delete disclosures.")] = None,
) -> None:
    """Give PostgreSQL roles what they need on the log and nothing else; as the owner."""
    try:
        with engine_of(read_settings(DatabaseSettings)) as engine:
            if engine.dialect.name != "postgresql":
                fail("only PostgreSQL has roles", status=2)
            with noted("registry grant", *filter(None, (writer, request, reader, eraser))):
                grant(engine, writer=writer, request=request, reader=reader, eraser=eraser)
    except EXPECTED as error:
        refuse(error)
    say(f"{writer} may add, and erase disclosures; {request} may read, and write drafts")


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="File to write; none: output.")] = None,
) -> None:
    """Write the whole log up to its last checkpoint: a page a line, the checkpoint last."""
    try:
        settings = read_settings(StoreSettings)
        with opened_for_reading(settings) as (log, note):
            size = _write_export(log, settings, note, file)
    except EXPECTED as error:
        refuse(error)
    say(f"{size} entries exported; check them with `concord verify export`")


@app.command()
def verify() -> None:
    """Work everything out anew from leaves and bodies, and compare: rows, tree, checkpoint.

    Files of evidence, too, where REGISTRY_EVIDENCE_FOLDER is set; status 1 if one is not whole.
    What a key would open that is not in the file stays unopened: `keys_missing`, and status 1.
    """
    try:
        settings = read_settings(VerificationSettings)
        set_up_logs("registry", level="CRITICAL", form="json")
        signer = SigningKeyFile(settings.signing_key_file, origin=settings.origin)
        file = settings.encryption_keys_file
        keys = KeyFile(file, setting=ENCRYPTION_KEYS_FILE) if file else None
        origin = settings.origin
        vault = Vault(origin, keys) if keys else None
        with service_engine_of(settings) as engine:
            with progress("entries", None) as done:
                log = verify_log(engine, vault, origin=origin, progress=lambda at, _: done(at))
            signed = signed_size(engine, settings.checkpoint_store, signer.verifier)
            evidence = _inspected(settings, engine, keys)
    except EXPECTED as error:
        refuse(error)
    give({"verified": True, "origin": log.origin, "size": log.size, "root": log.root.hex(),
          "signed_size": signed, "disclosures_opened": log.opened,
          "disclosures_unopened": log.unopened, "keys_missing": list(log.keys_missing),
          "evidence": evidence})  # fmt: skip
    say(f"{log.size} entries are as their leaves say; {signed} of them are signed")
    if keys is None and log.unopened:
        say(f"{log.unopened} disclosures were not looked at: {ENCRYPTION_KEYS_FILE} is not set")
    if evidence is None:
        say("evidence was not looked at: REGISTRY_EVIDENCE_FOLDER or the keys are not set")
    _tell_of_keys(log, evidence)
    if evidence is not None and not evidence.is_in_order:
        fail("evidence is not as the log says; docs/runbook.md, Restore, says what to do")
    if log.keys_missing:
        raise typer.Exit(REFUSED)


def _tell_of_keys(log: VerifiedLog, evidence: Inspected | None) -> None:
    missing = sorted({*log.keys_missing, *(evidence.keys_missing if evidence else ())})
    if missing:
        files = len(evidence.unopened) if evidence else 0
        say(
            f"encryption keys that are not here: {', '.join(missing)}; {log.unopened} disclosures"
            f" and {files} files of evidence were not opened; docs/runbook.md, Encryption keys"
        )


def _inspected(
    settings: VerificationSettings, engine: Engine, keys: KeyFile | None
) -> Inspected | None:
    if settings.evidence_folder is None or keys is None:
        return None
    folder = Folder(settings.evidence_folder, writes=False)
    shelf = Shelf(engine=engine, folder=folder, clock=utc_now)
    store = EvidenceStore(shelf=shelf, origin=settings.origin, keys=keys)
    with Log(engine, utc_now) as log, progress("files of evidence", None) as done:
        return inspect(log, store, done)


@app.command()
def recover(
    from_export: Annotated[
        Path, typer.Option(help="Export that reaches the checkpoint kept outside.")
    ],
) -> None:
    """Bring an older database up to what was signed, byte by byte, while no registry runs."""
    try:
        settings = read_settings(StoreSettings)
        signer = SigningKeyFile(settings.signing_key_file, origin=settings.origin)
        checkpoints = CheckpointStore(settings.checkpoint_store)
        with (
            engine_of(settings) as engine,
            from_export.open("rb") as file,
            progress("entries", None) as done,
        ):
            lines = read_lines(file)
            with noted("registry recover"):
                recovered = recover_log(engine, checkpoints, signer.verifier, lines, progress=done)
        checkpoints.close()
    except OSError as error:
        fail(f"{from_export}: {error.strerror}", status=2)
    except ContractError as error:
        fail(f"{from_export}: {error}")
    except EXPECTED as error:
        refuse(error)
    give({"size": recovered.size, "added": recovered.added})
    say(f"{recovered.added} entries added; now run `concord registry verify`, then serve")


@app.command()
def remind(
    cycle: Annotated[str, typer.Option(help="Id of the reporting cycle.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say who would be reminded.")
    ] = False,
) -> None:
    """Remind who is to be reminded today: write each message, send it if set so, record it once."""
    try:
        settings = read_settings(ReminderSettings)
        set_up_logs("registry", level="WARNING", form="json")
        signer = SigningKeyFile(settings.signing_key_file, origin=settings.origin)
        keys = KeyFile(settings.encryption_keys_file, setting=ENCRYPTION_KEYS_FILE)
        url, store = settings.service_url, settings.checkpoint_store
        count = 0
        with opened_log(url, store, signer, keys=keys, clock=utc_now) as opened:
            for one in remind_all(_reminding(settings, opened), cycle, dry_run=dry_run):
                give({**event_data(one.reminder), "file": one.file, "addresses": one.addresses,
                      "position": one.position})  # fmt: skip
                count += 1
    except EXPECTED as error:
        refuse(error)
    say(f"{count} to be reminded; nothing was written" if dry_run else f"{count} reminded")


def _reminding(settings: ReminderSettings, opened: Opened) -> Reminding:
    register = new_register(
        opened.log, opened.publisher, clock=utc_now, measures=new_measures(new_registry())
    )
    return Reminding(
        register=register,
        folder=settings.reminders_outbox,
        sender=settings.reminders_from,
        days_before=settings.reminders_days_before,
        actor=settings.reminders_actor,
        server=_mail_server(settings),
    )


def _mail_server(settings: ReminderSettings) -> MailServer | None:
    if settings.smtp_host is None:
        return None
    password = settings.smtp_password
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        authorities=settings.smtp_ca_file,
        password=password.get_secret_value() if password else None,
        timeout_seconds=settings.smtp_timeout_seconds,
    )


@app.command()
def checkpoint() -> None:
    """Print the last signed checkpoint, as it is kept outside the database."""
    try:
        settings = read_settings(StoreSettings)
        note = kept_note(settings.checkpoint_store)
    except EXPECTED as error:
        refuse(error)
    if note is None:
        fail("no checkpoint is kept there")
    typer.echo(note, nl=False)


def _write_export(log: Log, settings: StoreSettings, note: str, file: Path | None) -> int:
    verifier = SigningKeyFile(settings.signing_key_file, origin=settings.origin).verifier
    size = open_checkpoint(note, verifier).size
    with written(file) as out, progress("entries", size) as done:
        for line, position in export_lines(log, settings.origin, note, size):
            out.write(line)
            done(position)
    return size
