"""Kit: which tokens a service accepts, as its settings say; refused at start where they are unsafe.

A service accepts the tokens of one issuer: that of its operator, or, on a demonstration, the one
for development. With neither nobody is let in.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from ssl import SSLContext, SSLError, create_default_context
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from services.kit.authentication import authentication, known
from services.kit.clock import Clock
from services.kit.development import (
    DEMONSTRATION,
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    read_development_key,
)
from services.kit.errors import Unauthenticated
from services.kit.keyset import Fetch, KeySet, NotFetched, Patience, from_address, from_file
from services.kit.principal import Authenticate, Principal
from services.kit.settings import ServiceSettings, SettingsRefused, variable
from services.kit.token_keys import KeySetRefused, read_token_keys
from services.kit.tokens import Expected

_CLAIM = r"^[A-Za-z][A-Za-z0-9_.:/-]{0,127}$"
_NAME = r"^[!-~]{1,200}$"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class IdentitySettings(ServiceSettings):
    """Which tokens are accepted; the base of what either service needs to serve."""

    issuer: str | None = Field(default=None, pattern=_NAME)
    """Who issues the access tokens that are accepted: `iss` in them, character by character. None:
    nobody is let in where a token is needed."""
    audience: str | None = Field(default=None, pattern=_NAME)
    """What `aud` of a token must be or contain. The same for both services, since reporting hands
    a reader's token on to the registry. Needed with the issuer."""
    jwks_url: str | None = None
    """Address of the issuer's keys, a JWK Set: https, or http on this host. No other address is
    ever asked, whatever a token says."""
    jwks_file: Path | None = None
    """File with the same, instead of the address; nobody but its owner may change it."""
    jwks_ca_file: Path | None = None
    """File of the authorities (PEM) that vouch for the server of the keys. None: those of the
    system."""
    jwks_seconds: float = Field(default=5, gt=0, le=60)
    """How long fetching the keys may take."""
    jwks_refresh_seconds: int = Field(default=300, ge=1, le=86_400)
    """Age at which keys are fetched anew, behind the next request. So long does a key that the
    issuer took back go on being accepted."""
    jwks_least_seconds: int = Field(default=15, ge=1, le=3_600)
    """Least time between two fetches, however many tokens name an unknown key."""
    jwks_oldest_seconds: int = Field(default=21_600, ge=1, le=604_800)
    """Age from which on keys are not used any more while new ones cannot be had; from then on
    tokens are answered 503."""
    actor_claim: str = Field(default="concord_actor", pattern=_CLAIM)
    """Claim with the random id of the actor, as the register knows it."""
    roles_claim: str = Field(default="roles", pattern=_CLAIM)
    """Claim with the list of roles."""
    token_longest_seconds: int = Field(default=86_400, ge=60, le=604_800)
    """Tokens that are valid for longer are refused: they could not be taken back."""
    development_issuer_key_file: Path | None = None
    """File with the key of a development issuer, as `concord development-key` makes it. Whoever can
    read it can be anybody. Refused unless the log's origin begins with `demonstration`, and beside
    any other issuer."""

    @field_validator("jwks_url")
    @classmethod
    def _is_safe(cls, url: str | None) -> str | None:
        if url is not None:
            _check_address(url)
        return url


def _check_address(url: str) -> None:
    expected = "expected https, or http on this host, without user or fragment"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(expected) from None
    is_plain = not (parts.username or parts.password or parts.fragment) and url.isascii()
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not (host and is_plain and is_safe) or any(letter <= " " for letter in url):
        raise ValueError(expected)


