"""Kit: who is asking, by a bearer token of which the settings hold only the SHA-256."""

import hmac
import re
from collections.abc import Sequence
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field

from services.kit.errors import Forbidden, Unauthenticated

# RFC 6750 §2.1, b64token; the limit keeps hashing cheap
_HEADER = re.compile(r"Bearer +([A-Za-z0-9\-._~+/]{16,4096}=*)", re.IGNORECASE)


class Grant(BaseModel):
    """What the holder of one token is, and may do."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", repr=False)
    """Of the token's ASCII bytes, in hexadecimal."""
    actor: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{2,63}$")
    """Random id of this person in this mandate; says nothing of who it is."""
    party: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    """For whom the actor acts; the service says what it means."""
    may: frozenset[str]


def authenticate(headers: Sequence[str], grants: Sequence[Grant]) -> Grant:
    """Find the grant of the token in the Authorization header.

    Args:
        headers: every Authorization header of the request; more than one is refused.
        grants: every known one; none known means that nobody is let in.

    Raises:
        Unauthenticated: no header, not a bearer token, or not a known one.
    """
    match = _HEADER.fullmatch(headers[0].strip()) if len(headers) == 1 else None
    if match is None:
        raise Unauthenticated("expected one Authorization header with a bearer token")
    digest = sha256(match[1].encode("ascii")).hexdigest()
    found = None
    for grant in grants:  # all of them, so that the time says nothing
        if hmac.compare_digest(grant.sha256, digest):
            found = grant
    if found is None:
        raise Unauthenticated("expected a known bearer token")
    return found


def require(grant: Grant, permission: str) -> None:
    """Check that a grant has a permission.

    Raises:
        Forbidden: it does not.
    """
    if permission not in grant.may:
        raise Forbidden(f"expected a token that may {permission.replace('_', ' ')}")
