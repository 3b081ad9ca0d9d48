"""Two closed cycles of the fictitious participants, and all that can become of a report in them.

Late, extended, asked about, returned, corrected, withdrawn. Everything in it is public, so that a
version's digest, which every act on it names, is known here.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias

from contracts.canonical import canonical, digest
from services.demonstration import fictitious, files
from services.demonstration.fictitious import Body

EARLIER = "2025"
"""The cycle before the one that is open."""
RULESET = "1.0.0"
Act: TypeAlias = tuple[str, str, Body]
"""What happens, the path of the write below the report (or of all reports), the body."""


class Closed(NamedTuple):
    """A closed cycle, in days and years before the first start."""

    opened_days_ago: int
    due_days_ago: int
    years_before: int
    """How far the participants were behind what they report in the open cycle."""
    extended: str
    """Who was given more time."""
    reporting: tuple[str, ...]
    """Who reported."""


CLOSED: Mapping[str, Closed] = {
    "2024": Closed(665, 465, 2, "ZZA", ("ZZA", "ZZB")),
    EARLIER: Closed(300, 100, 1, "ZZC", ("ZZA", "ZZB", "ZZC")),
}
"""By id. The log begins with the demonstration, so what comes to them is late; it is not where
more time was given."""
_STEPS = ("not_started", "planned", "in_progress", "largely_in_place", "in_place")
_LONG_SO = frozenset({"P1", "P2", "P8.c"})
"""Units on which nothing changed over the years."""


def cycle(cycle_id: str, today: date) -> Body:
    """Give a cycle that was due some time ago."""
    one = CLOSED[cycle_id]
    return {
        **fictitious.cycle(today),
        "cycle_id": cycle_id,
        "participant_kinds": ["state"],
        "title": {"en": f"Demonstration cycle {cycle_id}, invented like the others"},
        **_period(cycle_id),
        "opens_on": (today - timedelta(days=one.opened_days_ago)).isoformat(),
        "due_on": (today - timedelta(days=one.due_days_ago)).isoformat(),
    }


def extension(cycle_id: str, today: date) -> Body:
    """Give one participant time until today, by the note in which it asked for it."""
    one = CLOSED[cycle_id]
    return {
        "type": "extension-granted",
        "participant": one.extended,
        "due_on": today.isoformat(),
        "received_on": (today - timedelta(days=one.due_days_ago + 10)).isoformat(),
        "reason": {"en": "The lead body was reorganised."},
        "reference": f"{fictitious.SOURCE} {one.extended}/3",
    }


def closing(today: date) -> Body:
    """Close a cycle for first submissions: a closing never reaches back, so today is its last day.

    What came can still be put right.
    """
    return {
        "type": "cycle-closed",
        "effective_on": today.isoformat(),
        "note": {"en": "Closed for the demonstration."},
    }


def acts(code: str, cycle_id: str, today: date) -> Iterator[Act]:
    """Give what becomes of one participant's report, in order."""
    versions = _versions(code, cycle_id, today)
    match cycle_id, code:
        case "2025", "ZZA":
            yield from _asked(*versions)
        case "2025", "ZZB":
            yield from _returned(*versions)
        case "2025", "ZZC":
            yield from _withdrawn(*versions)
        case _:
            (only,) = versions
            yield only.submitted()
            yield only.decided("accepted")


def is_of_the_participant(below: str) -> bool:
    """Say whether a write below a report is the participant's: its own reports and its answers."""
    return below in {"", "corrigenda", "withdrawal"} or below.endswith("/answers")


def standing(code: str, cycle_id: str, today: date) -> Body:
    """Name the version that stands in the end, as acts on it do."""
    return _versions(code, cycle_id, today)[-1].named


def renewal(code: str, today: date) -> Body:
    """Say that nothing is new since the version of the cycle before, which was accepted."""
    renewed = standing(code, EARLIER, today)
    return {
        "participant": code,
        "cycle_id": "2026",
        "clearance": fictitious.clearance(code),
        "renews_report": f"{code}-{EARLIER}",
        "renews_version": renewed["report_version"],
        "renews_digest": renewed["digest"],
    }


