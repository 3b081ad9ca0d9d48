"""System: a draft, as the people of one ministry work on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests import makers
from tests.system.story import Person

PARTS = frozenset({"cover", "plans", "treaties", "human_rights", "observations"})


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a draft is found."""

    path: str

    def seen(self, by: Person) -> dict[str, Any]:
        """Look at the whole."""
        answer = by.sends("GET", self.path)
        assert answer.status_code == 200, answer.text
        draft: dict[str, Any] = answer.json()
        return draft

    def section(self, by: Person, name: str) -> dict[str, Any]:
        """Look at one section, written or not."""
        (found,) = [one for one in self.seen(by)["sections"] if one["section"] == name]
        section: dict[str, Any] = found
        return section

    def put(self, by: Person, name: str, content: Any, *, etag: str | None) -> httpx.Response:
        """Write one section, on what was read of it; `None`: nothing stood there."""
        place = name if name in PARTS else f"statements/{name}"
        condition = {"if_match": etag} if etag else {"if_none_match": "*"}
        return by.sends("PUT", f"{self.path}/{place}", content, **condition)

    def write(self, by: Person, name: str, content: Any) -> dict[str, Any]:
        """Write one section on what stands there now."""
        answer = self.put(by, name, content, etag=self.section(by, name)["etag"])
        assert answer.status_code == 200, answer.text
        section: dict[str, Any] = answer.json()
        return section

    def document(self, by: Person) -> dict[str, Any]:
        """Put the sections together, as the registry would."""
        sections = self.seen(by)["sections"]
        written = {one["section"]: one["content"] for one in sections if one["content"]}
        parts = {name: content for name, content in written.items() if name in PARTS}
        said = {name: content for name, content in written.items() if name not in PARTS}
        return {"$schema": makers.REPORT_SCHEMA, **parts, "statements": said}

    def preview(self, by: Person) -> dict[str, Any]:
        """See what would become public."""
        answer = by.sends("GET", f"{self.path}/preview")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def put_forward(self, by: Person, **with_it: Any) -> httpx.Response:
        """Ask for clearance of the draft as it stands."""
        etag = self.seen(by)["etag"]
        return by.sends("POST", f"{self.path}/clearance-request", with_it, if_match=etag)

    def clear(self, by: Person, **exception: str) -> httpx.Response:
        """Clear what was put forward."""
        digest = self.seen(by)["clearance"]["digest"]
        return by.sends("POST", f"{self.path}/clearance", {"digest": digest, **exception})

    def submit(self, by: Person) -> dict[str, Any]:
        """Hand in what was cleared."""
        digest = self.seen(by)["clearance"]["digest"]
        path, key = f"{self.path}/submission", f"submit-{self.path}"
        return by.story.took_down(by.sends("POST", path, {"digest": digest}, idempotency_key=key))


def begin(
    by: Person, code: str, cycle: str, *, form: str = "full", carry_forward: bool = False
) -> Paper:
    """Begin a draft."""
    answer = try_to_begin(by, code, cycle, form=form, carry_forward=carry_forward)
    assert answer.status_code == 201, answer.text
    return Paper(answer.headers["location"])


def try_to_begin(by: Person, code: str, cycle: str, **wanted: Any) -> httpx.Response:
    """Ask to begin a draft."""
    body = {"participant": code, "cycle_id": cycle, "form": "full", "carry_forward": False}
    key = f"begin-{cycle}-{by.story.position}"
    return by.sends("POST", "/v1/drafts", {**body, **wanted}, idempotency_key=key)


def passes_both_gates(
    paper: Paper, drafter: Person, clearer: Person, **with_it: Any
) -> dict[str, Any]:
    """Put a draft forward, have it cleared by somebody else, hand it in."""
    requested = paper.put_forward(drafter, **with_it)
    assert requested.status_code == 200, requested.text
    cleared = paper.clear(clearer)
    assert cleared.status_code == 200, cleared.text
    return paper.submit(drafter)


def failed(findings: Sequence[Mapping[str, Any]], severity: str) -> list[tuple[str, str]]:
    """Give code and place of what failed with a severity."""
    return [
        (one["code"], one["pointer"])
        for one in findings
        if (one["severity"], one["outcome"]) == (severity, "failed")
    ]
