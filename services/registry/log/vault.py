"""Log: what is disclosed is stored encrypted, with a key for each entry (docs/adr/0049).

A disclosure can be decrypted with the key of its entry alone and under its own name; that key only
as standing at its entry's position in this log. So no row can take another one's place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from contracts.encoding import from_base64url, to_base64url
from contracts.errors import VerificationFailed
from contracts.sealing import Disclosure
from services.kit.encryption import DataKey, Keys, Undecipherable, Wrapped


class StoredDisclosure(NamedTuple):
    """What opens a sealed section of the body at a position."""

    position: int
    name: str
    encoded: str


class LockedRow(NamedTuple):
    """A disclosure as it is stored, with its entry's key; `None`: the key is gone."""

    position: int
    name: str
    encoded: str
    key_id: str | None
    wrapped: bytes | None


class Locked(NamedTuple):
    """What an entry discloses, encrypted, before it has a position."""

    key: DataKey
    rows: Sequence[tuple[str, str]]
    """Name and ciphertext of each."""


FORM = "A"
"""How the base64url of a ciphertext begins, and that of a disclosure in clear never does."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Encrypts and decrypts what one log discloses."""

    origin: str
    keys: Keys

    def lock(self, disclosures: Sequence[Disclosure]) -> Locked:
        """Encrypt what an entry discloses; needs no place yet."""
        key = DataKey()
        rows = [(one.name, _locked(key, one.name, one.spelled())) for one in disclosures]
        return Locked(key, rows)

    def wrap(self, key: DataKey, position: int) -> Wrapped:
        """Encrypt the key of an entry for its position."""
        return self.keys.wrap(key, entry_place(self.origin, position))

    def open(self, rows: Iterable[LockedRow]) -> list[StoredDisclosure]:
        """Decrypt rows, entry by entry.

        Raises:
            Undecipherable: a key is not here, or a row is not as it was stored.
        """
        return [
            opened
            for position, those in groupby(rows, key=attrgetter("position"))
            for opened in self._open(position, list(those))
        ]

    def _open(self, position: int, rows: Sequence[LockedRow]) -> Iterable[StoredDisclosure]:
        key_id, wrapped = rows[0].key_id, rows[0].wrapped
        if key_id is None or wrapped is None:
            raise Undecipherable(f"the key of entry {position} is gone")
        key = self.keys.unwrap(Wrapped(key_id, wrapped), entry_place(self.origin, position))
        for row in rows:
            yield StoredDisclosure(position, row.name, _unlock_one(key, row.name, row.encoded))


def entry_place(origin: str, position: int) -> bytes:
    """Spell what the key of an entry is bound to."""
    return f"disclosure\n{origin}\n{position}".encode()


def lock_one(key: DataKey, name: str, encoded: str) -> str:
    """Encrypt one disclosure as spelled; text again, which is longer by 39 characters at most."""
    return _locked(key, name, from_base64url(encoded))


def _locked(key: DataKey, name: str, plain: bytes) -> str:
    return to_base64url(key.encrypt(plain, name.encode()))


def _unlock_one(key: DataKey, name: str, stored: Any) -> str:
    try:
        return to_base64url(key.decrypt(from_base64url(stored), name.encode()))
    except VerificationFailed:
        raise Undecipherable("it is not what was stored there") from None
