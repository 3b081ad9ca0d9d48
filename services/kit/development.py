"""Kit: an issuer of tokens for development: one key in a file, and whoever has it is anybody."""

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from services.kit.settings import SettingsRefused
from services.kit.strict_json import NotStrict, read_object
from services.kit.token_keys import (
    DEVELOPMENT_MARK,
    KeySetRefused,
    TokenKeys,
    read_token_keys,
)

DEVELOPMENT_ISSUER = "https://development-issuer.invalid"
"""Name of every development issuer; the address can be nobody's (RFC 2606 §2)."""
DEVELOPMENT_AUDIENCE = "concord-demonstration"
DEMONSTRATION = "demonstration"
"""How the origin of a log begins that says of itself that it is one."""
FORBIDDEN_MODE = 0o077
_LARGEST = 4_096
_ALGORITHM: Literal["Ed25519"] = "Ed25519"


@dataclass(frozen=True, slots=True, repr=False)
class DevelopmentKey:
    """The key of a development issuer."""

    private: OKPKey

    @property
    def public(self) -> TokenKeys:
        """What its tokens are checked with."""
        jwk = {**self.private.as_dict(private=False), "use": "sig", "alg": _ALGORITHM}
        return read_token_keys(json.dumps({"keys": [jwk]}).encode(), is_development=True)

    def token(
        self,
        *,
        role: str,
        actor: str,
        scopes: Sequence[str],
        now: datetime,
        minutes: int,
        jti: str,
    ) -> str:
        """Issue an access token (RFC 9068).

        Args:
            role: as services know it.
            actor: random id, as the register knows it.
            scopes: what the client may do.
            now: issued at.
            minutes: how long it is valid.
            jti: unlike that of any other token.
        """
        claims = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": DEVELOPMENT_AUDIENCE,
            "sub": actor,
            "client_id": "development",
            "jti": jti,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=minutes)).timestamp()),
            "scope": " ".join(scopes),
            "roles": [role],
            "concord_actor": actor,
        }
        header = {"alg": _ALGORITHM, "typ": "at+jwt", "kid": str(self.private.kid)}
        registry = JWSRegistry(algorithms=[_ALGORITHM])
        return jwt.encode(header, claims, self.private, registry=registry)


def make_development_key() -> DevelopmentKey:
    """Make a key whose id says what it is, so that it is refused everywhere else."""
    key = OKPKey.generate_key(_ALGORITHM)
    kid = f"{DEVELOPMENT_MARK}{key.thumbprint()}"
    return DevelopmentKey(OKPKey.import_key({**key.as_dict(private=True), "kid": kid}))


def write_development_key(file: Path, key: DevelopmentKey) -> None:
    """Write a new key with mode 0600.

    Raises:
        FileExistsError: the file is there; a key is never written over.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        json.dump(key.private.as_dict(private=True), opened)
        opened.write("\n")


def read_development_key(file: Path, *, setting: str) -> DevelopmentKey:
    """Read the key.

    Args:
        file: as `write_development_key` made it.
        setting: variable or option that named it, for the message.

    Raises:
        SettingsRefused: no such file, others may read or change it, or it holds no such key.
    """
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            raw = opened.read(_LARGEST)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsRefused(f"{setting}: cannot be read: {reason}") from None
    if mode & FORBIDDEN_MODE:
        raise SettingsRefused(f"{setting}: expected mode 0600, it is 0{mode:o}; others could sign")
    try:
        return _read(raw)
    except (NotStrict, KeySetRefused, JoseError, ValueError, TypeError, KeyError):
        raise SettingsRefused(f"{setting}: expected a key of a development issuer") from None


def _read(raw: bytes) -> DevelopmentKey:
    jwk = dict(read_object(raw))
    if jwk.get("kty") != "OKP" or jwk.get("crv") != _ALGORITHM or "d" not in jwk:
        raise KeySetRefused
    key = DevelopmentKey(OKPKey.import_key(jwk))
    _ = key.public  # refuses a key whose id does not say what it is
    return key
