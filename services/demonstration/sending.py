"""How everybody in the demonstration reaches the registry, and what it answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from services.demonstration import arcadia
from services.demonstration.fictitious import SECRETARIAT
from services.demonstration.folder import Folder

PLAIN = "text/plain"
"""Media type of the files that are handed in."""
Recorded = Mapping[str, Any]
"""Answer to a write, by contract `answers/recorded`."""


class Failed(Exception):
    """The demonstration cannot go on; the message says why and what to do."""


def of_another_release(folder: Folder) -> Failed:
    """Say that a folder holds another story than this release plays."""
    return Failed(
        f"{folder.path} was made by another release; name another folder: make demo DATA=…"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The registry, and what was recorded there by the steps so far."""

    client: httpx.Client
    folder: Folder
    recorded: dict[str, Recorded] = field(default_factory=dict)
    """The last answer by stream."""

    def send(
        self, method: str, path: str, body: Any = None, *, by: str = SECRETARIAT, **headers: str
    ) -> httpx.Response:
        """Send a request.

        Args:
            method: of HTTP.
            path: of the registry.
            body: as JSON; `None`: there is none.
            by: who sends it, by the id that the register knows.
            headers: an underscore in a name stands for its hyphen.
        """
        token = self.folder.token_of(by, arcadia.ROLES[by])
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.request(
            method, path, json=body, headers={"authorization": f"Bearer {token}", **named}
        )

    def hand_in(self, path: str, text: str, *, by: str) -> httpx.Response:
        """Hand in the bytes of a file of plain text."""
        token = self.folder.token_of(by, arcadia.ROLES[by])
        headers = {"authorization": f"Bearer {token}", "content-type": PLAIN}
        return self.client.post(path, content=text.encode(), headers=headers)

    def take_down(self, title: str, answer: httpx.Response) -> Recorded:
        """Keep the answer to a step.

        Raises:
            Failed: it is none that the story reckons with.
        """
        recorded: Recorded = self.expect(title, answer).json()
        self.recorded[recorded["stream"]] = recorded
        return recorded

    def expect(self, title: str, answer: httpx.Response) -> httpx.Response:
        """Give an answer back that is none of an error.

        Raises:
            Failed: it is one.
        """
        if not answer.is_error:
            return answer
        if answer.json().get("code") == "idempotency-key-reused":
            raise of_another_release(self.folder)
        raise Failed(f"{title}: the registry answered {answer.status_code}\n{answer.text}")

    def digest_of(self, stream: str) -> str:
        """Read from the feed which digest the last version in a stream has: acts on it name it."""
        position = self.recorded[stream]["position"]
        page = self.send("GET", f"/v1/events?after={position - 1}&wait=10")
        return str(self.expect(stream, page).json()[0]["data"]["digest"])


class Step(Protocol):
    """Something that somebody does, after which there is one entry more."""

    @property
    def title(self) -> str:
        """What happens, in a line."""

    @property
    def stream(self) -> str:
        """The stream that the entry is in."""

    def send(self, registry: Registry) -> Recorded:
        """Do it; a second time it finds itself done and gives the first answer again."""
