"""The Merkle tree of RFC 6962 §2.1: roots, proofs and their verification (RFC 9162 §2.1)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from contracts.errors import ContractError, VerificationFailed

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
LARGEST_SIZE = 2**63 - 1
KEPT_EVERY_LEVELS = 8
"""Tiles are eight levels high; the roots of full tiles are worth keeping."""

Node: TypeAlias = Callable[[int, int], bytes]
"""`node(level, index)`: hash of the perfect subtree over leaves
[index·2^level, (index+1)·2^level)."""
PlacedHash: TypeAlias = tuple[int, int, bytes]
"""Level, index on that level, hash."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash the bytes of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed of a tree to append to it and to know its root.

    Appending a leaf costs two hashes on average and at most 63.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    """Roots of the perfect subtrees from left to right, so the largest first; one per 1-bit
    of `size`."""

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_SIZE:
            raise ContractError(f"expected a size from 0 to 2^63-1, got {self.size}")
        if len(self.hashes) != self.size.bit_count():
            raise ContractError(
                f"expected {self.size.bit_count()} hashes for size {self.size}, "
                f"got {len(self.hashes)}"
            )

    def append(self, leaf: bytes) -> "Frontier":
        """Give the frontier with one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Give the frontier with more leaf hashes."""
        return self.grow(leaves)[0]

    def grow(self, leaves: Iterable[bytes]) -> tuple["Frontier", list[PlacedHash]]:
        """Give the frontier with more leaf hashes, and the nodes worth keeping.

        Returns:
            The new frontier; and the perfect subtrees completed by these leaves at levels 8,
            16, 24 … in order of completion, each exactly once over a tree's life.
        """
        stack = list(self.hashes)
        size = self.size
        kept: list[PlacedHash] = []
        for current in leaves:
            full, level = size, 0
            while full & 1:
                current = sha256(b"\x01" + stack.pop() + current).digest()  # noqa: PLW2901 - climbs
                full >>= 1
                level += 1
                if level % KEPT_EVERY_LEVELS == 0:
                    kept.append((level, full, current))
            stack.append(current)
            size += 1
        return Frontier(size, tuple(stack)), kept

    def root(self) -> bytes:
        """Give the root of the whole tree."""
        return _fold(self.hashes)

    def to_bytes(self) -> bytes:
        """Give the hashes one after the other; the size is kept beside them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> "Frontier":
        """Read what `to_bytes` gave.

        Raises:
            ContractError: the length does not fit the size.
        """
        if len(raw) % HASH_BYTES:
            raise ContractError(f"expected hashes of {HASH_BYTES} bytes, got {len(raw)} bytes")
        return cls(size, tuple(raw[at : at + 32] for at in range(0, len(raw), HASH_BYTES)))


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Give the root of a tree with these leaf hashes."""
    return Frontier().extend(leaf_hashes).root()


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Build the proof that leaf `index` (from 0) is in the tree of the first `size` leaves.

    Returns:
        Hashes from the leaf's sibling up to the root's child.

    Raises:
        ContractError: there is no such leaf.

    Source: RFC 6962 §2.1.1.
    """
    if not 0 <= index < size:
        raise ContractError(f"expected an index below size {size}, got {index}")
    low, high, ranges = 0, size, []
    while high - low > 1:
        split = low + _split(high - low)
        if index < split:
            ranges.append((split, high))
            high = split
        else:
            ranges.append((low, split))
            low = split
    return [_range_hash(start, stop, node) for start, stop in reversed(ranges)]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Build the proof that the tree of `old` leaves is a prefix of the tree of `new` leaves.

    Returns:
        Hashes as RFC 6962 orders them; none if `old` is 0 or equals `new`.

    Raises:
        ContractError: `old` is larger than `new`, or negative.

    Source: RFC 6962 §2.1.2.
    """
    if not 0 <= old <= new:
        raise ContractError(f"expected sizes in order, got {old} and {new}")
    if old in (0, new):
        return []
    low, high, ranges = 0, new, []
    while high != old:
        split = low + _split(high - low)
        if old <= split:
            ranges.append((split, high))
            high = split
        else:
            ranges.append((low, split))
            low = split
    if low > 0:
        ranges.append((low, high))
    return [_range_hash(start, stop, node) for start, stop in reversed(ranges)]


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash is in the tree with `root`.

    Args:
        index: place of the leaf, from 0.
        size: number of leaves of the tree.
        leaf: the leaf's hash, not its bytes.
        proof: hashes from the leaf upwards, exactly as many as the place demands.
        root: of the tree.

    Raises:
        VerificationFailed: the computed root differs, or anything has the wrong length.

    Source: RFC 9162 §2.1.3.2.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size <= LARGEST_SIZE:
        raise VerificationFailed(f"expected an index below size {size}, got {index}")
    place, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise VerificationFailed("the inclusion proof is longer than its place demands")
        if place & 1 or place == last:
            computed = node_hash(sibling, computed)
            place, last = _skip_to_left_child(place, last)
        else:
            computed = node_hash(computed, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise VerificationFailed("the inclusion proof is shorter than its place demands")
    if computed != root:
        raise VerificationFailed("the inclusion proof leads to another root")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree with `old_root` is a prefix of the tree with `new_root`.

    Args:
        old: number of leaves of the smaller tree; 0 is allowed, with the root of no leaves.
        new: number of leaves of the larger tree.
        proof: hashes as `consistency_proof` gives them.
        old_root: root of the smaller tree.
        new_root: root of the larger tree.

    Raises:
        VerificationFailed: a computed root differs, or anything has the wrong length.

    Source: RFC 9162 §2.1.4.2.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 0 <= old <= new <= LARGEST_SIZE:
        raise VerificationFailed(f"expected sizes in order, got {old} and {new}")
    if old in (0, new):
        if proof:
            raise VerificationFailed("expected no consistency proof between these sizes")
        if (old == 0 and old_root != EMPTY_ROOT) or (old == new and old_root != new_root):
            raise VerificationFailed("the roots are not those that these sizes demand")
        return
    if not proof:
        raise VerificationFailed("expected a consistency proof")
    _verify_growth(old, new, proof, old_root, new_root)


def _verify_growth(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    path = proof if old & (old - 1) else (old_root, *proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_computed = new_computed = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise VerificationFailed("the consistency proof is longer than the sizes demand")
        if place & 1 or place == last:
            old_computed = node_hash(sibling, old_computed)
            new_computed = node_hash(sibling, new_computed)
            place, last = _skip_to_left_child(place, last)
        else:
            new_computed = node_hash(new_computed, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise VerificationFailed("the consistency proof is shorter than the sizes demand")
    if old_computed != old_root:
        raise VerificationFailed("the consistency proof leads to another old root")
    if new_computed != new_root:
        raise VerificationFailed("the consistency proof leads to another new root")


def _skip_to_left_child(place: int, last: int) -> tuple[int, int]:
    """Climb levels on which the node has no sibling, as it ends the tree."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _check_hashes(*hashes: bytes) -> None:
    for found in hashes:
        if len(found) != HASH_BYTES:
            raise VerificationFailed(f"expected a hash of {HASH_BYTES} bytes, got {len(found)}")


def _split(count: int) -> int:
    """Give the largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(start: int, stop: int, node: Node) -> bytes:
    """Hash the subtree over leaves [start, stop); `start` is where such a subtree may begin."""
    hashes = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        hashes.append(node(level, start >> level))
        start += 1 << level
    return _fold(hashes)


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Join perfect subtrees, largest first, from the right."""
    if not hashes:
        return EMPTY_ROOT
    *rest, folded = hashes
    for left in reversed(rest):
        folded = node_hash(left, folded)
    return folded
