"""Drafts: what a working copy is made of, as values; no SQL, no clock, no HTTP."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import orjson

from contracts.authority.policy import Resource
from contracts.canonical import digest, spell
from contracts.participants import kind
from contracts.templates import template_of

State: TypeAlias = Literal["draft", "clearance_requested", "cleared", "submitted"]

BEFORE_STATEMENTS = ("cover", "plans", "treaties")
AFTER_STATEMENTS = ("human_rights", "observations")
PARTS = (*BEFORE_STATEMENTS, *AFTER_STATEMENTS)
"""Parts of a report that are no statements, by the names of their members."""
LISTS = frozenset({"plans", "treaties"})
"""Parts that are arrays; every other section is an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The submitted version that a draft was carried forward from."""

    report_id: str
    report_version: int
    digest: str
    position: int
    """Of the entry whose document it is."""
    is_accepted: bool
    superseded_by: int | None
    """A later version of the same report that stood when the draft was begun."""
    not_carried: tuple[str, ...]
    """Sections that stay sealed: nothing that opens them is held any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What was put forward for clearance, by whom, and who cleared it."""

    digest: str
    """Of the canonical bytes of `filing_of`: document, explanations and reason."""
    requested_by: str
    requested_at: str
    explanations: tuple[Mapping[str, Any], ...] = ()
    reason: Mapping[str, str] | None = None
    """Of a corrigendum."""
    cleared_by: str | None = None
    cleared_at: str | None = None
    exception_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the report, as it stands in the draft."""

    content: bytes | None
    """Canonical JSON; `None`: it was deleted."""
    base: bytes | None
    """What was carried forward; `None`: nothing was."""
    revision: int
    """From 1 and never back, so that an old one never fits another content."""
    changed_by: str
    changed_at: str
    drafted_by: tuple[str, ...]
    """Everybody who wrote what stands there; nobody, where it was only carried forward."""

    @property
    def etag(self) -> str:
        """The entity tag of this section alone."""
        return f'"{self.revision}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A private working copy of one report."""

    draft_id: str
    participant: str
    cycle_id: str
    form: str
    instrument_edition: str
    template_version: str
    follows_version: int
    """Version of the report that stood when the draft was begun; 0: none."""
    base: Base | None
    state: State
    revision: int
    created_by: str
    created_at: str
    changed_by: str
    changed_at: str
    clearance: Clearance | None = None
    submitted_position: int | None = None
    sections: Mapping[str, Section] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The entity tag of the whole."""
        return f'"{self.revision}"'

    @property
    def template(self) -> str:
        """Id of the contract that its document is written to: that of the kind of participant."""
        return template_of(kind(self.participant), self.template_version).id

    @property
    def drafted_by(self) -> frozenset[str]:
        """Everybody who wrote something that stands in it, and who put it forward."""
        writers = {actor for one in self.sections.values() for actor in one.drafted_by}
        return frozenset(writers | ({self.clearance.requested_by} if self.clearance else set()))


def resource_of(draft: Draft, section: str | None = None) -> Resource:
    """Give a draft, or a section of it, as the policy sees it."""
    return Resource(participant=draft.participant, cycle_id=draft.cycle_id, unit=section)


def path_to(section: str) -> tuple[str, ...]:
    """Give the names that lead to a section in the document."""
    return (section,) if section in PARTS else ("statements", section)


def section_at(place: Sequence[str]) -> str | None:
    """Name the section that a place in the document lies in; `None`: in none alone."""
    match place:
        case ["statements", unit, *_]:
            return unit
        case [part, *_] if part in PARTS:
            return part
        case _:
            return None


def in_order(units: Collection[str]) -> tuple[str, ...]:
    """Name every section that a draft may have, in the order of the document: P2 before P10."""
    ordered = sorted(units, key=lambda unit: (int(unit[1:].partition(".")[0]), unit))
    return (*BEFORE_STATEMENTS, *ordered, *AFTER_STATEMENTS)


def contents_of(draft: Draft) -> dict[str, Any]:
    """Read the content of every section that has one."""
    return {
        name: orjson.loads(one.content)
        for name, one in draft.sections.items()
        if one.content is not None
    }


def bases_of(draft: Draft) -> dict[str, Any]:
    """Read what was carried forward into every section that anything was."""
    return {
        name: orjson.loads(one.base) for name, one in draft.sections.items() if one.base is not None
    }


def document_of(draft: Draft, contents: Mapping[str, Any]) -> dict[str, Any]:
    """Put sections together to the document they make, in clear.

    Args:
        draft: names the template.
        contents: of the sections that have any, by name.
    """
    document: dict[str, Any] = {"$schema": draft.template, "statements": {}}
    for section, content in contents.items():
        *inside, name = path_to(section)
        place = document["statements"] if inside else document
        place[name] = content
    return document


def filing_of(
    document: Mapping[str, Any],
    explanations: Sequence[Mapping[str, Any]],
    reason: Mapping[str, str] | None,
) -> dict[str, Any]:
    """Give all that is cleared and then submitted, in one value: what the digest is of."""
    filing: dict[str, Any] = {"document": document, "explanations": list(explanations)}
    return filing if reason is None else {**filing, "reason": reason}


def digest_of(filing: Mapping[str, Any]) -> str:
    """Give the digest that clearance and submission are bound to."""
    return digest(spell(filing))
