"""An earlier cycle of the fictitious participants: late, extended, returned, corrected, withdrawn.

Everything in it is public, so that a version's digest, which every act on it names, is known here.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from contracts.canonical import canonical, digest
from services.demonstration import fictitious
from services.demonstration.fictitious import Body

CYCLE = "2025"
EXTENDED = "ZZC"
"""Who was given more time."""
RULESET = "1.0.0"
Act: TypeAlias = tuple[str, str, Body]
"""What happens, the path of the write below the report (or of all reports), the body."""


def cycle(today: date) -> Body:
    """Give the earlier cycle: it was due 100 days before `today`, so what comes now is late.

    It is not late where more time was given.
    """
    return {
        **fictitious.cycle(today),
        "cycle_id": CYCLE,
        "title": {"en": "Demonstration cycle 2025, invented like the other"},
        "period_from": "2024-01-01",
        "period_to": "2024-12-31",
        "opens_on": (today - timedelta(days=300)).isoformat(),
        "due_on": (today - timedelta(days=100)).isoformat(),
    }


def extension(today: date) -> Body:
    """Give one participant more time, by the note in which it asked for it."""
    return {
        "type": "extension-granted",
        "participant": EXTENDED,
        "due_on": (today + timedelta(days=20)).isoformat(),
        "received_on": (today - timedelta(days=110)).isoformat(),
        "reason": {"en": "The lead body was reorganised."},
        "reference": f"{fictitious.SOURCE} {EXTENDED}/3",
    }


def closing(today: date) -> Body:
    """Close the earlier cycle for first submissions, when the time that was given is over.

    What came can still be put right.
    """
    return {
        "type": "cycle-closed",
        "effective_on": (today + timedelta(days=30)).isoformat(),
        "note": {"en": "Closed for the demonstration."},
    }


def acts(code: str, today: date) -> Iterator[Act]:
    """Give what becomes of one participant's report, in order."""
    first = _document(code, today)
    match code:
        case "ZZA":
            yield from _asked(_Version(code, 1, first))
        case "ZZB":
            yield from _returned(code, first)
        case _:
            yield from _withdrawn(code, first)


def is_of_the_participant(below: str) -> bool:
    """Say whether a write below a report is the participant's: its own reports and its answers."""
    return below in {"", "corrigenda", "withdrawal"} or below.endswith("/answers")


def renewal(code: str, today: date) -> Body:
    """Say that nothing is new since the second version, which is the one that was accepted."""
    return {
        "participant": code,
        "cycle_id": "2026",
        "clearance": fictitious.clearance(code),
        "renews_report": f"{code}-{CYCLE}",
        "renews_version": 2,
        "renews_digest": _digest(_document(code, today)),
    }


@dataclass(frozen=True, slots=True)
class _Version:
    """A version, and what acts on it name."""

    code: str
    number: int
    document: Body

    def submitted(self) -> Act:
        body = {
            "document": self.document,
            "clearance": fictitious.clearance(self.code),
            "explanations": [],
        }
        return f"{self.code}: report for {CYCLE}", "", body

    def corrected(self, reason: str) -> Act:
        _, _, body = self.submitted()
        return f"{self.code}: corrigendum", "corrigenda", {**body, "reason": {"en": reason}}

    def taken_up(self) -> Act:
        body = {"type": "review-opened", **self._named, "ruleset_version": RULESET}
        return f"{self.code}: review opened", "reviews", body

    def asked(self, unit: str, question: str) -> Act:
        body = {
            "type": "clarification-requested",
            **self._named,
            "ruleset_version": RULESET,
            "clarification_id": "Q1",
            "units": [unit],
            "questions": {unit: {"en": question}},
        }
        return f"{self.code}: clarification requested", "clarifications", body

    def answered(self, unit: str, answer: str) -> Act:
        body = {
            "type": "clarification-provided",
            **self._named,
            "units": [unit],
            "answers": {unit: {"en": answer}},
            "clearance": fictitious.clearance(self.code),
        }
        return f"{self.code}: clarification provided", "clarifications/Q1/answers", body

    def decided(self, decision: str, reasons: Mapping[str, str] | None = None) -> Act:
        body = {"decision": decision, **self._named, "ruleset_version": RULESET}
        if reasons:
            body["units"] = list(reasons)
            body["reasons"] = {unit: {"en": text} for unit, text in reasons.items()}
        return f"{self.code}: version {self.number} {decision}", "decisions", body

    def withdrawn(self, reason: str) -> Act:
        body = {
            "type": "report-withdrawn",
            **self._named,
            "reason": {"en": reason},
            "clearance": fictitious.clearance(self.code),
        }
        return f"{self.code}: report withdrawn", "withdrawal", body

    @property
    def _named(self) -> Body:
        return {"report_version": self.number, "digest": _digest(self.document)}


def _asked(version: _Version) -> Iterator[Act]:
    yield version.submitted()
    yield version.taken_up()
    yield version.asked("P6", "At which crossings is passenger data received?")
    yield version.answered("P6", "At the two northern ones; three more follow.")
    yield version.decided("accepted")


def _returned(code: str, document: Body) -> Iterator[Act]:
    first = _Version(code, 1, document)
    yield first.submitted()
    yield first.decided("returned", {"P3": "The centre has no name and no date."})
    second = _Version(code, 2, _with(document, "P3", "The centre was named and opened in May."))
    yield second.submitted()
    yield second.decided("accepted")
    third = _Version(code, 3, _with(second.document, "P5", "The act was passed by one chamber."))
    yield third.corrected("One chamber was counted as two.")


def _withdrawn(code: str, document: Body) -> Iterator[Act]:
    by_mistake = _Version(code, 1, _with(document, "P1", "A draft that should not have been sent."))
    yield by_mistake.submitted()
    yield by_mistake.withdrawn("A draft was sent by mistake.")
    second = _Version(code, 2, document)
    yield second.submitted()
    yield second.decided("accepted")


def _document(code: str, today: date) -> Body:
    """Give the report of a year before: the same units, one step behind, all of it public."""
    document: Body = deepcopy(fictitious.report(code, CYCLE, today)["document"])
    document["cover"] |= {"period_from": "2024-01-01", "period_to": "2024-12-31"}
    del document["plans"]
    if code != "ZZA":  # what Belmora keeps to itself in the next cycle, it does not say here
        del document["statements"]["P6"]
    for statement in document["statements"].values():
        statement["visibility"] = "public"
        statement["narrative"] = {"en": f"A year before: {statement['narrative']['en']}"}
        for measure in statement["measures"]:
            measure |= {"dated_on": "2024-06-01", "commitments": []}
    return document


def _with(document: Body, unit: str, text: str) -> Body:
    changed = deepcopy(document)
    changed["statements"][unit]["narrative"] = {"en": text}
    return changed


def _digest(document: Mapping[str, Any]) -> str:
    return digest(canonical(dict(document)))
