"""Log: the Merkle tree over the stored leaves, read tile by tile."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import Connection

from contracts.errors import ContractError
from contracts.merkle import KEPT_EVERY_LEVELS, Frontier, node_hash
from services.registry.log import store

WIDTH = 1 << KEPT_EVERY_LEVELS
Pyramid: TypeAlias = Sequence[Sequence[bytes]]
"""A tile and every perfect subtree above it, level by level from the bottom."""


class TileCache:
    """Tiles with their inner nodes, the latest used ones; safe for threads.

    A tile of a given width never changes, so nothing is ever taken back.
    """

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._making = threading.Lock()
        """Held while a tile is read: of many who ask for the newest one, one reads it."""
        self._pyramids: OrderedDict[tuple[int, int, int], Pyramid] = OrderedDict()

    def get(self, connection: Connection, level: int, index: int, width: int) -> Pyramid:
        """Give a tile's pyramid, reading it if need be.

        Args:
            connection: to read with.
            level: of the tile: 0 has leaf hashes, 1 the roots of full tiles of level 0, …
            index: of the tile on its level.
            width: hashes in it, at most 256.

        Raises:
            ContractError: the log does not have so much.
        """
        key = (level, index, width)
        if (found := self._find(key)) is not None:
            return found
        with self._making:
            if (found := self._find(key)) is not None:
                return found
            made = _pyramid(_read(connection, level, index * WIDTH, width))
            with self._lock:
                self._pyramids[key] = made
                while len(self._pyramids) > self._capacity:
                    self._pyramids.popitem(last=False)
        return made

    def _find(self, key: tuple[int, int, int]) -> Pyramid | None:
        with self._lock:
            found = self._pyramids.get(key)
            if found is not None:
                self._pyramids.move_to_end(key)
            return found


class Tree:
    """The tree of the first `size` leaves; lives as long as the connection it reads with."""

    def __init__(self, connection: Connection, size: int, cache: TileCache | None = None) -> None:
        self._connection, self.size = connection, size
        self._cache = cache or TileCache()

    def node(self, level: int, index: int) -> bytes:
        """Give the hash of the perfect subtree over leaves [index·2^level, (index+1)·2^level).

        Raises:
            ContractError: the tree has no such subtree.
        """
        tile_level, inner = divmod(level, KEPT_EVERY_LEVELS)
        tile_index = index >> (KEPT_EVERY_LEVELS - inner)
        within = index & ((WIDTH >> inner) - 1)
        row = self.tile(tile_level, tile_index)[inner]
        if within >= len(row):
            raise ContractError(f"a tree of {self.size} leaves has no node {level}, {index}")
        return row[within]

    def tile(self, level: int, index: int) -> Pyramid:
        """Give a tile as wide as it is in this tree, with its inner nodes.

        Raises:
            ContractError: the tree has no such tile.
        """
        width = min(WIDTH, (self.size >> (KEPT_EVERY_LEVELS * level)) - index * WIDTH)
        if level < 0 or index < 0 or width < 1:
            raise ContractError(f"a tree of {self.size} leaves has no tile {level}, {index}")
        return self._cache.get(self._connection, level, index, width)

    def frontier(self) -> Frontier:
        """Compute the frontier from stored leaf hashes and nodes."""
        hashes, start = [], 0
        for level in reversed(range(self.size.bit_length())):
            if self.size >> level & 1:
                hashes.append(self.node(level, start >> level))
                start += 1 << level
        return Frontier(self.size, tuple(hashes))


def _read(connection: Connection, level: int, first: int, width: int) -> list[bytes]:
    if level == 0:
        hashes = store.leaf_hashes(connection, first + 1, first + width)
    else:
        hashes = store.nodes(connection, KEPT_EVERY_LEVELS * level, first, first + width - 1)
    if len(hashes) != width:
        raise ContractError(f"expected {width} hashes in a tile, the log has {len(hashes)}")
    return hashes


def _pyramid(tile: list[bytes]) -> Pyramid:
    rows = [tile]
    while len(rows) < KEPT_EVERY_LEVELS:
        below = rows[-1]
        rows.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
    return rows
