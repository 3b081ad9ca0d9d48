"""The errors a caller can act on.

    ServiceError
    ├── Malformed           422  the document is not what the contract says
    ├── Refused             409  the rules say no; one subclass and one code per rule
    ├── NotFound            404
    ├── Unauthenticated     401  no, or no valid, bearer token
    ├── Forbidden           403  a valid token, and not enough; one code per reason
    ├── VersionConflict     412  read again, then try again
    ├── KeyReused           422  this Idempotency-Key belongs to another request
    ├── TooManyRequests     429  this budget is spent; come back after a while
    ├── Unavailable         503  try again after a while
    └── VerificationFailed  502  what a neighbour said does not check out

One function turns them into RFC 9457 documents: `services.kit.web.problem`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a document, and where."""

    code: str
    pointer: str
    """JSON Pointer (RFC 6901) into the document the caller sent."""
    message: str
    """Expected and actual kind, never the submitted value itself."""
    severity: str = "blocker"
    outcome: str = "failed"
    params: Mapping[str, Any] = field(default_factory=dict)
    rule: Mapping[str, str] | None = None
    """`version` and `href` of a published rule, where the finding is of one."""


class ServiceError(Exception):
    """Root of the tree; never raised itself."""

    status = 500
    code = "internal-error"
    title = "The service failed."

    def __init__(
        self,
        detail: str = "",
        *,
        findings: Sequence[Finding] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.findings = tuple(findings)
        self.retry_after_seconds = retry_after_seconds
        self.extensions: Mapping[str, Any] = {}
        """Further members of the problem document (RFC 9457 §3.2), for this caller's eyes."""


class Malformed(ServiceError):
    """The document cannot be read as what it should be; `status` may be 400, 413, 415, 422, 428."""

    status = 422
    code = "malformed"
    title = "The document does not follow its contract."


class HeadNotRead(Malformed):
    """The head of the request is not one that every server and proxy reads alike (RFC 9112)."""

    status = 400
    code = "head-not-read"
    title = "The request's head is not one that everybody reads alike."


class HeadTooLarge(Malformed):
    """The request line and the headers are larger than 64 KiB, or than a proxy would take."""

    status = 431
    code = "head-too-large"
    title = "The request line and headers are larger than this service accepts."


class Refused(ServiceError):
    """The rules say no."""

    status = 409
    code = "refused"
    title = "The rules do not allow this."


class NotFound(ServiceError):
    """Nothing is known under this address."""

    status = 404
    code = "not-found"
    title = "Nothing is known under this address."


class Unauthenticated(ServiceError):
    """The request carries no valid bearer token."""

    status = 401
    code = "unauthenticated"
    title = "A bearer token is needed."

    def __init__(self, detail: str = "", *, is_token_refused: bool = False) -> None:
        super().__init__(detail)
        # RFC 6750 §3.1: who sent no token is not told that it was wrong
        self.challenge = 'Bearer error="invalid_token"' if is_token_refused else "Bearer"


class Forbidden(ServiceError):
    """This actor may not do this."""

    status = 403
    code = "forbidden"
    title = "This actor may not do this."


class InsufficientScope(Forbidden):
    """The token says who acts, and not that the client was let do this on their behalf."""

    code = "insufficient-scope"
    title = "The token does not carry the scope that this needs."

    def __init__(self, scope: str = "") -> None:
        """Make it.

        Args:
            scope: that is needed.
        """
        super().__init__(f"expected a token with the scope {scope}" if scope else "")
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


class VersionConflict(ServiceError):
    """A stream that the decision read has moved on."""

    status = 412
    code = "version-conflict"
    title = "What you read has changed since; read again, then try again."

    def __init__(self, *, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"expected version {expected} of {stream}, it is at {actual}")
        self.stream, self.expected, self.actual = stream, expected, actual


class KeyReused(ServiceError):
    """The idempotency key was used for another request."""

    status = 422
    code = "idempotency-key-reused"
    title = "This Idempotency-Key belongs to another request."


class TooManyRequests(ServiceError):
    """Whoever asks has spent their budget for this kind of request."""

    status = 429
    code = "too-many-requests"
    title = "Too many requests of this kind; come back after a while."


class Unavailable(ServiceError):
    """Something this answer needs is not there now."""

    status = 503
    code = "unavailable"
    title = "Not available now; try again after a while."

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class VerificationFailed(ServiceError):
    """What a neighbour said does not check out."""

    status = 502
    code = "verification-failed"
    title = "What the other service said does not check out."
