"""Registry: commands for the trail: list its months, check them, take one along, drop old ones."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.trail.chain import MONTH, SegmentSigner, segment_origin
from services.kit.clock import utc_now
from services.kit.commands import give, progress, say, written
from services.kit.errors import NotFound
from services.kit.settings import SettingsRefused, read_settings
from services.registry.feed import export_lines
from services.registry.keys import SigningKeyFile
from services.registry.noting import noted, operator
from services.registry.opening import trail_folder
from services.registry.refusing import EXPECTED, refuse
from services.registry.settings import TrailSettings
from services.registry.trail import Folder, Signing, Trail, checking
from services.registry.trail.trouble import of_month

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_months() -> None:
    """List the months, oldest first; a line of JSON for each, with the keys that check it."""
    try:
        folder, signing = _trail()
        for month in folder.months():
            verifier = SegmentSigner(signing.signer, month).verifier
            with of_month(month, folder.file(month)):
                signed = signing.kept.checkpoint(month)
            give({"month": month, "size": folder.tip(month).size,
                  "signed_size": signed.size if signed else 0,
                  "origin": verifier.name,
                  "verifier_keys": [key.text for key in verifier.keys]})  # fmt: skip
    except EXPECTED as error:
        refuse(error)


@app.command("verify")
def verify_trail() -> None:
    """Work every month out anew and compare: rows, tree, checkpoint, and that none is missing."""
    try:
        folder, signing = _trail()
        with progress("months", None) as done:
            months: list[str] = []

            def tell(month: str) -> None:
                months.append(month)
                done(len(months))

            checked = checking.check(folder, signing, tell)
    except EXPECTED as error:
        refuse(error)
    for one in checked:
        tip = one.segment.tip
        give({"verified": True, "month": tip.month, "size": tip.size, "root": tip.root.hex(),
              "signed_size": one.signed_size})  # fmt: skip
    say(f"{len(checked)} months are as they were recorded, and follow each other")
    for one in checked:
        if not one.signed_size:
            say(f"nothing of {one.segment.tip.month} is signed yet: a registry that runs does")


@app.command("export")
def export_month(
    month: Annotated[str, typer.Argument(help="The month, as 2026-11.")],
    file: Annotated[Path | None, typer.Argument(help="File to write; none: output.")] = None,
) -> None:
    """Write a month up to its last checkpoint; check it with `concord verify trail`."""
    try:
        folder, signing = _trail()
        _check_month(month)
        with of_month(month, folder.file(month)):
            note, signed = signing.note(month), signing.kept.checkpoint(month)
        if note is None or signed is None:
            raise NotFound("the trail has no such month, or nothing of it is signed")
        size, origin = signed.size, segment_origin(folder.origin, month)
        with (
            noted("registry trail export", month),
            written(file) as out,
            of_month(month, folder.file(month)),
            folder.log(month, utc_now) as log,
            progress("entries", size) as done,
        ):
            for line, at in export_lines(log, origin, note, size):
                out.write(line)
                done(at)
    except EXPECTED as error:
        refuse(error)
    say(f"{size} entries exported; check them with `concord verify trail`")


@app.command("drop")
def drop_months(
    before: Annotated[str, typer.Option(help="First month that stays, as 2026-11.")],
) -> None:
    """Delete the months before another one, whole; first it is recorded that they are.

    The newest month always stays. Interrupted, run it again.
    """
    try:
        folder, signing = _trail()
        _check_month(before)
        with (
            noted("registry trail drop") as concerned,
            Trail(folder, utc_now, None, kept=signing.kept) as trail,
        ):
            dropped = checking.drop(trail, folder, signing, before=before, actor=operator())
            concerned += [tip.month for tip in dropped]
    except EXPECTED as error:
        refuse(error)
    for tip in dropped:
        give({"dropped": tip.month, "size": tip.size, "root": tip.root.hex()})
    say(f"{len(dropped)} months dropped")


def _trail() -> tuple[Folder, Signing]:
    settings = read_settings(TrailSettings)
    signer = SigningKeyFile(settings.signing_key_file, origin=settings.origin)
    folder = trail_folder(settings.trail_folder, settings.origin)
    return folder, Signing(settings.checkpoint_store, signer)


def _check_month(month: str) -> None:
    if not MONTH.fullmatch(month):
        raise SettingsRefused("expected a month as 2026-11")
