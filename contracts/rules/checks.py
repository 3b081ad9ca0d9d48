"""Contracts room: what a rule is to the engine: a function, what it reads, what it needs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from contracts.rules.facts import Facts
from contracts.rules.reading import Report

Each: TypeAlias = Literal["report", "plan", "treaty", "statement", "measure", "passage"]
Need: TypeAlias = Literal["register", "cycle", "clearance"]
Reason: TypeAlias = Literal["evidence", "sealed"]

MEASURES = ("/statements/*/measures/*", "/human_rights/measures/*")
PASSAGES = ("/statements/*/narrative", "/human_rights/narrative", "/observations/text")
UNITS = ("/statements/*",)


def of_measures(*members: str) -> tuple[str, ...]:
    """Name members of all measures."""
    return tuple(f"{place}/{member}" for place in MEASURES for member in members)


class Place(NamedTuple):
    """Where a rule is not kept."""

    at: str
    """JSON Pointer."""
    params: Mapping[str, Any] = {}
    """Of the catalogue, the register, or a unit's id; never a text that was sent."""


class Unseen(NamedTuple):
    """Where a rule could not look, since the register does not hold what it compares with."""

    at: str
    reason: Reason


Found: TypeAlias = Iterable[Place | Unseen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule as a function."""

    code: str
    run: Callable[..., Found]
    """Of the report; and of the facts, where it needs the register."""
    each: Each
    """What is judged by itself: a fault in one does not keep the others from being judged."""
    reads: tuple[tuple[str, ...], ...]
    """Every place of the document that can change what is found: pointers as names, `*` for any."""
    needs: frozenset[Need] = field(default_factory=frozenset)
    among: bool = False
    """Whether what is found on a thing rests on the others, too: then it says something of all
    that the rule reads."""

    @property
    def rests_on_all(self) -> bool:
        """Whether what is found anywhere says something of everything that the rule reads."""
        return self.among or self.each == "report"


def _names(pointers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(pointer.split("/")[1:]) for pointer in pointers)


ITEMS: Mapping[Each, tuple[tuple[str, ...], ...]] = {
    "report": (),
    "plan": _names(["/plans/*"]),
    "treaty": _names(["/treaties/*"]),
    "statement": _names(["/statements/*"]),
    "measure": _names(MEASURES),
    "passage": _names(["/statements/*", "/human_rights", "/observations"]),
}
"""Where the things stand, each of which is judged by itself: pointers as names."""


def on_document(
    code: str, *reads: str, each: Each = "report", among: bool = False
) -> Callable[[Callable[[Report], Found]], Check]:
    """Make a function of the report a rule.

    Args:
        code: the rule's number.
        reads: pointers with `*` for any name; with a slash at the end, the names in there.
        each: what is judged by itself.
        among: whether what is found on one rests on the others, too.
    """

    def made(function: Callable[[Report], Found]) -> Check:
        return Check(code=code, run=function, each=each, reads=_names(reads), among=among)

    return made


def on_register(
    code: str,
    *reads: str,
    each: Each = "report",
    needs: Iterable[Need] = (),
    among: bool = False,
) -> Callable[[Callable[[Report, Facts], Found]], Check]:
    """Make a function of the report and the register's facts a rule.

    Args:
        code: the rule's number.
        reads: pointers with `*` for any name.
        each: what is judged by itself.
        needs: of the facts, what it cannot do without.
        among: whether what is found on one rests on the others, too; or on other things of the
            report accepted last.
    """

    def made(function: Callable[[Report, Facts], Found]) -> Check:
        return Check(
            code=code,
            run=function,
            each=each,
            reads=_names(reads),
            needs=frozenset({"register", *needs}),
            among=among,
        )

    return made
