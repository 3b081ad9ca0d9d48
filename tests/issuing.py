"""An issuer for tests: its own keys, any claim, and the real verifier on its key set.

The instant is fixed, so that a token is the same bytes each time and is signed once.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from services.kit.authentication import authentication, known
from services.kit.clock import Clock
from services.kit.principal import Authenticate
from services.kit.token_keys import TokenKeys, read_token_keys
from services.kit.tokens import Expected
from tests.makers import NOW

ISSUER = "https://issuer.concord.test/realm"
AUDIENCE = "https://registry.concord.test"
SCOPES = ("concord.read", "concord.write")
EXPECTED = Expected(issuer=ISSUER, audience=AUDIENCE)

Private = OKPKey | ECKey | RSAKey


@cache
def private_keys() -> Mapping[str, Private]:
    """The issuer's keys by the algorithm they are for; made once in each process of tests."""
    return {
        "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "of-tests-1"}),
        "ES256": ECKey.generate_key("P-256", {"kid": "of-tests-2"}),
        "RS256": RSAKey.generate_key(2048, {"kid": "of-tests-3"}),
    }


def jwk_of(key: Private, **changes: Any) -> dict[str, Any]:
    """The public half, as a provider publishes it."""
    return {**key.as_dict(private=False), "use": "sig", **changes}


def key_set(*keys: Private) -> bytes:
    """The issuer's JWK Set, or one of these keys."""
    chosen = keys or tuple(private_keys().values())
    return json.dumps({"keys": [jwk_of(key) for key in chosen]}).encode()


@cache
def token_keys() -> TokenKeys:
    return read_token_keys(key_set())


def claims_of(
    role: str = "secretariat",
    actor: str | None = None,
    scopes: tuple[str, ...] = SCOPES,
    *,
    at: datetime = NOW,
) -> dict[str, Any]:
    """What a good token says; without an actor, one that is named after the role."""
    issued = int(at.timestamp())
    actor = actor or f"actor-{role.replace(':', '-')}"
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": f"subject-of-{actor}",
        "jti": "token-1",
        "iat": issued,
        "exp": issued + 3_600,
        "scope": " ".join(scopes),
        "roles": [role],
        "concord_actor": actor,
    }


@cache
def token(
    role: str = "secretariat",
    actor: str | None = None,
    scopes: tuple[str, ...] = SCOPES,
    *,
    at: datetime = NOW,
) -> str:
    """Give a good token; the same arguments give the same one, so that it costs nothing."""
    return signed(claims_of(role, actor, scopes, at=at))


def bearer(
    role: str = "secretariat", actor: str | None = None, scopes: tuple[str, ...] = SCOPES
) -> dict[str, str]:
    """Give the header of a request by somebody."""
    return {"authorization": f"Bearer {token(role, actor, scopes)}"}


def signed(
    claims: Mapping[str, Any] | bytes,
    *,
    algorithm: str = "Ed25519",
    key: Private | None = None,
    header: Mapping[str, Any] | bytes | None = None,
) -> str:
    """Sign anything as a token.

    Args:
        claims: the payload, or its bytes as they are.
        algorithm: what it is really signed with; the header may say something else.
        key: `None` takes the issuer's.
        header: changes to the header, `None` as a value takes a member away; or its bytes.
    """
    key = key or private_keys()["RS256" if algorithm == "PS256" else algorithm]
    if not isinstance(header, bytes):
        members = {"alg": algorithm, "typ": "at+jwt", "kid": key.kid, **(header or {})}
        header = spelled({name: one for name, one in members.items() if one is not None})
    payload = claims if isinstance(claims, bytes) else spelled(claims)
    protected = f"{encoded(header)}.{encoded(payload)}"
    signature = jws.JWSRegistry.algorithms[algorithm].sign(protected.encode(), key)
    return f"{protected}.{encoded(signature)}"


def spelled(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def authenticate(clock: Clock = lambda: NOW) -> Authenticate:
    """The real verifier on the issuer's keys, for an app in this process."""
    return authentication(known(token_keys()), EXPECTED, clock)
