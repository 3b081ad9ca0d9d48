"""Kit: what browsers are told: who may read what here, and whether to insist on TLS."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import Field, field_validator

from services.kit.settings import ServiceSettings

Headers = tuple[tuple[bytes, bytes], ...]

_ALL_READ = (b"access-control-allow-origin", b"*")
_EXPOSED = (
    b"access-control-expose-headers",
    (
        b"ETag, Link, Location, Content-Location, Retry-After, RateLimit, RateLimit-Policy,"
        b" WWW-Authenticate, X-Request-Id, Concord-Position, Concord-Recorded-At,"
        b" Concord-Incomplete, Concord-Disclosed, Concord-Disclaimer"
    ),
)
_BY_ORIGIN = (b"vary", b"Origin")
_LASTING = (b"access-control-max-age", b"86400")
_READING: Headers = (
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"If-None-Match, X-Request-Id, X-Correlation-Id"),
    _LASTING,
)
_EVERYTHING: Headers = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE"),
    (
        b"access-control-allow-headers",
        (
            b"Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match,"
            b" X-Request-Id, X-Correlation-Id"
        ),
    ),
    _LASTING,
)


class BrowserSettings(ServiceSettings):
    """What a service's settings say of browsers."""

    cors_origins: tuple[str, ...] = Field(default=(), max_length=100)
    """Web pages that may send a token here: JSON list of their origins, for instance
    `["https://desk.concord.example"]`. Whatever is public any page may read, without a token."""
    hsts_seconds: int = Field(default=0, ge=0, le=63_072_000)
    """For how long browsers shall come by TLS alone (`Strict-Transport-Security`). 0: nothing is
    said of it. Only for a service behind a proxy that speaks TLS."""

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            scheme, _, rest = origin.partition("://")
            is_plain = rest.isascii() and rest.isprintable() and rest == rest.lower().strip()
            if (
                scheme not in {"http", "https"}
                or not rest
                or not is_plain
                or set(rest) & set("/?#@*, ")
            ):
                raise ValueError("expected origins: scheme, host in lower case, port if any")
        return origins


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsers:
    """What this service tells browsers."""

    origins: frozenset[bytes] = frozenset()
    """Of the pages that may send a token."""
    always: Headers = ()
    """In every answer."""

    @classmethod
    def told(cls, origins: Iterable[str] = (), *, hsts_seconds: int = 0) -> "Browsers":
        """Tell them what settings say.

        Args:
            origins: of the pages that may send a token, as browsers write them.
            hsts_seconds: how long to insist on TLS; 0 does not.
        """
        insisting = (b"strict-transport-security", f"max-age={hsts_seconds}".encode())
        return cls(
            origins=frozenset(origin.encode("ascii") for origin in origins),
            always=(insisting,) if hsts_seconds else (),
        )

    def preflight(self, origin: bytes | None) -> Headers:
        """Answer whether a page may ask: to read for everybody, with a token where it is listed."""
        if origin in self.origins and origin is not None:
            return (*self._named(origin), *_EVERYTHING)
        return (_ALL_READ, _EXPOSED, *_READING, *((_BY_ORIGIN,) if self.origins else ()))

    def answered(self, origin: bytes | None, *, has_token: bool, is_read: bool) -> Headers:
        """Say which page may see an answer.

        What is answered without a token everybody may read. No credentials are ever allowed: a
        token is sent by the page itself, and a cookie means nothing here.
        """
        if is_read and not has_token:
            return (_ALL_READ, _EXPOSED)
        if origin in self.origins and origin is not None:
            return self._named(origin)
        return (_BY_ORIGIN,) if self.origins else ()

    @staticmethod
    def _named(origin: bytes) -> Headers:
        return ((b"access-control-allow-origin", origin), _EXPOSED, _BY_ORIGIN)


EVERYBODY_READS = Browsers()
"""Where nothing is set: every page reads what is public, none sends a token."""
