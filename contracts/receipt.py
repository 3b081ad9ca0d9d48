"""Receipts (C2SP tlog-proof): proof to keep that an entry is in the log, checked offline."""

from dataclasses import dataclass

from contracts.checkpoint import open_checkpoint
from contracts.encoding import from_base64, parse_decimal, to_base64
from contracts.envelope import Entry, parse_leaf
from contracts.errors import VerificationFailed
from contracts.keyring import Verifier
from contracts.merkle import leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """An inclusion proof, the signed checkpoint it leads to, and the leaf it speaks of."""

    index: int
    """Place of the leaf, from 0: position less one."""
    hashes: tuple[bytes, ...]
    """From the leaf's sibling up to the root's child."""
    checkpoint_note: str
    """Signed checkpoint, exactly as signed."""
    leaf: bytes | None = None
    """Exact bytes of the leaf, on the `extra` line; not trusted until the proof is checked."""

    def text(self) -> str:
        """Give the text of the receipt."""
        lines = [HEADER]
        if self.leaf is not None:
            lines.append(f"extra {to_base64(self.leaf)}")
        lines.append(f"index {self.index}")
        lines += map(to_base64, self.hashes)
        return "\n".join((*lines, "", self.checkpoint_note))

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read the text of a receipt; nothing is verified yet.

        Raises:
            VerificationFailed: it is not one.
        """
        head, blank, note = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != HEADER or not blank or not note:
            raise VerificationFailed(f"expected {HEADER}, a proof, an empty line, a checkpoint")
        leaf = None
        if lines and lines[0].startswith("extra "):
            leaf = from_base64(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise VerificationFailed("expected a line with the index")
        index = parse_decimal(lines.pop(0).removeprefix("index "))
        hashes = tuple(map(from_base64, lines))
        if len(hashes) > MOST_HASHES or any(len(found) != 32 for found in hashes):
            raise VerificationFailed(f"expected at most {MOST_HASHES} hashes of 32 bytes")
        return cls(index, hashes, note, leaf)


def verify_receipt(text: str, verifier: Verifier, leaf: bytes | None = None) -> Entry:
    """Check a receipt against a pinned key and give the entry it proves.

    Args:
        text: the receipt.
        verifier: the log's key or keys, pinned; one suffices.
        leaf: exact bytes of the leaf, if kept apart; must equal those in the receipt, if any.

    Raises:
        VerificationFailed: anything in it does not check out, or no leaf is known.
    """
    receipt = Receipt.parse(text)
    checkpoint = open_checkpoint(receipt.checkpoint_note, verifier)
    known = receipt.leaf if leaf is None else leaf
    if known is None:
        raise VerificationFailed("the receipt carries no leaf, and none was given")
    if receipt.leaf is not None and receipt.leaf != known:
        raise VerificationFailed("the receipt carries another leaf than was given")
    verify_inclusion(
        receipt.index, checkpoint.size, leaf_hash(known), receipt.hashes, checkpoint.root
    )
    entry = parse_leaf(known)
    if entry.position != receipt.index + 1:
        raise VerificationFailed(
            f"expected the leaf of position {receipt.index + 1}, got {entry.position}"
        )
    return entry
