"""System: a story: people with tokens who write to the registry, and readers who ask reporting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.registry.domain.streams import report_id_of
from tests.system.days import tomorrow
from tests.system.running import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What reporting answered at a moment of the story."""

    path: str
    parameters: Mapping[str, Any]
    position: int
    data: Any


@dataclass(slots=True)
class Story:
    """Both services, how far the log is, and what was known when."""

    running: Running
    roles: Mapping[str, str]
    """In the tokens of everybody who acts, by the id under which the register knows them."""
    position: int = 0
    """Of the last entry that somebody of the story made."""
    versions: dict[str, int] = field(default_factory=dict)
    """Of the streams written to, as the answers said."""
    moments: list[Known] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def token_of(self, actor: str) -> str:
        """Give somebody the token that they log in with."""
        if actor not in self.tokens:
            self.tokens[actor] = self.running.folder.token_of(actor, self.roles[actor])
        return self.tokens[actor]

    def reads(self, path: str, **parameters: Any) -> Any:
        """Ask reporting for what it says now, of everything that was written so far."""
        parameters = {"effective_on": tomorrow(), **parameters}
        at = {} if "as_of" in parameters else {"min_position": self.position}
        answer = self.running.ask(path, **at, **parameters)
        if "as_of" not in parameters:
            known = Known(
                path=path,
                parameters=parameters,
                position=answer["position"],
                data=answer["data"],
            )
            if known not in self.moments:
                self.moments.append(known)
        return answer["data"]

    def total(self, cycle: str, metric: str) -> str:
        """Give a figure of a cycle."""
        (row,) = [
            row
            for row in self.reads("/v1/rates", cycle=cycle, dimension="total")
            if row["metric"] == metric
        ]
        return str(row["value"])

    def owes(self, code: str, cycle: str, **parameters: Any) -> dict[str, Any]:
        """Give what a participant owes for a cycle."""
        asked = {"cycle": cycle, "participant": code}
        (row,) = self.reads("/v1/obligations", **asked, **parameters)
        found: dict[str, Any] = row
        if "as_of" not in parameters:  # this is where somebody learns on what to build
            self.versions[found["stream"]] = found["version"]
        return found

    def standing(self, code: str, cycle: str) -> tuple[str | None, int]:
        """Give where a report stands, and the number of the version that does."""
        report = self.reads(f"/v1/reports/{code}/{cycle}")
        return report["submission_state"], report["report_version"]

    def status(self, code: str, cycle: str, unit: str) -> str:
        """Give what readers see of a unit."""
        answer = self.reads(f"/v1/reports/{code}/{cycle}/postulates/{unit}")
        return str(answer["statement"]["status"])

    def waits_for(self, report_id: str) -> str:
        """Give who is to act on a report."""
        (row,) = [one for one in self.reads("/v1/reviews") if one["report_id"] == report_id]
        return str(row["waits_for"])

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Read the public feed from a position on."""
        address = f"{self.running.registry}/v1/events"
        page: list[dict[str, Any]] = self.running.client.get(
            address, params={"after": after}
        ).json()
        return page if not page else [*page, *self.events(int(page[-1]["id"]))]

    def is_answered_as_it_was_known(self) -> None:
        """Ask everything that was ever asked again, as of then: nothing of it is different."""
        for known in self.moments:
            again = self.running.ask(known.path, as_of=known.position, **known.parameters)
            assert again["data"] == known.data, known.path

    def took_down(self, answer: httpx.Response) -> dict[str, Any]:
        """Keep what an answer to a write says of log and stream."""
        assert answer.status_code == 201, answer.text
        recorded: dict[str, Any] = answer.json()
        self.position = max(self.position, recorded["position"])
        self.versions[recorded["stream"]] = recorded["version"]
        return recorded


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts, under the id by which the register knows them."""

    story: Story
    actor: str

    def sends(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request; an underscore in the name of a header stands for its hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        running = self.story.running
        headers = {"authorization": f"Bearer {self.story.token_of(self.actor)}", **named}
        return running.client.request(method, running.registry + path, json=body, headers=headers)

    def tries(self, path: str, body: Any) -> httpx.Response:
        """Write, on the version of the stream that the story knows."""
        expected = self.story.versions.get(_stream(path, body), 0)
        condition = {"if_match": f'"{expected}"'} if expected else {"if_none_match": "*"}
        key = f"{self.actor}-{self.story.position}-{path.rpartition('/')[2]}"
        return self.sends("POST", path, body, idempotency_key=key, **condition)

    def records(self, path: str, body: Any) -> dict[str, Any]:
        """Write, and be given the receipt."""
        return self.story.took_down(self.tries(path, body))

    def hands_in(self, code: str, text: str) -> None:
        """Hand in a file of plain text."""
        headers = {
            "authorization": f"Bearer {self.story.token_of(self.actor)}",
            "content-type": "text/plain",
        }
        path = f"/v1/participants/{code}/evidence-files"
        running = self.story.running
        answer = running.client.post(running.registry + path, content=text, headers=headers)
        assert answer.status_code == 201, answer.text

    def is_refused(self, path: str, body: Any) -> tuple[int, str]:
        """Write, and be told why not: status and code."""
        return problem(self.tries(path, body))


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["code"])


def _stream(path: str, body: Mapping[str, Any]) -> str:
    """Name the stream that a write goes to."""
    match path.strip("/").split("/")[1:]:
        case ["participants", code, what]:
            streams = {"evidence": "evidence", "acts": "participation"}
            stream = f"{streams.get(what, 'focal-point')}-{code}"
        case ["mandates"]:
            stream = f"mandate-{body['mandate_id']}"
        case ["cycles"]:
            stream = f"cycle-{body['cycle_id']}"
        case ["cycles", cycle, "extensions"]:
            stream = f"obligation-{report_id_of(body['participant'], cycle)}"
        case ["cycles", cycle, _]:
            stream = f"cycle-{cycle}"
        case ["reports"]:
            cover = body["document"]["cover"]
            stream = f"report-{report_id_of(cover['participant'], cover['cycle_id'])}"
        case ["assistance", *named]:
            stream = f"assistance-{named[0] if named else body['assistance_id']}"
        case ["reports", report, what, *_]:
            is_of_audit = what in {"findings", "responses"}
            stream = f"{'audit' if is_of_audit else 'report'}-{report}"
        case other:
            raise AssertionError(other)
    return stream


def on_version(story: Story, code: str, cycle: str, number: int | None = None) -> dict[str, Any]:
    """Name a version, the latest if no other, by its number and digest, as reporting shows it."""
    versions = story.reads(f"/v1/reports/{code}/{cycle}")["versions"]
    version = versions[-1 if number is None else number - 1]
    return {
        "report_version": version["report_version"],
        "digest": version["digest"] or _renewed_digest(story, version),
    }


def _renewed_digest(story: Story, version: Mapping[str, Any]) -> str:
    code, _, cycle = version["renews_report"].rpartition("-")
    renewed = on_version(story, code, cycle, version["renews_version"])
    return str(renewed["digest"])