def authentication_by(
    settings: IdentitySettings, clock: Clock, *, origin: str | None
) -> Authenticate | None:
    """Make what finds the principal of a request, by these settings; `None`: they name no issuer.

    An address is not asked yet: a service starts while its issuer is down, and answers 503 where a
    token is needed.

    Args:
        settings: of the service.
        clock: gives the present instant.
        origin: of the log; `None`: not known here.

    Raises:
        SettingsRefused: they do not say which tokens, or what they say is not safe.
    """
    names = _Names(settings)
    given = {name for name in ("audience", "jwks_url", "jwks_file") if getattr(settings, name)}
    if settings.development_issuer_key_file is not None:
        if settings.issuer or given:
            raise SettingsRefused(f"{names['development_issuer_key_file']}: not beside an issuer")
        return _of_development(settings, clock, names, origin or "")
    if settings.issuer is None:
        if given:
            raise SettingsRefused(f"{names['issuer']}: needed with {names[min(given)]}")
        return None
    return _of_issuer(settings, settings.issuer, clock, names)


def issuer_named(settings: IdentitySettings) -> str | None:
    """Name whose tokens are accepted, for the log line of a start; `None`: nobody's."""
    is_for_development = settings.development_issuer_key_file is not None
    return DEVELOPMENT_ISSUER if is_for_development else settings.issuer


class _Names:
    """The variables of a service's settings, for messages."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._kind = type(settings)

    def __getitem__(self, field: str) -> str:
        return variable(self._kind, field)


async def nobody(_headers: Sequence[str]) -> Principal:
    """Let nobody in, where no issuer is configured."""
    raise Unauthenticated("no issuer of tokens is configured here")


def _of_development(
    settings: IdentitySettings, clock: Clock, names: _Names, origin: str
) -> Authenticate:
    name = names["development_issuer_key_file"]
    if settings.development_issuer_key_file is None:  # pragma: no cover - the caller looked
        raise SettingsRefused(f"{name}: needed here")
    if not origin.startswith(DEMONSTRATION):
        raise SettingsRefused(f"{name}: only where the log's origin begins with `{DEMONSTRATION}`")
    key = read_development_key(settings.development_issuer_key_file, setting=name)
    expected = _expected(settings, DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE)
    return authentication(known(key.public), expected, clock)


def _of_issuer(
    settings: IdentitySettings, issuer: str, clock: Clock, names: _Names
) -> Authenticate:
    if issuer.rstrip("/").lower() == DEVELOPMENT_ISSUER:
        raise SettingsRefused(f"{names['issuer']}: expected another than the development issuer")
    if settings.audience is None:
        raise SettingsRefused(f"{names['audience']}: needed with {names['issuer']}")
    keys = KeySet(
        _fetch(settings, names),
        Patience(
            refresh_after=settings.jwks_refresh_seconds,
            least_between=settings.jwks_least_seconds,
            oldest=settings.jwks_oldest_seconds,
        ),
    )
    return authentication(keys.find, _expected(settings, issuer, settings.audience), clock)


def _expected(settings: IdentitySettings, issuer: str, audience: str) -> Expected:
    return Expected(
        issuer=issuer,
        audience=audience,
        actor_claim=settings.actor_claim,
        roles_claim=settings.roles_claim,
        longest_seconds=settings.token_longest_seconds,
    )


def _fetch(settings: IdentitySettings, names: _Names) -> Fetch:
    if (settings.jwks_url is None) is (settings.jwks_file is None):
        raise SettingsRefused(f"{names['jwks_url']}: needed, or {names['jwks_file']}, not both")
    if settings.jwks_file is not None:
        fetch = from_file(settings.jwks_file)
        _check_file(fetch, names["jwks_file"])
        return fetch
    return from_address(
        settings.jwks_url or "",
        seconds=settings.jwks_seconds,
        authorities=_authorities(settings.jwks_ca_file, names["jwks_ca_file"]),
    )


def _check_file(fetch: Fetch, name: str) -> None:
    """A file is at hand when the service starts; what is wrong with it is said then."""

    async def read() -> bytes:
        return await fetch()

    try:
        read_token_keys(asyncio.run(read()))
    except (NotFetched, KeySetRefused) as error:
        raise SettingsRefused(f"{name}: cannot be used: {error}") from None


def _authorities(file: Path | None, name: str) -> SSLContext | None:
    if file is None:
        return None
    try:
        return create_default_context(cafile=str(file))
    except (OSError, SSLError):
        raise SettingsRefused(f"{name}: expected certificates in PEM") from None
