"""Checkpoints (C2SP tlog-checkpoint): what a log signs about its tree at one size."""

from dataclasses import dataclass

from contracts.encoding import from_base64, parse_decimal, to_base64
from contracts.errors import ContractError, VerificationFailed
from contracts.keyring import Signer, Verifier
from contracts.merkle import HASH_BYTES, LARGEST_SIZE
from contracts.note import open_note, sign


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Lines after the root; we write none, other logs may."""

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_SIZE or len(self.root) != HASH_BYTES:
            raise ContractError("expected a size up to 2^63-1 and a root of 32 bytes")
        if not all((self.origin, *self.extensions)) or "\n" in "".join(
            (self.origin, *self.extensions)
        ):
            raise ContractError("expected an origin and extensions of one line each")

    def text(self) -> str:
        """Give the text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint, without its signatures.

        Raises:
            VerificationFailed: it is not one.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "" or "" in lines:
            raise VerificationFailed("expected origin, size and root, each on its line")
        origin, size, root, *extensions = lines
        try:
            return cls(origin, parse_decimal(size), from_base64(root), tuple(extensions))
        except VerificationFailed:
            raise
        except ContractError as error:
            raise VerificationFailed(str(error)) from None


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Sign a checkpoint with the log's keys, whose name is the origin.

    Raises:
        ContractError: the keys have another name.
    """
    if signer.name != checkpoint.origin:
        raise ContractError(f"expected a key named {checkpoint.origin}, got {signer.name}")
    return sign(checkpoint.text(), *signer.keys)


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Check a signed checkpoint against pinned keys, whose name is the origin; one suffices.

    Raises:
        VerificationFailed: the note, a signature of a pinned key or the checkpoint is not right,
            no pinned key has signed, or it is another log's.
    """
    checkpoint = Checkpoint.parse(open_note(note, *verifier.keys))
    if checkpoint.origin != verifier.name:
        raise VerificationFailed(f"expected a checkpoint of {verifier.name}, got another log's")
    return checkpoint
