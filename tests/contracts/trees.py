"""Merkle trees made the slow way, as RFC 6962 §2.1 defines them: by cutting lists in two."""

from collections.abc import Sequence
from hashlib import sha256

from contracts.merkle import Node


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes, by the definition of MTH."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    left, right = naive_root(leaves[:cut]), naive_root(leaves[cut:])
    return sha256(b"\x01" + left + right).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Inclusion proof, by the definition of PATH."""
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    if index < cut:
        return [*naive_path(index, leaves[:cut]), naive_root(leaves[cut:])]
    return [*naive_path(index - cut, leaves[cut:]), naive_root(leaves[:cut])]


def naive_growth(old: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """Consistency proof, by the definition of SUBPROOF."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    cut = _cut(len(leaves))
    if old <= cut:
        return [*naive_growth(old, leaves[:cut], whole=whole), naive_root(leaves[cut:])]
    return [*naive_growth(old - cut, leaves[cut:], whole=False), naive_root(leaves[:cut])]


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """All perfect subtrees; asking for one that is not complete fails."""
    rows = [list(leaves)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append(
            [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        )

    def node(level: int, index: int) -> bytes:
        return rows[level][index]

    return node


def numbered(count: int) -> list[bytes]:
    """Leaf hashes of a tree for tests, all different."""
    return [sha256(b"\x00" + number.to_bytes(4)).digest() for number in range(count)]


def _cut(count: int) -> int:
    cut = 1
    while cut * 2 < count:
        cut *= 2
    return cut
