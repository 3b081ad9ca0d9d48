"""Command line: makes every projection again from the public corpus alone, and compares."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.checkpoint import open_checkpoint
from contracts.errors import ContractError, VerificationFailed
from contracts.gate import read_json
from contracts.keyring import VerifierKeys
from contracts.validation import validate
from services.kit.commands import fail, give, progress, say
from services.offline import LARGEST_FILE, Key, pinned

if TYPE_CHECKING:
    from services.reporting.bulk import Recomputed
    from services.reporting.copies import Source

app = typer.Typer()


@app.command()
def bulk(
    source: Annotated[
        str, typer.Argument(help="Address of a manifest, or a folder with a copy of the corpus.")
    ],
    key: Key,
    registry: Annotated[
        str | None,
        typer.Option(help="Address of the registry, where another one than the manifest names."),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Folder to keep a copy in, which can be checked later.")
    ] = None,
) -> None:
    """Make every public projection again from the bulk alone, and compare the digests.

    Checks each file by its digest and the log by the root that the pinned key signed, folds the
    whole log in a database that is thrown away, and prints the digest of each projection, a line
    each. Status 1 where anything is not as the manifest says.
    """
    verifier = pinned(key)
    # Only this command of an auditor needs a client and a database.
    from services.kit.errors import ServiceError  # noqa: PLC0415
    from services.kit.logs import set_up_logs  # noqa: PLC0415
    from services.reporting.copies import source_of  # noqa: PLC0415
    from services.reporting.folding import Stopped  # noqa: PLC0415

    set_up_logs("bulk", level="ERROR")
    try:
        with source_of(source, registry=registry, keep=keep) as corpus:
            manifest = _manifest(corpus.manifest())
            corpus.settle(manifest)
            count = _check_files(corpus, manifest)
            kept = keep / manifest["log"]["path"] if keep else None
            found = _fold(corpus, manifest, verifier, kept)
    except (ContractError, ServiceError, Stopped, OSError) as error:
        fail(str(error))
    told = manifest["digests"]
    differing = set(_differing(told, found))
    for one in found.digests:
        give({"projection": one.projection, "version": one.version, "position": one.position,
              "rows": one.rows, "sha256": one.sha256,
              "agrees": one.projection not in differing})  # fmt: skip
    if list(found.parked) != told["parked"]:
        fail("expected the same participants to be held back; digests cannot be compared")
    if differing:
        fail(f"not what the manifest says: {', '.join(sorted(differing))}")
    say(
        f"{count} files and {manifest['log']['size']} entries check out; "
        f"{len(found.digests)} projections come to what the manifest says"
    )


def _manifest(raw: bytes) -> Mapping[str, Any]:
    manifest: Mapping[str, Any] = read_json(raw, max_bytes=LARGEST_FILE)
    for fault in validate(manifest, "answers/bulk-manifest"):
        raise VerificationFailed(f"the manifest is not one: {fault.pointer}: {fault.message}")
    return manifest


def _check_files(corpus: "Source", manifest: Mapping[str, Any]) -> int:
    files = manifest["files"]
    with progress("files", len(files)) as done:
        for number, row in enumerate(files, 1):
            body = corpus.file(row)
            if (len(body), sha256(body).hexdigest()) != (row["bytes"], row["sha256"]):
                raise VerificationFailed(f"{row['path']} has not the digest in the manifest")
            done(number)
    return len(files)


def _fold(
    corpus: "Source", manifest: Mapping[str, Any], verifier: VerifierKeys, kept: Path | None
) -> "Recomputed":
    from services.kit.clock import utc_now  # noqa: PLC0415 - as above
    from services.reporting.bulk import UpTo, recompute  # noqa: PLC0415
    from services.reporting.copies import kept_in  # noqa: PLC0415

    log, position = manifest["log"], manifest["digests"]["position"]
    signed = open_checkpoint(log["checkpoint"], verifier)
    if (log["size"], log["root"]) != (signed.size, signed.root.hex()) or position > signed.size:
        raise VerificationFailed("the manifest says another size or root than what is signed")
    with ExitStack() as stack:
        cut = UpTo(corpus.feed(manifest), note=log["checkpoint"], size=signed.size)
        feed = stack.enter_context(kept_in(cut, kept))
        done = stack.enter_context(progress("entries", signed.size))
        return recompute(
            feed, verifier, utc_now, size=signed.size, position=position, progress=done
        )


def _differing(told: Mapping[str, Any], found: "Recomputed") -> Iterator[str]:
    """Name the projections that come to something else, or that only one of both has."""
    mine = {one.projection: (one.version, one.rows, one.sha256) for one in found.digests}
    theirs = {
        name: (one["version"], one["rows"], one["sha256"])
        for name, one in told["projections"].items()
    }
    yield from (name for name in mine.keys() | theirs if mine.get(name) != theirs.get(name))
