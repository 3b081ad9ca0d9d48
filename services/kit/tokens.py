"""Kit: whether a token is a valid access token for us (RFC 9068, RFC 8725); pure."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from services.kit.errors import Unauthenticated
from services.kit.principal import Principal
from services.kit.strict_json import NotStrict, read_object
from services.kit.token_keys import ALGORITHMS, TokenKey, TokenKeys

LARGEST_TOKEN = 8_192
"""Bytes; more is not looked at."""
LEEWAY_SECONDS = 60
"""How far clocks may be apart."""
TYPES = frozenset({"at+jwt", "application/at+jwt"})
"""Of an access token (RFC 9068 §2.1), compared without case. An ID token is none."""

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_ACTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{2,63}")
_SCOPES = re.compile(r"(?:[!#-\[\]-~]+(?: [!#-\[\]-~]+)*)?")
_LATEST = 2**53 - 1
_LONGEST_NAME = 255
_MOST_NAMES = 100
# They change what the signature covers, or say that what is signed is another token.
_REFUSED_MEMBERS = frozenset({"b64", "crit", "cty", "enc", "zip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say to be one for us."""

    issuer: str
    """Compared character by character."""
    audience: str
    """Must be the audience, or among them."""
    actor_claim: str = "concord_actor"
    """Claim that holds the random id of the actor."""
    roles_claim: str = "roles"
    """Claim that holds the list of roles (RFC 9068 §2.2.3.1)."""
    longest_seconds: int = 86_400
    """A token that is valid for longer is refused: it could not be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that is put together as it should be; nothing in it is believed yet."""

    algorithm: str
    kid: str | None
    signed: bytes
    """What the signature is over."""
    payload: bytes
    signature: bytes


def read_token(text: str) -> Token:
    """Take a token apart, without believing any of it.

    Keys, addresses of keys and certificates that a token brings along are passed over.

    Raises:
        Unauthenticated: it is not one signed JWT in compact form of the expected type, or signed
            with an algorithm that is not accepted.
    """
    if len(text) > LARGEST_TOKEN:
        raise _refused(f"expected a token of at most {LARGEST_TOKEN} bytes")
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        raise _refused("expected a signed JWT in compact form")
    header = _object(_decoded(parts[1]), "header")
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise _refused(f"expected a signature by one of {', '.join(sorted(ALGORITHMS))}")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise _refused("expected an access token, of type at+jwt")
    if not _REFUSED_MEMBERS.isdisjoint(header):
        raise _refused("expected a header without extensions")
    if "kid" in header and not _is_name(kid):
        raise _refused("expected the id of a key as text")
    return Token(
        algorithm=algorithm,
        kid=kid,
        signed=f"{parts[1]}.{parts[2]}".encode("ascii"),
        payload=_decoded(parts[2]),
        signature=_decoded(parts[3]),
    )


def verify(token: Token, key: TokenKey | None, expected: Expected, now: datetime) -> Principal:
    """Check the signature, then what is signed.

    Args:
        token: as `read_token` gave it.
        key: the one that the token names; `None`: it is not known.
        expected: what the token must say.
        now: the present instant.

    Raises:
        Unauthenticated: signature, issuer, audience, times or the shape of a claim are not as
            expected.
    """
    if key is None or not _is_signed(token, key):
        raise _refused("expected a signature by a key of the issuer")
    claims = _object(token.payload, "payload")
    _check_parties(claims, expected)
    _check_times(claims, expected, int(now.timestamp()))
    return Principal(
        actor=_actor(claims.get(expected.actor_claim)),
        roles=_roles(claims.get(expected.roles_claim, [])),
        scopes=_scopes(claims.get("scope", "")),
    )


def verify_text(text: str, keys: TokenKeys, expected: Expected, now: datetime) -> Principal:
    """Do both, with keys that are at hand.

    Raises:
        Unauthenticated: as `read_token` and `verify`.
    """
    token = read_token(text)
    return verify(token, keys.find(token.kid, token.algorithm), expected, now)


def _is_signed(token: Token, key: TokenKey) -> bool:
    if token.algorithm not in key.algorithms:
        return False
    algorithm = JWSRegistry.algorithms[token.algorithm]
    try:
        algorithm.check_key(key.public)
        return algorithm.verify(token.signed, token.signature, key.public)
    except (JoseError, ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise _refused("expected a token of the configured issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(one, str) for one in audiences) or expected.audience not in audiences:
        raise _refused("expected a token for this service")
    if not _is_name(claims.get("sub")) or not _is_name(claims.get("jti")):
        raise _refused("expected a subject and an id of the token")


def _check_times(claims: Mapping[str, Any], expected: Expected, now: int) -> None:
    issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
    valid_from = _instant(claims, "nbf") if "nbf" in claims else issued
    if expires <= now - LEEWAY_SECONDS:
        raise _refused("expected a token that has not expired")
    if max(issued, valid_from) > now + LEEWAY_SECONDS:
        raise _refused("expected a token that is valid already")
    if not 0 < expires - issued <= expected.longest_seconds:
        raise _refused(f"expected a token valid for at most {expected.longest_seconds} seconds")


def _instant(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or not 0 <= value <= _LATEST:  # True is an int as well
        raise _refused(f"expected {name} as whole seconds")
    return value


def _actor(value: Any) -> str:
    if not isinstance(value, str) or not _ACTOR.fullmatch(value):
        raise _refused("expected the id of an actor")
    return value


def _roles(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > _MOST_NAMES or not all(map(_is_name, value)):
        raise _refused("expected a list of roles")
    return frozenset(value)


def _scopes(value: Any) -> frozenset[str]:
    if not isinstance(value, str) or not _SCOPES.fullmatch(value):
        raise _refused("expected scopes as text")
    return frozenset(value.split())


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= _LONGEST_NAME


def _decoded(text: str) -> bytes:
    """Decode base64url that has one spelling only (RFC 7515 §2: no padding; no loose bits)."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise _refused("expected base64url") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=") != text.encode("ascii"):
        raise _refused("expected base64url")
    return raw


def _object(raw: bytes, name: str) -> Mapping[str, Any]:
    try:
        return read_object(raw)
    except NotStrict:
        raise _refused(f"expected a {name} of one JSON object without doubled names") from None


def _refused(detail: str) -> Unauthenticated:
    return Unauthenticated(detail, is_token_refused=True)
