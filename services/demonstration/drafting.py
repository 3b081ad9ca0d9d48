"""A report comes through a draft: many hands, a conflict, an explanation, two gates.

What was answered is kept in the folder, so that a second start, which finds the draft submitted,
can tell it again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import httpx

from services.demonstration import arcadia
from services.demonstration.arcadia import BORDERS, CAPITAL, JUSTICE, NEW_YORK, SHARED
from services.demonstration.fictitious import Body
from services.demonstration.folder import Folder
from services.demonstration.sending import Failed, Recorded, Registry

_KEPT = "draft.json"
_OF_JUSTICE = "Action plan on the four pillars of the Strategy, led by the Ministry of Justice."
_OF_BORDERS = "Action plan on the four pillars, with a chapter on crossings."
_OF_BOTH = f"{_OF_JUSTICE} A chapter on crossings was added by the Border Service."


class Told(NamedTuple):
    """One line of what happened."""

    who: str
    does: str
    answered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughADraft:
    """The step by which Arcadia's report for a cycle is submitted."""

    cycle_id: str
    today: date

    @property
    def title(self) -> str:
        """What happens, in a line."""
        return f"{arcadia.CODE}: submission, through a draft"

    @property
    def stream(self) -> str:
        """The report's."""
        return f"report-{arcadia.CODE}-{self.cycle_id}"

    def send(self, registry: Registry) -> Recorded:
        """Write, clear and submit; what is submitted already is only asked for its receipt."""
        draft = self._begin(registry)
        path = f"/v1/drafts/{draft['draft_id']}"
        told: list[Told] = []
        if draft["state"] != "submitted":
            desk = _Desk(registry, path)
            told = list(self._written(desk, draft))
            draft = desk.seen(CAPITAL)
        body = {"digest": draft["clearance"]["digest"]}
        key = f"demonstration-{self.stream}-draft"
        answer = registry.send("POST", f"{path}/submission", body, by=CAPITAL, idempotency_key=key)
        recorded = registry.take_down(self.title, answer)
        if told:
            said = f"201, entry #{recorded['position']}"
            _keep(registry.folder, [*told, _line(CAPITAL, "submits what was cleared", said)])
        return recorded

    def _begin(self, registry: Registry) -> Body:
        wanted = {
            "participant": arcadia.CODE,
            "cycle_id": self.cycle_id,
            "form": "full",
            "carry_forward": True,
        }
        key = f"demonstration-draft-{self.stream}"
        answer = registry.send("POST", "/v1/drafts", wanted, by=CAPITAL, idempotency_key=key)
        draft: Body = registry.expect(self.title, answer).json()
        return draft

    def _written(self, desk: "_Desk", draft: Body) -> Iterator[Told]:
        carried = sum(one["carried"] for one in draft["sections"])
        base = draft["base"]
        yield _line(
            CAPITAL,
            f"begins it with what was accepted: {base['report_id']}, version "
            f"{base['report_version']}",
            f"201, {carried} sections carried forward",
        )
        sections = arcadia.sections(self.cycle_id, self.today)
        yield from desk.written_side_by_side(sections)
        yield from desk.in_conflict(sections[SHARED])
        yield from desk.gone_through_the_gates()


