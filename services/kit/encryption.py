"""Kit: encryption at rest. Every document has a data key, and a wrapping key encrypts that one.

AES-256-GCM throughout, each time with a nonce of 96 random bits. A wrapping key wraps far fewer
than 2³² data keys (NIST SP 800-38D §8.3), and a data key encrypts far fewer parts of one document.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import urandom
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kit.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
FORM = b"\x01"
"""First byte of everything encrypted here; text never begins with it."""
OVERHEAD_BYTES = len(FORM) + NONCE_BYTES + TAG_BYTES
"""How much longer a ciphertext is than what it encrypts."""


class Undecipherable(Unavailable):
    """What is stored cannot be decrypted: its wrapping key is not here, or it is damaged."""

    code = "undecipherable"
    title = "What is asked for is stored encrypted and cannot be read now."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, retry_after_seconds=60)


class KeyMissing(Undecipherable):
    """What is stored may be whole, but its wrapping key is not here."""

    def __init__(self, key_id: str) -> None:
        """Make it.

        Args:
            key_id: of the wrapping key.
        """
        super().__init__(f"the encryption key {key_id} is not here")
        self.key_id = key_id


class Wrapped(NamedTuple):
    """A data key as it may be stored."""

    key_id: str
    """Of the wrapping key that opens it."""
    ciphertext: bytes


class DataKey:
    """The key of one document; what it is never leaves this object but wrapped."""

    __slots__ = ("_cipher", "_raw")

    def __init__(self, raw: bytes | None = None) -> None:
        """Take a key, or make one of random bytes."""
        self._raw = urandom(KEY_BYTES) if raw is None else raw
        self._cipher = AESGCM(self._raw)

    def encrypt(self, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt.

        Args:
            plain: what nobody shall read.
            bound_to: where it stands; it can only be decrypted as standing there.
        """
        return _encrypt(self._cipher, plain, bound_to)

    def decrypt(self, stored: bytes, bound_to: bytes) -> bytes:
        """Decrypt.

        Raises:
            Undecipherable: it is not what was encrypted for this place.
        """
        return _decrypt(self._cipher, stored, bound_to)

    def wrap_with(self, cipher: AESGCM, bound_to: bytes) -> bytes:
        """Encrypt the key itself."""
        return _encrypt(cipher, self._raw, bound_to)


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A key that encrypts data keys; its id follows from it, so that none is taken for another."""

    raw: bytes = field(repr=False)
    cipher: AESGCM = field(init=False, repr=False, compare=False)
    key_id: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"expected {KEY_BYTES} bytes")
        object.__setattr__(self, "cipher", AESGCM(self.raw))
        spelled = hashlib.sha256(b"concord wrapping key\n" + self.raw).hexdigest()
        object.__setattr__(self, "key_id", spelled[:16])

    @classmethod
    def generate(cls) -> "WrappingKey":
        """Make one of random bytes."""
        return cls(urandom(KEY_BYTES))


class Keys(Protocol):
    """What wraps and unwraps: a keyring, or a file with one."""

    def wrap(self, key: DataKey, bound_to: bytes) -> Wrapped:
        """Encrypt a data key for the place it is stored at."""

    def unwrap(self, wrapped: Wrapped, bound_to: bytes) -> DataKey:
        """Decrypt a data key, or raise `Undecipherable`."""


class Keyring:
    """Wrapping keys: the first one wraps, all unwrap."""

    def __init__(self, keys: Sequence[WrappingKey]) -> None:
        """Take the keys.

        Raises:
            ValueError: there is none.
        """
        if not keys:
            raise ValueError("expected at least one key")
        self._keys = {key.key_id: key for key in keys}
        self._first = keys[0]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Name the keys, the one that wraps first."""
        return tuple(self._keys)

    def wrap(self, key: DataKey, bound_to: bytes) -> Wrapped:
        """Encrypt a data key for the place it is stored at."""
        return Wrapped(self._first.key_id, key.wrap_with(self._first.cipher, bound_to))

    def unwrap(self, wrapped: Wrapped, bound_to: bytes) -> DataKey:
        """Decrypt a data key.

        Raises:
            KeyMissing: its wrapping key is not here.
            Undecipherable: it is not what was stored there.
        """
        key = self._keys.get(wrapped.key_id)
        if key is None:
            raise KeyMissing(wrapped.key_id)
        return DataKey(_decrypt(key.cipher, wrapped.ciphertext, bound_to))


def _encrypt(cipher: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    nonce = urandom(NONCE_BYTES)
    return FORM + nonce + cipher.encrypt(nonce, plain, FORM + bound_to)


def _decrypt(cipher: AESGCM, stored: bytes, bound_to: bytes) -> bytes:
    start = len(FORM) + NONCE_BYTES
    form, nonce, ciphertext = stored[: len(FORM)], stored[len(FORM) : start], stored[start:]
    try:
        return cipher.decrypt(nonce, ciphertext, form + bound_to)
    except (InvalidTag, ValueError):
        raise Undecipherable("it is not what was stored there") from None
