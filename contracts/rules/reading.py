"""Contracts room: a report laid out for the rules, in one walk; what is missing is left out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from contracts.catalogue import catalogue, version_key
from contracts.instrument import Edition, edition

Row = Mapping[str, Any]

SCALE: Mapping[str, int] = {
    "not_started": 0,
    "planned": 1,
    "in_progress": 2,
    "largely_in_place": 3,
    "in_place": 4,
}
"""How far a status is; `not_applicable` is on no scale."""
DONE = frozenset({"largely_in_place", "in_place"})


class Placed(NamedTuple):
    """A part of the report and where it stands."""

    at: str
    """JSON Pointer."""
    row: Row


class Statement(NamedTuple):
    """A statement on a unit."""

    at: str
    unit: str
    row: Row


class Measure(NamedTuple):
    """A measure, and the section that it stands in."""

    row: Row
    section: str
    number: int
    unit: str
    """Empty in part E."""
    dated_on: str
    """The day, where it is an earliest day; empty where it may have been before."""

    @property
    def at(self) -> str:
        """JSON Pointer."""
        return f"{self.section}/measures/{self.number}"


class Link(NamedTuple):
    """A commitment that a measure carries out."""

    measure: Measure
    number: int
    plan_id: str
    commitment_id: str

    @property
    def at(self) -> str:
        """JSON Pointer."""
        return f"{self.measure.at}/commitments/{self.number}"


class Citation(NamedTuple):
    """A need or an offer of assistance that a statement cites."""

    at: str
    assistance_id: str


class Passage(NamedTuple):
    """What a section says at length, by language."""

    at: str
    section: str
    texts: Mapping[str, str]


class Clearance(NamedTuple):
    """Who drafted and who released the document."""

    drafted_by: str
    cleared_by: str
    exception_reference: str | None = None
    """Of a mission of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The document, laid out; what is here follows the contract, but anything may be missing."""

    cover: Row
    plans: tuple[Placed, ...]
    treaties: tuple[Placed, ...]
    statements: tuple[Statement, ...]
    human_rights: Row | None
    measures: tuple[Measure, ...]
    """Of the units and of part E, in the order of the document."""
    links: tuple[Link, ...]
    """Commitments that measures carry out."""
    citations: tuple[Citation, ...]
    """Needs and offers of assistance that statements cite, in the order of the document."""
    passages: tuple[Passage, ...]
    """Narratives of the units and of part E, and the observations."""
    pillars: frozenset[str]
    """That any measure serves."""
    last_day: str
    """The latest day of a measure; empty where no day is known."""
    repeated_measures: frozenset[str]
    """Ids that more than one measure has."""
    repeated_texts: frozenset[str]
    """What more than one passage, or more than one language of one, says word for word."""
    edition: Edition
    """Of the instrument: the cycle's, or the newest where nothing says which."""
    clearance: Clearance | None = None

    @property
    def is_submission(self) -> bool:
        """Whether it is the participant's own word."""
        return self.cover.get("origin") == "submission"

    @property
    def is_full(self) -> bool:
        """Whether it speaks of everything."""
        return self.cover.get("form") == "full"

    @property
    def period_from(self) -> str:
        """First day reported on; empty where it is missing."""
        found: str = self.cover.get("period_from", "")
        return found

    @property
    def period_to(self) -> str:
        """Last day reported on; empty where it is missing."""
        found: str = self.cover.get("period_to", "")
        return found


@lru_cache(maxsize=1)
def newest_edition() -> Edition:
    """Give the edition that a report is read by where nothing says another one."""
    kinds = [one for one in catalogue().documents.values() if one.kind == "instrument"]
    newest = max(kinds, key=lambda one: version_key(one.version))
    return edition(newest.version, newest.name)


def lay_out(document: Row, clearance: Clearance | None = None, by: Edition | None = None) -> Report:
    """Lay a report out; the document is left as it is.

    Args:
        document: sound: what stands in it follows the contract, whatever is missing.
        clearance: who drafted and who released it.
        by: the edition of the instrument; `None`: the newest.
    """
    statements: list[Statement] = []
    measures: list[Measure] = []
    passages: list[Passage] = []
    for unit, row in document.get("statements", {}).items():
        at = f"/statements/{unit}"
        statements.append(Statement(at, unit, row))
        if "measures" in row:
            measures += _measures(row["measures"], at, unit)
        if "narrative" in row:
            passages.append(Passage(f"{at}/narrative", at, row["narrative"]))
    rights = document.get("human_rights")
    if rights is not None:
        measures += _measures(rights.get("measures", ()), "/human_rights", "")
        if "narrative" in rights:
            passages.append(
                Passage("/human_rights/narrative", "/human_rights", rights["narrative"])
            )
    said = document.get("observations", {}).get("text")
    if said is not None:
        passages.append(Passage("/observations/text", "/observations", said))
    return Report(
        cover=document.get("cover", {}),
        plans=_placed(document, "plans"),
        treaties=_placed(document, "treaties"),
        statements=tuple(statements),
        human_rights=rights,
        measures=tuple(measures),
        links=tuple(_links(measures)),
        citations=tuple(_citations(statements)),
        passages=tuple(passages),
        pillars=frozenset().union(*[one.row.get("pillars", ()) for one in measures]),
        last_day=max([one.dated_on for one in measures], default=""),
        repeated_measures=_repeated(
            [one.row["measure_id"] for one in measures if "measure_id" in one.row]
        ),
        repeated_texts=_repeated([text for _, _, texts in passages for text in texts.values()]),
        edition=by or newest_edition(),
        clearance=clearance,
    )


_NO_DAY = frozenset({"not_later_than", "unknown"})


def _measures(rows: Iterable[Row], section: str, unit: str) -> list[Measure]:
    measures = []
    for number, row in enumerate(rows):
        day = "" if row.get("date_precision") in _NO_DAY else row.get("dated_on", "")
        measures.append(Measure(row, section, number, unit, day))
    return measures


def _links(measures: Iterable[Measure]) -> Iterator[Link]:
    for one in measures:
        if "commitments" in one.row:
            for number, link in enumerate(one.row["commitments"]):
                yield Link(one, number, link.get("plan_id", ""), link.get("commitment_id", ""))


def _citations(statements: Iterable[Statement]) -> Iterator[Citation]:
    for at, _, row in statements:
        for number, one in enumerate(row.get("assistance_cited", ())):
            yield Citation(f"{at}/assistance_cited/{number}", one.get("assistance_id", ""))


def _repeated(words: list[str]) -> frozenset[str]:
    if len(set(words)) == len(words):
        return frozenset()
    return frozenset(word for word, times in Counter(words).items() if times > 1)


def _placed(document: Row, member: str) -> tuple[Placed, ...]:
    return tuple(
        Placed(f"/{member}/{number}", row) for number, row in enumerate(document.get(member, ()))
    )
