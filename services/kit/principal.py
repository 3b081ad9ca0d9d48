"""Kit: who a request comes from, once its token was found to be valid."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """What a valid token says of whoever sent it; what of it holds, the service decides."""

    actor: str
    """Random id of this person in this mandate; says nothing of who it is."""
    roles: frozenset[str]
    """As the token lists them; the service says what they mean."""
    scopes: frozenset[str]
    """What the client was let do on the person's behalf (RFC 6749 §3.3)."""


Authenticate: TypeAlias = Callable[[Sequence[str]], Awaitable[Principal]]
"""Finds the principal by every Authorization header of a request.

Raises `Unauthenticated` where there is not exactly one with a valid token, and `Unavailable` where
the keys that tokens are checked with cannot be had.
"""
