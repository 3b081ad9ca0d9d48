"""Signed notes (C2SP signed-note) with Ed25519 keys."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contracts.encoding import from_base64, to_base64
from contracts.errors import ContractError, VerificationFailed

ED25519 = b"\x01"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
MOST_SIGNATURES = 100

_KEY_ID = re.compile(r"[0-9a-f]{8}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE_LINE = re.compile(r"— ([^ ]+) ([^ ]+)")


class NotSigned(VerificationFailed):
    """A note carries no signature of a key that is known."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature to accept, and the public key to check it with.

    To be pinned, never fetched from the log that it checks.
    """

    name: str
    public: bytes
    """Raw Ed25519 public key."""

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != KEY_BYTES:
            raise ContractError(f"expected a public key of {KEY_BYTES} bytes")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def keys(self) -> tuple["VerifierKey", ...]:
        """Itself: one key is a keyring of one."""
        return (self,)

    @property
    def text(self) -> str:
        """The key on one line: `name+id+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read what `text` gave.

        Raises:
            ContractError: it is not such a line, or the id is not this key's.
        """
        name, key_id, public = _parse_key(text)
        key = cls(name, public)
        if key.key_id != key_id:
            raise ContractError("the id in the key's text belongs to another key or name")
        return key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name and the private key that signs for it."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """Make a new key from the system's randomness."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> "SigningKey":
        """Read what `to_text` gave.

        Raises:
            ContractError: it is not such a line, or the id is not this key's.
        """
        if not text.startswith("PRIVATE+KEY+"):
            raise ContractError("expected a key that begins with PRIVATE+KEY+")
        name, key_id, seed = _parse_key(text.removeprefix("PRIVATE+KEY+"))
        key = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if key.verifier.key_id != key_id:
            raise ContractError("the id in the key's text belongs to another key or name")
        return key

    @property
    def keys(self) -> tuple["SigningKey", ...]:
        """Itself: one key is a keyring of one."""
        return (self,)

    def to_text(self) -> str:
        """Give the key on one line: `PRIVATE+KEY+name+id+base64`. Secret."""
        seed = to_base64(ED25519 + self.private.private_bytes_raw())
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{seed}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())


def sign(text: str, *keys: SigningKey) -> str:
    """Sign a text, which ends with a newline.

    Raises:
        ContractError: the text cannot be signed, or no key is given.
    """
    _check_text(text)
    if not keys or not text.endswith("\n"):
        raise ContractError("expected a text that ends with a newline, and a key to sign it")
    return text + "\n" + "".join(_signature_line(text, key) for key in keys)


def countersign(note: str, *keys: SigningKey) -> str:
    """Add below a note the signatures of those keys that have not signed it yet.

    Nothing is verified: open it first.

    Raises:
        VerificationFailed: the note is malformed.
    """
    text, signatures = _read(note)
    signed = {(name, key_id) for name, key_id, _ in signatures}
    missing = [key for key in keys if (key.name, key.verifier.key_id) not in signed]
    return note + "".join(_signature_line(text, key) for key in missing)


def open_note(note: str, *keys: VerifierKey) -> str:
    """Check a note and give its text.

    Signatures of other keys are ignored, those of these keys must all be right and at least
    one must be there.

    Raises:
        NotSigned: none of these keys has signed.
        VerificationFailed: the note is malformed, or a signature is not right.
    """
    text, signatures = _read(note)
    known = {(key.name, key.key_id): key for key in keys}
    verified = 0
    for name, key_id, signature in signatures:
        if key := known.get((name, key_id)):
            _check_signature(key, signature, text)
            verified += 1
    if not verified:
        raise NotSigned(_unknown(signatures, keys))
    return text


def _read(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Give the text, and of each signature the key's name, its id and the bytes."""
    try:
        _check_text(note)
    except ContractError as error:
        raise VerificationFailed(str(error)) from None
    head, blank, block = note.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise VerificationFailed("expected a text, an empty line and lines of signatures")
    lines = block.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise VerificationFailed(f"expected at most {MOST_SIGNATURES} signatures")
    return head + "\n", list(map(_parse_signature, lines))


def _unknown(signatures: Sequence[tuple[str, bytes, bytes]], keys: Sequence[VerifierKey]) -> str:
    """Say that nobody known has signed; and how to go on where the log may have changed its key."""
    reason = "the note carries no signature of a known key"
    names = {key.name for key in keys}
    others = sorted({key_id.hex() for name, key_id, _ in signatures if name in names})
    if not others:
        return reason
    pinned = ", ".join(key.key_id.hex() for key in keys)
    return (
        f"{reason}: known here is {pinned}, the name is right, and the key is {', '.join(others)}."
        " If the log has changed its key, get the other one from its operator, by another way than"
        " the log, and pin it beside this one; if it has not, somebody else signs in its name"
    )


def _signature_line(text: str, key: SigningKey) -> str:
    signature = key.verifier.key_id + key.private.sign(text.encode())
    return f"— {key.name} {to_base64(signature)}\n"


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    parts = _SIGNATURE_LINE.fullmatch(line)
    if not parts or not is_name(parts[1]):
        raise VerificationFailed("expected a line of signature: dash, name, Base 64")
    raw = from_base64(parts[2])
    if len(raw) <= 4:
        raise VerificationFailed("expected a key id and a signature")
    return parts[1], raw[:4], raw[4:]


def _check_signature(key: VerifierKey, signature: bytes, text: str) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise VerificationFailed(f"expected a signature of {SIGNATURE_BYTES} bytes")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature:
        raise VerificationFailed(f"the signature of {key.name} is not right") from None


def is_name(name: str) -> bool:
    """Say whether a key may have this name: not empty, no space, no plus."""
    return bool(name) and "+" not in name and not any(map(str.isspace, name))


def _check_name(name: str) -> None:
    if not is_name(name):
        raise ContractError("expected a key name without spaces and plus signs")
    _check_text(name)


def _check_text(text: str) -> None:
    if _CONTROL.search(text):
        raise ContractError("expected text without control characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ContractError("expected text without lone surrogates") from None


def _parse_key(text: str) -> tuple[str, bytes, bytes]:
    """Give name, id and the 32 bytes of key."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _KEY_ID.fullmatch(key_id):
        raise ContractError("expected a key as name, eight hex digits and Base 64")
    raw = from_base64(encoded)
    if len(raw) != 1 + KEY_BYTES or raw[:1] != ED25519:
        raise ContractError("expected an Ed25519 key")
    return name, bytes.fromhex(key_id), raw[1:]
