"""Kit: what happens to every request at the outermost edge: ids, limits, headers, log line."""

import re
import secrets
from time import perf_counter

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit.browsers import EVERYBODY_READS, Browsers
from services.kit.budgets import SPENT, Spent, headers_of
from services.kit.errors import HeadNotRead, NotFound, ServiceError, Unavailable
from services.kit.metrics import HttpMetrics
from services.kit.problem import problem

logger = structlog.get_logger(__name__)

HEADERS_ONLY = "concord.headers_only"
"""In the scope of a GET that was a HEAD: a route with a long answer need not make it."""
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]{0,255}")
_SLASHES = re.compile(rb"%(2f|5c)", re.IGNORECASE)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""Headers of every answer."""
_CSP = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_NO_STORE = (b"cache-control", b"no-store")
_BY_TOKEN = (b"vary", b"Authorization")


class Edge:
    """ASGI: the outermost layer that is ours.

    Gives every request a request id and a correlation id (accepted from the caller where they are
    plain), every answer its security headers, every HEAD its GET, and the log one line. Nobody is
    let keep an answer to a request that came with a token, whatever the route says of it. What no
    handler caught ends here as a 500 without a word of detail.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: HttpMetrics,
        max_in_flight: int,
        browsers: Browsers = EVERYBODY_READS,
    ) -> None:
        self.app, self.metrics, self.max_in_flight = app, metrics, max_in_flight
        self.browsers = browsers
        self.in_flight = 0
        metrics.in_flight.set_function(lambda: self.in_flight)
        # Finding them by their labels takes longer than counting; there are few.
        self._measures: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self.browsers)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=exchange.request_id, correlation_id=exchange.correlation_id
        )
        self.in_flight += 1
        try:
            await self._answer(exchange, receive)
        finally:
            self.in_flight -= 1
            self._note(exchange)
            structlog.contextvars.clear_contextvars()

    async def _answer(self, exchange: "_Exchange", receive: Receive) -> None:
        scope = exchange.scope
        if self.in_flight > self.max_in_flight and not _is_for_operators(scope["path"]):
            busy = Unavailable("more requests are being answered than this process takes")
            await problem(busy)(scope, receive, exchange.send)
            return
        if not _is_read_alike(scope):
            await problem(HeadNotRead())(scope, receive, exchange.send)
            return
        if not _is_one_path(scope):
            await problem(NotFound())(scope, receive, exchange.send)
            return
        if exchange.is_preflight:
            headers = list(self.browsers.preflight(exchange.origin))
            await exchange.send({"type": "http.response.start", "status": 204, "headers": headers})
            await exchange.send({"type": "http.response.body"})
            return
        try:
            await self.app(scope, receive, exchange.send)
        except ClientDisconnect:
            logger.info("client_gone")
        except Exception:  # the top of a request: a bug is logged and told without detail
            logger.exception("request_failed")
            if exchange.status:
                raise  # half an answer is out: the server has to cut the connection
            await problem(ServiceError())(scope, receive, exchange.send)

    def _note(self, exchange: "_Exchange") -> None:
        scope, seconds = exchange.scope, perf_counter() - exchange.began
        route = getattr(scope.get("route"), "path", "unmatched")
        method = exchange.method if exchange.method in _METHODS else "other"
        answered, duration = self._measured(method, route, exchange.status)
        answered.inc()
        duration.observe(seconds)
        write = logger.debug if _is_for_operators(scope["path"]) else logger.info
        write(
            "request_answered",
            method=method,
            route=route,
            status=exchange.status,
            duration_ms=round(seconds * 1000, 2),
            sent_bytes=exchange.sent_bytes,
        )

    def _measured(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        key = (method, route, status)
        found = self._measures.get(key)
        if found is None:
            answered = self.metrics.answered.labels(method, route, str(status))
            found = answered, self.metrics.seconds.labels(method, route)
            self._measures[key] = found
        return found


class _Exchange:
    """One request and what has become of it."""

    __slots__ = (
        "_browsers",
        "_send",
        "began",
        "correlation_id",
        "has_token",
        "is_preflight",
        "method",
        "origin",
        "request_id",
        "scope",
        "sent_bytes",
        "spent",
        "status",
    )

    def __init__(self, scope: Scope, send: Send, browsers: Browsers) -> None:
        headers = dict(scope["headers"])
        self.began = perf_counter()
        self.method: str = scope["method"]
        is_head = self.method == "HEAD"
        self.spent: list[Spent] = []
        self.scope = {**scope, SPENT: self.spent}
        if is_head:
            self.scope |= {"method": "GET", HEADERS_ONLY: True}
        self._send, self._browsers = send, browsers
        self.has_token, self.origin = b"authorization" in headers, headers.get(b"origin")
        self.status, self.sent_bytes = 0, 0
        self.request_id = _plain(headers.get(b"x-request-id")) or secrets.token_hex(8)
        self.correlation_id = _plain(headers.get(b"x-correlation-id")) or self.request_id
        self.is_preflight = self.method == "OPTIONS" and b"access-control-request-method" in headers

    async def send(self, message: Message) -> None:
        """Pass a message on, with our headers added and the bytes counted."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._with_ours(message.get("headers", []))}
        elif self.method == "HEAD":
            message = {**message, "body": b""}
        self.sent_bytes += len(message.get("body", b""))
        await self._send(message)

    def _with_ours(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if self.has_token:
            headers = [pair for pair in headers if pair[0] != b"cache-control"]
        names = {name.lower() for name, _ in headers}
        ours = [
            *headers,
            *ALWAYS,
            *self._browsers.always,
            (b"x-request-id", self.request_id.encode()),
            (b"x-correlation-id", self.correlation_id.encode()),
            *headers_of(self.spent),
        ]
        if b"content-security-policy" not in names:
            ours.append(_CSP)
        if b"cache-control" not in names:
            ours.append(_NO_STORE)
        if _NO_STORE in ours and not _varies_by_token(headers):
            ours.append(_BY_TOKEN)
        if not self.is_preflight:
            is_read = self.method in {"GET", "HEAD"}
            has_token, origin = self.has_token, self.origin
            ours.extend(self._browsers.answered(origin, has_token=has_token, is_read=is_read))
        return ours


def _varies_by_token(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"vary" and b"authorization" in value.lower() for name, value in headers)


def _plain(given: bytes | None) -> str | None:
    return given.decode() if given is not None and _ID.fullmatch(given) else None


def _is_read_alike(scope: Scope) -> bool:
    """Say whether every server and proxy on the way takes the head for the same request.

    One Host (RFC 9112 §3.2), which HTTP/1.0 may lack; no transfer coding but chunked, and none in
    HTTP/1.0 (§6.1); no version that this is not.
    """
    version, headers = scope.get("http_version"), scope["headers"]
    hosts = [value for name, value in headers if name == b"host"]
    codings = [value.lower() for name, value in headers if name == b"transfer-encoding"]
    if version == "1.0":
        return not codings and len(hosts) <= 1
    if version != "1.1" or len(hosts) != 1 or codings not in ([], [b"chunked"]):
        return False
    return _HOST.fullmatch(hosts[0]) is not None


def _is_one_path(scope: Scope) -> bool:
    """Say whether the path reads the same before and after its escapes are undone.

    An escaped slash would be one segment to a proxy and two to us; a pattern's end would pass over
    a line break.
    """
    raw: bytes = scope.get("raw_path") or b""
    if b"%" in raw and _SLASHES.search(raw):
        return False
    return str(scope["path"]).isprintable()


def _is_for_operators(path: str) -> bool:
    return path.startswith("/health/") or path == "/metrics"
