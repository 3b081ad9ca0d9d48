"""Contracts room: a report laid out for the rules, in one walk; what is missing is left out."""

from collections.abc import Mapping
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

    at: str
    section: str
    row: Row
    unit: str
    """Empty in part E."""

    @property
    def dated_on(self) -> str:
        """The day, where it is an earliest day; empty where it may have been before."""
        if self.row.get("date_precision") in {"not_later_than", "unknown"}:
            return ""
        found: str = self.row.get("dated_on", "")
        return found


class Passage(NamedTuple):
    """What a section says at length, by language."""

    at: str
    section: str
    texts: Mapping[str, str]


class Clearance(NamedTuple):
    """Who drafted and who released the document."""

    drafted_by: str
    cleared_by: str


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
    passages: tuple[Passage, ...]
    """Narratives of the units and of part E, and the observations."""
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
    statements, measures, passages = [], [], []
    for unit, row in document.get("statements", {}).items():
        at = f"/statements/{unit}"
        statements.append(Statement(at, unit, row))
        for number, measure in enumerate(row.get("measures", ())):
            measures.append(Measure(f"{at}/measures/{number}", at, measure, unit))
        if "narrative" in row:
            passages.append(Passage(f"{at}/narrative", at, row["narrative"]))
    rights = document.get("human_rights")
    if rights is not None:
        for number, measure in enumerate(rights.get("measures", ())):
            at = f"/human_rights/measures/{number}"
            measures.append(Measure(at, "/human_rights", measure, ""))
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
        passages=tuple(passages),
        edition=by or newest_edition(),
        clearance=clearance,
    )


def _placed(document: Row, member: str) -> tuple[Placed, ...]:
    return tuple(
        Placed(f"/{member}/{number}", row) for number, row in enumerate(document.get(member, ()))
    )
