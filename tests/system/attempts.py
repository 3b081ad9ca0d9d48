"""System: an attempt of an attacker: who tries what, by which request, and how it must end."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import orjson

from contracts.envelope import parse_leaf
from tests.system.story import Story

Service = Literal["registry", "reporting"]
OF_EACH_ANSWER = ("content-length", "date", "ratelimit", "x-correlation-id", "x-request-id")
"""Headers that differ between any two answers."""
NOTED = frozenset({403, 404})
"""What of a signed-in person's refusals stands in the trail."""


@dataclass(slots=True)
class Stage:
    """Both services with what is planted in them, and what the attackers may name of it."""

    story: Story
    names: Mapping[str, str]
    """What stands in braces in a path."""
    tokens: Mapping[str, str]
    """Of those who have another token than the story would give them."""

    def sends(
        self,
        who: str | None,
        method: str,
        path: str,
        *,
        to: Service = "registry",
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send what somebody tries."""
        running = self.story.running
        base = running.registry if to == "registry" else running.reporting
        given = dict(headers or {})
        if who is not None:
            token = self.tokens.get(who) or self.story.token_of(who)
            given = {"authorization": f"Bearer {token}", **given}
        return running.client.request(method, base + path, content=content, headers=given)

    def named(self, path: str) -> str:
        """Put names in where braces stand."""
        for name, value in self.names.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def size(self) -> int:
        """Say how long the signed log is."""
        return int(self.sends(None, "GET", "/checkpoint").text.split("\n")[1])

    def trail(self, by: str) -> list[dict[str, Any]]:
        """Read the whole trail as somebody, each entry with its actor."""
        found: list[dict[str, Any]] = []
        for month in self.sends(by, "GET", "/v1/trail").json()["months"]:
            page, after = [None], 0
            while page:
                path = f"/v1/trail/{month['month']}/events?after={after}"
                page = self.sends(by, "GET", path).json()
                after += len(page)
                found += [_noted(event) for event in page]
        return found


def _noted(event: Any) -> dict[str, Any]:
    return {
        "type": event["type"],
        "actor": parse_leaf(event["leaf"].encode()).actor,
        **event["data"],
    }


# --- requests

Request = Callable[[Stage, str | None], httpx.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """One request; made again with other names it is the same but for them."""

    method: str
    path: str
    to: Service = "registry"
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, stage: Stage, who: str | None) -> httpx.Response:
        content, headers = None, dict(self.headers)
        if self.body is not None:
            body = self.body(stage) if callable(self.body) else self.body
            content = body if isinstance(body, bytes) else orjson.dumps(body)
            headers = {"content-type": "application/json", **headers}
        path = stage.named(self.path)
        headers = {name: stage.named(value) for name, value in headers.items()}
        return stage.sends(who, self.method, path, to=self.to, content=content, headers=headers)


def gets(path: str, to: Service = "registry", **headers: str) -> Asks:
    return Asks(method="GET", path=path, to=to, headers=_named(headers))


def posts(path: str, body: Any, key: str = "attack-1", **headers: str) -> Asks:
    """Write, to create if no header says another precondition."""
    given = {"idempotency-key": key, **_named(headers)}
    if "if-match" not in given:
        given["if-none-match"] = "*"
    return Asks(method="POST", path=path, body=body, headers=given)


def sends(method: str, path: str, body: Any = None, **headers: str) -> Asks:
    return Asks(method=method, path=path, body=body, headers=_named(headers))


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def once_known(asks: Asks) -> Request:
    """Ask reporting as long as it says that it has not come so far yet."""

    def request(stage: Stage, who: str | None) -> httpx.Response:
        for _ in range(60):
            answer = asks(stage, who)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        return answer

    return request


# --- how it ends


@dataclass(frozen=True, slots=True)
class Stopped:
    """Refused: this status, this code, and nothing is written."""

    status: int
    code: str
    fault: str | None = None
    """Code of one of the faults that the problem lists."""
    is_route: bool = True
    """Where there is none, nobody's token is looked at, so the trail cannot say who asked."""


@dataclass(frozen=True, slots=True)
class AsNowhere:
    """Answered as the same request on what is not there; `names` says what that is called."""

    status: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Harmless:
    """Answered, and it serves no attacker: `look` says what holds of the answer."""

    look: Callable[[httpx.Response, Stage], bool]
    writes: int = 0
    """Entries that the attacker's own write adds."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Answered, and the trail has an entry of this type with the actor and the request."""

    kind: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries something."""

    who: str | None
    tries: str
    by_request: Request
    ends: Stopped | AsNowhere | Harmless | Visible


def faults_of(attempt: Attempt, answer: httpx.Response, stage: Stage) -> Iterator[str]:
    """Say what is not as the attempt must end."""
    told = f"got {answer.status_code} {answer.text[:300]}"
    if answer.is_server_error:
        yield f"the service failed: {told}"
    match attempt.ends:
        case Stopped(status=status) if answer.status_code != status:
            yield f"expected {status}, {told}"
        case Stopped() as stopped if answer.request.method != "HEAD":  # that has no body
            yield from _faults_of_problem(stopped, answer)
        case AsNowhere(status=status, names=names):
            elsewhere = Stage(stage.story, {**stage.names, **names}, stage.tokens)
            nothing = _likeness(attempt.by_request(elsewhere, attempt.who))
            if answer.status_code != status or _likeness(answer) != nothing:
                yield f"expected {status} and {nothing}, {told}"
        case Harmless(look=look) if answer.is_error or not look(answer, stage):
            yield f"it may serve an attacker: {told}"
        case Visible() if answer.is_error:
            yield f"expected an answer, {told}"


def _faults_of_problem(stopped: Stopped, answer: httpx.Response) -> Iterator[str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    faults = {one.get("code") for one in problem.get("errors", ())}
    if problem["code"] != stopped.code or stopped.fault not in {None, *faults}:
        yield f"expected {stopped.code}, {stopped.fault}, got {problem['code']}, {faults}"
    if stopped.status == httpx.codes.UNAUTHORIZED and "www-authenticate" not in answer.headers:
        yield "nobody is told how to sign in"


def _likeness(answer: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    told = {name: value for name, value in answer.json().items() if name != "request_id"}
    headers = {name: value for name, value in answer.headers.items() if name not in OF_EACH_ANSWER}
    return answer.status_code, told, headers


# --- the play


def _is_route(attempt: Attempt) -> bool:
    return not isinstance(attempt.ends, Stopped) or attempt.ends.is_route


@dataclass(slots=True)
class Play:
    """What came of attempts: what went wrong, and what must now stand in the trail."""

    stage: Stage
    faults: list[str] = field(default_factory=list)
    noted: list[tuple[Attempt, str, dict[str, Any]]] = field(default_factory=list)
    """With the path that was asked for, and what the entry about it has."""
    anonymous: list[str] = field(default_factory=list)
    """Ids of requests of which the trail must not speak: anybody could fill it."""

    def through(self, attempts: tuple[Attempt, ...]) -> None:
        """Let each try, one after the other."""
        for attempt in attempts:
            before = self.stage.size()
            answer = attempt.by_request(self.stage, attempt.who)
            faults = list(faults_of(attempt, answer, self.stage))
            more = attempt.ends.writes if isinstance(attempt.ends, Harmless) else 0
            if (grown := self.stage.size() - before) != more:
                faults.append(f"the log grew by {grown}")
            self.faults += [f"{attempt.who} {attempt.tries}: {fault}" for fault in faults]
            self._is_noted(attempt, answer)

    def _is_noted(self, attempt: Attempt, answer: httpx.Response) -> None:
        request, path = answer.request, answer.request.url.path
        if self.stage.story.running.registry not in str(request.url):
            return
        known = {"request_id": answer.headers["x-request-id"], "method": request.method}
        if attempt.who is None:
            self.anonymous.append(known["request_id"])
        elif isinstance(attempt.ends, Visible):
            self.noted.append((attempt, path, {"type": attempt.ends.kind, **known}))
        elif answer.status_code in NOTED and _is_route(attempt):
            code = answer.json()["code"]
            told = {"type": "access-denied", "status": answer.status_code, "code": code, **known}
            self.noted.append((attempt, path, told))

    def missing_in_the_trail(self, by: str, actors: Mapping[str, str]) -> list[str]:
        """Look each up, as somebody who may read the trail; give what is not found.

        Denials are recorded and signed soon, not at once, so it is looked for some times.

        Args:
            by: the auditor.
            actors: ids of those who act under another one than their name here.
        """
        for _ in range(50):
            entries = self.stage.trail(by)
            missing = list(self._missing(entries, actors))
            if not missing:
                break
        noted = {one.get("request_id") for one in entries}
        return [*missing, *(f"{one}: anonymous" for one in self.anonymous if one in noted)]

    def _missing(
        self, entries: Sequence[Mapping[str, Any]], actors: Mapping[str, str]
    ) -> Iterator[str]:
        for attempt, path, expected in self.noted:
            actor = actors.get(attempt.who or "", attempt.who)
            wanted = {**expected, "actor": actor}
            found = [one for one in entries if one.get("request_id") == wanted["request_id"]]
            if not [one for one in found if {**one, **wanted} == one and _leads(one, path)]:
                yield f"{attempt.who} {attempt.tries}: not in the trail, but {found}"


def _leads(entry: Mapping[str, Any], path: str) -> bool:
    """Say whether the route that an entry names is that of a path."""
    pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(entry["route"]))
    return re.fullmatch(pattern, path) is not None
