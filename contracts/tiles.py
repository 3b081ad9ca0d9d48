"""Tiles and bundles of entries (C2SP tlog-tiles): paths, and bytes of a bundle."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.encoding import parse_decimal
from contracts.errors import ContractError, VerificationFailed

FULL_WIDTH = 256
HIGHEST_LEVEL = 63
LONGEST_LEAF_BYTES = 65_535

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile; a bundle of entries has level `None`."""

    level: int | None
    index: int
    width: int = FULL_WIDTH
    """Hashes or entries in it; less than 256 if it is partial."""

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= HIGHEST_LEVEL:
            raise ContractError(f"expected a level up to {HIGHEST_LEVEL}, got {self.level}")
        if not 0 <= self.index < 1000**7 or not 1 <= self.width <= FULL_WIDTH:
            raise ContractError(f"expected an index from 0 and a width from 1 to {FULL_WIDTH}")

    @property
    def path(self) -> str:
        """Path below the log's prefix, without a slash at the front."""
        head = "entries" if self.level is None else str(self.level)
        tail = "" if self.width == FULL_WIDTH else f".p/{self.width}"
        return f"tile/{head}/{_index_path(self.index)}{tail}"


def tile_path(level: int, index: int, width: int | None = None) -> str:
    """Give the path of a tile, for instance `tile/1/x001/234`; no width means full."""
    return Tile(level, index, FULL_WIDTH if width is None else width).path


def entries_path(index: int, width: int | None = None) -> str:
    """Give the path of a bundle, for instance `tile/entries/000.p/5`; no width means full."""
    return Tile(None, index, FULL_WIDTH if width is None else width).path


def parse_tile_path(path: str) -> Tile:
    """Read a path, refusing every spelling but the one that `Tile.path` gives.

    Raises:
        VerificationFailed: it names no tile.
    """
    parts = _PATH.fullmatch(path)
    if not parts:
        raise VerificationFailed("expected the path of a tile")
    level = None if parts["level"] == "entries" else parse_decimal(parts["level"])
    index = int(parts["index"].replace("x", "").replace("/", ""))
    width = FULL_WIDTH if parts["width"] is None else parse_decimal(parts["width"])
    try:
        tile = Tile(level, index, width)
    except ContractError as error:
        raise VerificationFailed(str(error)) from None
    if tile.path != path:
        raise VerificationFailed("expected the shortest path of a tile")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Name every tile of a tree, level by level, then every bundle of entries."""
    level, count = 0, size
    while count:
        yield from _row(level, count)
        level, count = level + 1, count // FULL_WIDTH
    yield from _row(None, size)


def _row(level: int | None, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, FULL_WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if rest:
        yield Tile(level, full, rest)


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """Give the bytes of a bundle: each leaf after its length in two bytes.

    Raises:
        ContractError: there are none, more than 256, or one is longer than 65,535 bytes.
    """
    if not 1 <= len(leaves) <= FULL_WIDTH:
        raise ContractError(f"expected 1 to {FULL_WIDTH} leaves, got {len(leaves)}")
    parts: list[bytes] = []
    for leaf in leaves:
        if len(leaf) > LONGEST_LEAF_BYTES:
            raise ContractError(f"expected a leaf of at most {LONGEST_LEAF_BYTES} bytes")
        parts += (len(leaf).to_bytes(2), leaf)
    return b"".join(parts)


def decode_bundle(raw: bytes) -> list[bytes]:
    """Give the leaves of a bundle.

    Raises:
        VerificationFailed: it ends within a leaf, or holds none or more than 256.
    """
    leaves, at = [], 0
    while at < len(raw):
        start = at + 2
        at = start + int.from_bytes(raw[at:start])
        if start > len(raw) or at > len(raw):
            raise VerificationFailed("the bundle ends within a leaf")
        leaves.append(raw[start:at])
    if not 1 <= len(leaves) <= FULL_WIDTH:
        raise VerificationFailed(f"expected 1 to {FULL_WIDTH} leaves in a bundle")
    return leaves


def _index_path(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))