@dataclass(frozen=True, slots=True)
class _Version:
    """A version, and what acts on it name."""

    number: int
    document: Body

    @property
    def code(self) -> str:
        return str(self.document["cover"]["participant"])

    def submitted(self) -> Act:
        body = {
            "document": self.document,
            "clearance": fictitious.clearance(self.code),
            "explanations": [],
        }
        return f"{self.code}: report for {self.document['cover']['cycle_id']}", "", body

    def corrected(self, reason: str) -> Act:
        _, _, body = self.submitted()
        return f"{self.code}: corrigendum", "corrigenda", {**body, "reason": {"en": reason}}

    def taken_up(self) -> Act:
        body = {"type": "review-opened", **self.named, "ruleset_version": RULESET}
        return f"{self.code}: review opened", "reviews", body

    def asked(self, unit: str, question: str) -> Act:
        body = {
            "type": "clarification-requested",
            **self.named,
            "ruleset_version": RULESET,
            "clarification_id": "Q1",
            "units": [unit],
            "questions": {unit: {"en": question}},
        }
        return f"{self.code}: clarification requested", "clarifications", body

    def answered(self, unit: str, answer: str) -> Act:
        body = {
            "type": "clarification-provided",
            **self.named,
            "units": [unit],
            "answers": {unit: {"en": answer}},
            "clearance": fictitious.clearance(self.code),
        }
        return f"{self.code}: clarification provided", "clarifications/Q1/answers", body

    def decided(self, decision: str, reasons: Mapping[str, str] | None = None) -> Act:
        body = {"decision": decision, **self.named, "ruleset_version": RULESET}
        if reasons:
            body["units"] = list(reasons)
            body["reasons"] = {unit: {"en": text} for unit, text in reasons.items()}
        return f"{self.code}: version {self.number} {decision}", "decisions", body

    def withdrawn(self, reason: str) -> Act:
        body = {
            "type": "report-withdrawn",
            **self.named,
            "reason": {"en": reason},
            "clearance": fictitious.clearance(self.code),
        }
        return f"{self.code}: report withdrawn", "withdrawal", body

    @property
    def named(self) -> Body:
        return {"report_version": self.number, "digest": digest(canonical(self.document))}


def _asked(version: _Version) -> Iterator[Act]:
    yield version.submitted()
    yield version.taken_up()
    yield version.asked("P6", "At which crossings is passenger data received?")
    yield version.answered("P6", "At the two northern ones; three more follow.")
    yield version.decided("accepted")


def _returned(first: _Version, second: _Version, third: _Version) -> Iterator[Act]:
    yield first.submitted()
    yield first.decided("returned", {"P3": "The centre has no name and no date."})
    yield second.submitted()
    yield second.decided("accepted")
    yield third.corrected("One chamber was counted as two.")


def _withdrawn(by_mistake: _Version, second: _Version) -> Iterator[Act]:
    yield by_mistake.submitted()
    yield by_mistake.withdrawn("A draft was sent by mistake.")
    yield second.submitted()
    yield second.decided("accepted")


def _versions(code: str, cycle_id: str, today: date) -> list[_Version]:
    """Give every version of a report, oldest first."""
    document = _document(code, cycle_id, today)
    match cycle_id, code:
        case "2025", "ZZB":
            second = _with(document, "P3", "The centre was named and opened in May.")
            filed = [document, second, _with(second, "P5", "The act was passed by one chamber.")]
        case "2025", "ZZC":
            filed = [_with(document, "P1", "A draft that should not have been sent."), document]
        case _:
            filed = [document]
    return [_Version(number, one) for number, one in enumerate(filed, start=1)]


def _document(code: str, cycle_id: str, today: date) -> Body:
    """Give the report of years before: the same units, some steps behind, all of it public."""
    document: Body = deepcopy(fictitious.report(code, cycle_id, today)["document"])
    document["cover"] |= _period(cycle_id)
    del document["plans"]
    if code != "ZZA":  # what Belmora keeps to itself in the next cycle, it does not say here
        del document["statements"]["P6"]
    for unit, statement in document["statements"].items():
        behind = 0 if unit in _LONG_SO else CLOSED[cycle_id].years_before
        status = _STEPS[max(0, _STEPS.index(statement["implementation_status"]) - behind)]
        text = statement["narrative"]["en"]
        statement |= {
            "visibility": "public",
            "implementation_status": status,
            "narrative": {"en": f"For {cycle_id}: {text}"},
        }
        for measure in statement["measures"]:
            measure |= {"implementation_status": status, "commitments": []}
            measure["dated_on"] = f"{document['cover']['period_from'][:4]}-06-01"
    if (code, cycle_id) == (files.CITED_BY, EARLIER):
        files.cite(document["statements"][files.UNIT], files.FIRST)
    return document


def _period(cycle_id: str) -> Mapping[str, str]:
    year = int(cycle_id) - 1
    return {"period_from": f"{year}-01-01", "period_to": f"{year}-12-31"}


def _with(document: Body, unit: str, text: str) -> Body:
    changed: dict[str, Any] = deepcopy(document)
    changed["statements"][unit]["narrative"] = {"en": text}
    return changed