@dataclass(frozen=True, slots=True)
class _Desk:
    """A draft, as its people work on it."""

    registry: Registry
    path: str

    def seen(self, by: str) -> Body:
        draft: Body = self._expected(self.registry.send("GET", self.path, by=by)).json()
        return draft

    def written_side_by_side(self, sections: Mapping[str, Any]) -> Iterator[Told]:
        """Everybody writes their own sections; each has a tag of its own."""
        for actor, units in arcadia.DELEGATED.items():
            own = [unit for unit in units if unit != SHARED]
            self._write(actor, {unit: sections[unit] for unit in own})
            yield _line(actor, f"writes {own[0]} to {own[-1]}", "200, each with a tag of its own")
        parts = ("plans", "treaties", "human_rights", "cover")
        written = self._write(CAPITAL, {part: sections[part] for part in parts})
        (found,) = [one for one in written["findings"] if one["severity"] == "error"]
        yield _line(
            CAPITAL,
            "writes cover, plans, treaties and part E",
            f"200, with a finding. {found['code']}: {found['message']}",
        )

    def in_conflict(self, statement: Body) -> Iterator[Told]:
        """Two write one section; who comes late is shown what the other wrote."""
        read = self._tags(BORDERS)[SHARED]
        texts = (_OF_JUSTICE, _OF_BORDERS, _OF_BOTH)
        first, second, both = (arcadia.in_words(statement, text) for text in texts)
        self._write(JUSTICE, {SHARED: first})
        yield _line(JUSTICE, f"writes {SHARED}", "200")
        late = self._put(BORDERS, SHARED, second, read)
        current = self._refused(late, "section-changed")["current"]
        _, _, by = arcadia.WHO[current["changed_by"]].partition(", ")
        yield _line(
            BORDERS,
            f"writes {SHARED} on what it read before",
            f"412 section-changed, with what the {by} wrote",
        )
        self._expected(self._put(BORDERS, SHARED, both, current["etag"]))
        yield _line(BORDERS, "puts both texts together", "200, nothing of either is lost")
        self._refused(self._put(BORDERS, "P1", statement, read), "section-not-delegated")
        yield _line(BORDERS, "would write P1", "403 section-not-delegated")

    def gone_through_the_gates(self) -> Iterator[Told]:
        """Comply or explain, then another person clears."""
        self._refused(self._put_forward(), "draft-not-complete")
        yield _line(CAPITAL, "puts it forward", "422 draft-not-complete: G-R01 needs a word")
        self._expected(self._put_forward(explanations=[arcadia.EXPLANATION]))
        said = arcadia.EXPLANATION["text"]["en"]
        yield _line(CAPITAL, f"puts it forward and explains: “{said}”", "200, clearance requested")
        self._refused(self._cleared(CAPITAL), "cleared-by-the-drafter")
        yield _line(CAPITAL, "would clear it, too", "409 cleared-by-the-drafter")
        self._expected(self._cleared(NEW_YORK))
        yield _line(NEW_YORK, "clears it: these very bytes", "200, cleared")

    def _write(self, by: str, contents: Mapping[str, Any]) -> Body:
        """Write sections on what stands there; give what was answered to the last."""
        tags, section = self._tags(by), {}
        for name, content in contents.items():
            section = self._expected(self._put(by, name, content, tags[name])).json()
        return section

    def _put(self, by: str, name: str, content: Any, tag: str | None) -> httpx.Response:
        place = f"statements/{name}" if name.startswith("P") else name
        condition = {"if_match": tag} if tag else {"if_none_match": "*"}
        return self.registry.send("PUT", f"{self.path}/{place}", content, by=by, **condition)

    def _tags(self, by: str) -> dict[str, str | None]:
        return {one["section"]: one["etag"] for one in self.seen(by)["sections"]}

    def _put_forward(self, **with_it: Any) -> httpx.Response:
        path, etag = f"{self.path}/clearance-request", self.seen(CAPITAL)["etag"]
        return self.registry.send("POST", path, with_it, by=CAPITAL, if_match=etag)

    def _cleared(self, by: str) -> httpx.Response:
        digest = self.seen(by)["clearance"]["digest"]
        return self.registry.send("POST", f"{self.path}/clearance", {"digest": digest}, by=by)

    def _expected(self, answer: httpx.Response) -> httpx.Response:
        return self.registry.expect(f"draft {self.path}", answer)

    def _refused(self, answer: httpx.Response, code: str) -> Body:
        problem: Body = answer.json()
        if problem.get("code") != code:
            raise Failed(f"draft: expected {code}, the registry answered\n{answer.text}")
        return problem


def told_of(folder: Folder) -> list[Told]:
    """Give what happened to the draft when it was written."""
    kept = folder.path / _KEPT
    return [Told(*line) for line in json.loads(kept.read_text())] if kept.exists() else []


def _keep(folder: Folder, told: list[Told]) -> None:
    (folder.path / _KEPT).write_text(json.dumps(told, indent=1) + "\n")


def _line(actor: str, does: str, answered: str) -> Told:
    return Told(arcadia.WHO[actor], does, answered)
