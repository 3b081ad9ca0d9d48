"""Kit: from the Authorization header of a request to who it comes from."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from services.kit.clock import Clock
from services.kit.errors import Unauthenticated
from services.kit.principal import Authenticate, Principal
from services.kit.token_keys import TokenKey, TokenKeys
from services.kit.tokens import Expected, read_token, verify

# RFC 6750 §2.1; what the token is made of, the verifier says
_HEADER = re.compile(r"Bearer +([!-~]+)", re.IGNORECASE)

FindKey: TypeAlias = Callable[[str | None, str], Awaitable[TokenKey | None]]
"""Gives the issuer's key by id and algorithm; `None`: it has none. May raise `Unavailable`."""


def authentication(find_key: FindKey, expected: Expected, clock: Clock) -> Authenticate:
    """Make what finds the principal of a request.

    Args:
        find_key: where the issuer's keys are.
        expected: what a token must say.
        clock: gives the present instant.
    """

    async def authenticate(headers: Sequence[str]) -> Principal:
        match = _HEADER.fullmatch(headers[0].strip(" \t")) if len(headers) == 1 else None
        if match is None:
            raise Unauthenticated("expected one Authorization header with a bearer token")
        token = read_token(match[1])
        key = await find_key(token.kid, token.algorithm)
        return verify(token, key, expected, clock())

    return authenticate


def known(keys: TokenKeys) -> FindKey:
    """Find among keys that are at hand and do not change."""

    async def find(kid: str | None, algorithm: str) -> TokenKey | None:
        return keys.find(kid, algorithm)

    return find
