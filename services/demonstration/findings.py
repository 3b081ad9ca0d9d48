"""What an auditor finds of claims in the closed cycles, and what participants answer.

One chain goes to its end, one is on its way, one waits for a response, one is not for everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from services.demonstration import fictitious, story
from services.demonstration.fictitious import AUDITOR, SOURCE, Body


class Said(NamedTuple):
    """An act in an audit: on which report, what it is in words, the body."""

    report_id: str
    title: str
    body: Body

    @property
    def is_response(self) -> bool:
        """Whether the participant says it."""
        return str(self.body["type"]).endswith("-responded")


def mandate(today: date) -> Body:
    """Let an auditor examine the claims of all three in the closed cycles, for some months."""
    return {
        "type": "mandate-granted",
        "mandate_id": AUDITOR,
        "participants": list(fictitious.NAMES),
        "cycles": list(story.CLOSED),
        "term_from": (today - timedelta(days=60)).isoformat(),
        "term_to": (today + timedelta(days=300)).isoformat(),
        "received_on": (today - timedelta(days=61)).isoformat(),
        "reference": f"{SOURCE}: terms of reference 1",
        "person": {"name": "Fictitious Auditor"},
    }


def acts(today: date) -> Iterator[Said]:
    """Give every act of the audits, in order."""
    done = _Chain("ZZA", "2024", "P6", today)
    yield done.observed("examine", "The register of crossings has passenger data from two of five.")
    yield done.found("partly_substantiated", "Data is received at two crossings, not at three.")
    yield done.responded("accepted", "The third crossing follows; the report counted it too early.")
    yield done.recommended("Say of each crossing since when passenger data is received.")
    yield done.took_up("accepted", "The next report names each crossing with its day.")
    yield done.followed_up("implemented", "The register names three crossings, each with its day.")
    yield done.closed("addressed", "The register bears out what is reported now.")

    going_on = _Chain("ZZB", "2025", "P3", today)
    yield going_on.observed("interview", "Staff of the centre were met; it has no written mandate.")
    yield going_on.found("partly_substantiated", "The centre works, without a mandate in writing.")
    yield going_on.responded("noted", "A mandate in writing is being drafted.")
    yield going_on.recommended("Give the centre a mandate in writing.")
    yield going_on.took_up("noted", "The draft is before the cabinet.")
    yield going_on.followed_up("in_progress", "A draft was seen.")

    waiting = _Chain("ZZC", "2025", "P5", today)
    yield waiting.observed("examine", "The record of parliament has no such bill.")
    yield waiting.found("not_substantiated", "No extradition act was before parliament.")

    not_for_all = _Chain("ZZA", "2025", "P5", today, visibility="auditors")
    yield not_for_all.observed("test", "Of ten requests two were answered within the time set.")
    yield not_for_all.found("partly_substantiated", "The authority exists; requests wait.")
    yield not_for_all.responded("accepted", "Four persons join the authority next year.")


@dataclass(frozen=True, slots=True)
class _Chain:
    """What is said on one claim: the measure under a unit of the version that stands."""

    code: str
    cycle_id: str
    unit: str
    today: date
    visibility: str = "public"

    def observed(self, method: str, text: str) -> Said:
        seen = {
            **self._claim(),
            "observation_id": "O-1",
            "method": method,
            "observed_on": (self.today - timedelta(days=20)).isoformat(),
        }
        return self._said("observation-recorded", seen, "observation", text)

    def found(self, assessment: str, text: str) -> Said:
        found = {**self._claim(), "observations": ["O-1"], "respond_by": self._later()}
        return self._said("finding-issued", found, "finding", text, assessment=assessment)

    def responded(self, answer: str, text: str) -> Said:
        return self._said("finding-responded", self._answer(answer), "response", text)

    def recommended(self, text: str) -> Said:
        asked = {"recommendation_id": "R-1", "respond_by": self._later()}
        return self._said("recommendation-issued", asked, "recommendation", text)

    def took_up(self, answer: str, text: str) -> Said:
        answered = {"recommendation_id": "R-1", **self._answer(answer)}
        return self._said("recommendation-responded", answered, "response", text)

    def followed_up(self, status: str, text: str) -> Said:
        of_yesterday = (self.today - timedelta(days=1)).isoformat()
        seen = {"recommendation_id": "R-1", "effective_on": of_yesterday, "status": status}
        return self._said("recommendation-followed-up", seen, "note", text)

    def closed(self, outcome: str, text: str) -> Said:
        return self._said("finding-closed", {"outcome": outcome}, "closing", text)

    def _claim(self) -> Body:
        version = story.standing(self.code, self.cycle_id, self.today)
        return {**version, "unit": self.unit, "measure_id": f"{self.code}-{self.unit}-1"}

    def _answer(self, answer: str) -> Body:
        return {"answer": answer, "clearance": fictitious.clearance(self.code)}

    def _later(self) -> str:
        return (self.today + timedelta(days=30)).isoformat()

    def _said(self, kind: str, body: Body, section: str, text: str, **assessed: str) -> Said:
        report_id = f"{self.code}-{self.cycle_id}"
        on = {} if kind == "observation-recorded" else {"finding_id": "F-1"}
        said = {"text": {"en": text}, "visibility": self.visibility, **assessed}
        title = f"{report_id}, {self.unit}: {kind.replace('-', ' ')}"
        return Said(report_id, title, {"type": kind, **on, **body, section: said})
