"""Kit: the public keys that tokens are checked with, read from a JWK Set; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from services.kit.strict_json import NotStrict, read_object

PublicKey: TypeAlias = ECKey | OKPKey | RSAKey

ALGORITHMS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "Ed25519": ("OKP", "Ed25519"),
        "EdDSA": ("OKP", "Ed25519"),  # what Ed25519 was called before RFC 9864
        "ES256": ("EC", "P-256"),
        "PS256": ("RSA", None),
        "RS256": ("RSA", None),
    }
)
"""What a token may be signed with, and the type and curve of the key that it takes."""
DEVELOPMENT_MARK = "development-"
"""How the id of every key of a development issuer begins."""
MOST_KEYS = 100
_KINDS: Mapping[str, type[ECKey] | type[OKPKey] | type[RSAKey]] = MappingProxyType(
    {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
)
_NEVER_PUBLIC = frozenset({"d", "dp", "dq", "k", "oth", "p", "q", "qi"})
_LONGEST_ID = 256
# Characters of base64url: from 2048 to 8192 bits
_SHORTEST_MODULUS, _LONGEST_MODULUS = 342, 1366
_LONGEST_EXPONENT = 6


class KeySetRefused(Exception):
    """This is no set of keys that tokens may be checked with; the text says why, and no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """One key, and what it may be used with."""

    kid: str | None
    algorithms: frozenset[str]
    public: PublicKey


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """All keys of one issuer at one time."""

    keys: tuple[TokenKey, ...]

    def find(self, kid: str | None, algorithm: str) -> TokenKey | None:
        """Give the one key with this id for this algorithm.

        Args:
            kid: as the token names it; `None` finds the key of a set that has no other for this
                algorithm.
            algorithm: as the token names it.
        """
        suitable = [
            key
            for key in self.keys
            if algorithm in key.algorithms and (kid is None or key.kid == kid)
        ]
        return suitable[0] if len(suitable) == 1 else None


def read_token_keys(raw: bytes, *, is_development: bool = False) -> TokenKeys:
    """Read a JWK Set (RFC 7517 §5); keys that are of no use here are passed over.

    Args:
        raw: as the issuer gave it.
        is_development: whether the keys must be of a development issuer; else they must not.

    Raises:
        KeySetRefused: it is none, holds what must never be public, no key of use, or one of the
            wrong issuer.
    """
    try:
        listed = read_object(raw).get("keys")
    except NotStrict:
        raise KeySetRefused("expected one JSON object without doubled names") from None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_KEYS:
        raise KeySetRefused(f"expected a list `keys` of 1 to {MOST_KEYS}")
    if any(_holds_a_secret(jwk) for jwk in listed):
        raise KeySetRefused("expected public keys only, a private or a symmetric one is among them")
    keys = tuple(_usable(listed))
    if not keys:
        raise KeySetRefused(f"expected at least one key for {', '.join(sorted(ALGORITHMS))}")
    if any((key.kid or "").startswith(DEVELOPMENT_MARK) is not is_development for key in keys):
        raise KeySetRefused("expected keys of a development issuer where it is one, nowhere else")
    return TokenKeys(keys)


def _holds_a_secret(jwk: Any) -> bool:
    return isinstance(jwk, dict) and (jwk.get("kty") == "oct" or not _NEVER_PUBLIC.isdisjoint(jwk))


def _usable(listed: list[Any]) -> Iterator[TokenKey]:
    for jwk in listed:
        if not isinstance(jwk, dict) or not _is_for_signatures(jwk):
            continue
        algorithms, kid = _algorithms_of(jwk), jwk.get("kid")
        if algorithms and (kid is None or (isinstance(kid, str) and len(kid) <= _LONGEST_ID)):
            public = _imported(jwk)
            if public is not None:
                yield TokenKey(kid=kid, algorithms=algorithms, public=public)


def _is_for_signatures(jwk: Mapping[str, Any]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    may_verify = isinstance(operations, list) and "verify" in operations
    return jwk.get("use", "sig") == "sig" and may_verify


def _algorithms_of(jwk: Mapping[str, Any]) -> frozenset[str]:
    kind = jwk.get("kty")
    curve = None if kind == "RSA" else jwk.get("crv")
    fitting = frozenset(name for name, needed in ALGORITHMS.items() if needed == (kind, curve))
    named = jwk.get("alg")
    if named is None or (kind == "OKP" and named in fitting):
        return fitting  # both names of the same algorithm
    return fitting & {named} if isinstance(named, str) else frozenset()


def _imported(jwk: Mapping[str, Any]) -> PublicKey | None:
    kind = jwk["kty"]
    if kind == "RSA" and not _is_of_good_size(jwk):
        return None
    members = ("kty", "n", "e") if kind == "RSA" else ("kty", "crv", "x", "y")
    try:
        return _KINDS[kind].import_key({name: jwk[name] for name in members if name in jwk})
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _is_of_good_size(jwk: Mapping[str, Any]) -> bool:
    modulus, exponent = jwk.get("n"), jwk.get("e")
    return (
        isinstance(modulus, str)
        and isinstance(exponent, str)
        and _SHORTEST_MODULUS <= len(modulus) <= _LONGEST_MODULUS
        and len(exponent) <= _LONGEST_EXPONENT
    )
