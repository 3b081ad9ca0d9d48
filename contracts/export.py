"""Offline verification of a whole log: from an export, or from a mirrored directory of tiles."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import jiter

from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.cloud_event import check_event
from contracts.continuity import Walk
from contracts.errors import VerificationFailed
from contracts.keyring import Verifier
from contracts.merkle import leaf_hash, root_of
from contracts.sealing import verify_disclosure
from contracts.tiles import FULL_WIDTH, decode_bundle, entries_path, tile_path

__all__ = [
    "LONGEST_LINE",
    "MOST_ENTRIES",
    "Verified",
    "read_lines",
    "verify_disclosure",
    "verify_export",
    "verify_tiles",
]

MOST_ENTRIES = 256
"""Most entries on a page of the feed."""
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a page is 4 MiB or one entry."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified log is: everything in it is under this signed root."""

    size: int
    root: bytes
    checkpoint: Checkpoint


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """Read an export line by line, never more of it than a line may have.

    Raises:
        VerificationFailed: a line is longer.
    """
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise VerificationFailed(f"expected lines of at most {LONGEST_LINE} bytes")
        yield line


def verify_export(
    lines: Iterable[bytes],
    verifier: Verifier,
    progress: Callable[[int], None] | None = None,
) -> Verified:
    """Check an export from its first entry to its signed checkpoint.

    Each line but the last is a page of the feed; the last is `{"checkpoint": <signed note>}`.
    Checked for each entry: it follows the one before without a gap, its leaf is canonical, its
    body has the digest in the leaf, its CloudEvents attributes say what the leaf says, its
    stream has no gap. Then the root over all leaves against the signature. Memory holds one
    line and the number of each stream's last version.

    Args:
        lines: of the export, with or without newline at the end; of a file by `read_lines`.
        verifier: the log's key or keys, pinned; one suffices.
        progress: told the last position read, after each page.

    Raises:
        VerificationFailed: anything does not check out; `position` says where.
    """
    walk = Walk()
    rest = iter(lines)
    for line in rest:
        value = _parse(line, walk.position + 1)
        if isinstance(value, list):
            _read_page(value, walk, verifier.name)
            if progress:
                progress(walk.position)
            continue
        verified = _close(value, walk, verifier)
        if next(rest, None) is not None:
            raise VerificationFailed("expected nothing after the checkpoint")
        return verified
    raise VerificationFailed("expected a checkpoint as the last line")


def _parse(line: bytes, position: int) -> Any:
    try:
        return jiter.from_json(line, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        raise VerificationFailed("expected a line of JSON", position=position) from None


def _read_page(page: list[Any], walk: Walk, origin: str) -> None:
    if not 1 <= len(page) <= MOST_ENTRIES:
        raise VerificationFailed(
            f"expected a page of 1 to {MOST_ENTRIES} entries", position=walk.position + 1
        )
    for event in page:
        position = walk.position + 1
        if not isinstance(event, dict) or not isinstance(event.get("leaf"), str):
            raise VerificationFailed("expected an event with its leaf", position=position)
        entry = walk.step(event["leaf"].encode())
        check_event(event, entry, origin)


def _close(value: Any, walk: Walk, verifier: Verifier) -> Verified:
    if not isinstance(value, dict) or value.keys() != {"checkpoint"}:
        raise VerificationFailed("expected a page or a checkpoint", position=walk.position + 1)
    if not isinstance(value["checkpoint"], str):
        raise VerificationFailed("expected a signed note as checkpoint")
    return _check_root(open_checkpoint(value["checkpoint"], verifier), walk)


def _check_root(checkpoint: Checkpoint, walk: Walk) -> Verified:
    if checkpoint.size != walk.position:
        raise VerificationFailed(
            f"expected {checkpoint.size} entries as signed, got {walk.position}"
        )
    if checkpoint.root != walk.frontier.root():
        raise VerificationFailed("the root over all entries is not the signed one")
    return Verified(checkpoint.size, checkpoint.root, checkpoint)


def verify_tiles(
    read: Callable[[str], bytes],
    verifier: Verifier,
    progress: Callable[[int], None] | None = None,
) -> Verified:
    """Check a mirror of a tiled log: every bundle of entries and every tile on every level.

    Bodies are not in tiles, so their digests are not checked here.

    Args:
        read: gives the bytes under a path such as `checkpoint` or `tile/0/000.p/5`; its own
            errors pass through.
        verifier: the log's key or keys, pinned; one suffices.
        progress: told the last position read, after each bundle.

    Raises:
        VerificationFailed: anything does not check out.
    """
    checkpoint = open_checkpoint(_text(read("checkpoint")), verifier)
    walk = Walk()
    rows: list[list[bytes]] = []
    while walk.position < checkpoint.size:
        index, width = walk.position // FULL_WIDTH, checkpoint.size - walk.position
        partial = width if width < FULL_WIDTH else None
        hashes = _read_bundle(read(entries_path(index, partial)), walk, min(width, FULL_WIDTH))
        _climb(rows, hashes, walk.position, read)
        if progress:
            progress(walk.position)
    for level, row in enumerate(rows):
        if row:
            _check_tile(row, level, checkpoint.size // FULL_WIDTH ** (level + 1), read)
    return _check_root(checkpoint, walk)


def _read_bundle(raw: bytes, walk: Walk, width: int) -> list[bytes]:
    first = walk.position + 1
    try:
        leaves = decode_bundle(raw)
    except VerificationFailed as error:
        raise VerificationFailed(error.reason, position=first) from None
    if len(leaves) != width:
        raise VerificationFailed(
            f"expected {width} entries in the bundle, got {len(leaves)}", position=first
        )
    for leaf in leaves:
        walk.step(leaf)
    return [leaf_hash(leaf) for leaf in leaves]


def _climb(
    rows: list[list[bytes]], hashes: list[bytes], size: int, read: Callable[[str], bytes]
) -> None:
    """Add leaf hashes to the lowest row; check each tile that is full now, and climb with it."""
    level = 0
    while hashes:
        if level == len(rows):
            rows.append([])
        rows[level] += hashes
        hashes = []
        if len(rows[level]) == FULL_WIDTH:
            _check_tile(rows[level], level, size // FULL_WIDTH ** (level + 1) - 1, read)
            hashes, rows[level] = [root_of(rows[level])], []
        level += 1


def _check_tile(row: list[bytes], level: int, index: int, read: Callable[[str], bytes]) -> None:
    path = tile_path(level, index, None if len(row) == FULL_WIDTH else len(row))
    if read(path) != b"".join(row):
        raise VerificationFailed(f"{path} holds other hashes than the entries give")


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise VerificationFailed("expected a checkpoint in UTF-8") from None
