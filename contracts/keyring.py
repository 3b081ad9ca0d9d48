"""Several keys of one log: a signer signs with all of them, a reader accepts any that it pinned.

While a log changes its key, the old and the new one sign beside each other, so that every reader
finds a signature that it knows. A single key is the common case and stands for itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.errors import ContractError
from contracts.note import MOST_SIGNATURES, SigningKey, VerifierKey


class Verifier(Protocol):
    """Whose checkpoints to accept: a pinned key, or several of one log, any of which suffices."""

    @property
    def name(self) -> str:
        """Give the name that all of its keys have: the log's origin."""
        ...

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Give the keys, at least one."""
        ...


class Signer(Protocol):
    """Who signs for a log, with one key or with several at once."""

    @property
    def name(self) -> str:
        """Give the name that all of its keys have: the log's origin."""
        ...

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """Give the keys that sign now, at least one, the newest first."""
        ...

    @property
    def verifier(self) -> Verifier:
        """Say whose signatures are this log's own: those of its keys, and of earlier ones."""
        ...


@dataclass(frozen=True, slots=True)
class VerifierKeys:
    """Public keys of one name, each of them once."""

    keys: tuple[VerifierKey, ...]

    def __post_init__(self) -> None:
        _check(self.keys)

    @property
    def name(self) -> str:
        """Give the name of them all."""
        return self.keys[0].name

    @classmethod
    def parse(cls, text: str) -> "VerifierKeys":
        """Read keys as `VerifierKey.text` gives them, with white space between them.

        Raises:
            ContractError: there is none, one is not a key, or they are not of one log.
        """
        return cls(tuple(map(VerifierKey.parse, text.split())))


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """Keys that sign for one log beside each other, the newest first; and what it signed with."""

    keys: tuple[SigningKey, ...]
    former: tuple[VerifierKey, ...] = ()
    """Public halves of keys that sign no more, and whose signatures are still this log's."""

    def __post_init__(self) -> None:
        if not self.keys:
            raise ContractError("expected at least one key that signs")
        _check((*(key.verifier for key in self.keys), *self.former))

    @property
    def name(self) -> str:
        """Give the name of them all."""
        return self.keys[0].name

    @property
    def verifier(self) -> VerifierKeys:
        """Accept what these keys sign and the former ones signed."""
        return VerifierKeys((*(key.verifier for key in self.keys), *self.former))


def _check(keys: Sequence[VerifierKey]) -> None:
    if not 1 <= len(keys) <= MOST_SIGNATURES:
        raise ContractError(f"expected 1 to {MOST_SIGNATURES} keys, got {len(keys)}")
    if len({key.name for key in keys}) > 1:
        raise ContractError("expected keys of one log, got keys with several names")
    if len({key.key_id for key in keys}) < len(keys):
        raise ContractError("expected each key once")
