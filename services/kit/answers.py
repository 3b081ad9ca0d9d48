"""Kit: answers made ready once and given many times, conditional GET included."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Protocol
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

IMMUTABLE = "public, max-age=31536000, immutable"
"""`Cache-Control` of what can never be different: a year, and no asking again."""


def strong_etag(body: bytes) -> str:
    """Make an entity tag from the bytes themselves."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def tag_matches(if_none_match: str, etag: str) -> bool:
    """Say whether the condition of a GET names this tag (RFC 9110 §13.1.2, weak comparison)."""
    if if_none_match == etag:
        return True
    bare = etag.removeprefix("W/")
    named = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return if_none_match.strip() == "*" or bare in named


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole 200 answer as bytes."""

    path: str
    """Template of the route, for the metrics and the access log."""
    body: bytes
    etag: str
    headers: tuple[tuple[bytes, bytes], ...]
    """Ready for the server, with content type, length, tag and cache control in it."""
    unchanged: tuple[tuple[bytes, bytes], ...]
    """The same for a 304: without what describes a body."""

    def response(self, if_none_match: str | None) -> Response:
        """Give it to a route to return; a 304 where the client has it already."""
        fresh = if_none_match is not None and tag_matches(if_none_match, self.etag)
        response = Response(b"" if fresh else self.body, status_code=304 if fresh else 200)
        response.raw_headers = list(self.unchanged if fresh else self.headers)
        return response


def new_answer(
    path: str,
    body: bytes,
    *,
    media_type: str,
    cache_control: str,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Make an answer ready.

    Args:
        path: template of the route.
        body: as it will be sent.
        media_type: with its charset, where it has one.
        cache_control: see `IMMUTABLE`.
        etag: in quotes; `None` makes one from the body.
        headers: more of them.
    """
    tag = etag or strong_etag(body)
    named = {
        "content-type": media_type,
        "content-length": str(len(body)),
        "etag": tag,
        "cache-control": cache_control,
        **(headers or {}),
    }
    raw = tuple((name.encode("latin-1"), text.encode("latin-1")) for name, text in named.items())
    unchanged = _without_content(raw)
    return Answer(path=path, body=body, etag=tag, headers=raw, unchanged=unchanged)


def _without_content(
    headers: tuple[tuple[bytes, bytes], ...],
) -> tuple[tuple[bytes, bytes], ...]:
    """Leave out what describes a body (RFC 9110 §15.4.5 keeps Content-Location in a 304)."""
    return tuple(
        pair
        for pair in headers
        if not pair[0].startswith(b"content-") or pair[0] == b"content-location"
    )


class Memory(Protocol):
    """Whatever holds answers and knows which requests they are for."""

    def recall(self, scope: Scope) -> Answer | None:
        """Give the answer to a GET, or `None` to let the routes make it."""


class Kept:
    """Answers held in memory by request target, the least recently used thrown out first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = Lock()

    def recall(self, scope: Scope) -> Answer | None:
        """Find the answer for a request; these answers depend on the target alone."""
        return self.find(target_of(scope))

    def find(self, target: str) -> Answer | None:
        """Find the answer for a path with its query string, exactly as the client wrote it."""
        with self._lock:
            answer = self._answers.get(target)
            if answer is not None:
                self._answers.move_to_end(target)
            return answer

    def keep(self, target: str, answer: Answer) -> None:
        """Hold an answer that can never be different for this target."""
        with self._lock:
            if target in self._answers or len(answer.body) > self._max_bytes // 4:
                return
            self._answers[target] = answer
            self._bytes += _weight(target, answer)
            while self._bytes > self._max_bytes:
                oldest, dropped = self._answers.popitem(last=False)
                self._bytes -= _weight(oldest, dropped)

    @property
    def held_bytes(self) -> int:
        """Say how much memory the answers take, roughly."""
        return self._bytes


def _weight(target: str, answer: Answer) -> int:
    return len(answer.body) + len(target) + 512


def target_of(scope: Scope) -> str:
    """Write a request's path and query string as one text, as they came over the wire.

    In the decoded path an escaped question mark would look like the beginning of a query.
    """
    path, query = scope.get("raw_path") or quote(scope["path"]).encode(), scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


class ServeKept:
    """ASGI: gives a kept answer before any router or dependency is run."""

    def __init__(self, app: ASGIApp, *, kept: Memory) -> None:
        self.app, self.kept = app, kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        answer = self.kept.recall(scope)
        if answer is None:
            return await self.app(scope, receive, send)
        scope["route"] = answer  # names the route's template to the edge
        condition = next((v for k, v in scope["headers"] if k == b"if-none-match"), None)
        if condition is not None and tag_matches(condition.decode("latin-1"), answer.etag):
            headers = list(answer.unchanged)
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            return await send({"type": "http.response.body", "body": b""})
        await send({"type": "http.response.start", "status": 200, "headers": list(answer.headers)})
        return await send({"type": "http.response.body", "body": answer.body})
