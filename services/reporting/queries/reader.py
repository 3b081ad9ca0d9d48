"""Pure: a signed-in reader: what may be done as of now, and what was disclosed to this one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from contracts.authority.actor import Actor
from contracts.authority.policy import Decision, Resource, may
from contracts.authority.standing import Facts
from contracts.authority.table import READ_SECTION

Place: TypeAlias = tuple[int, str]
"""Position of an entry, and JSON Pointer of a section in its body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed section that stood in an answer."""

    position: int
    """Of the entry that has it."""
    name: str
    """JSON Pointer of the section in the entry's body."""
    seal: str
    """Digest of what opens it."""
    resource: Resource

    @property
    def place(self) -> Place:
        """Say where it stands in the log."""
        return self.position, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks, while one answer is made; what was opened for it is kept no longer."""

    actor: Actor
    facts: Facts
    """Of the actor, as of now, whatever moment is asked about."""
    opened: Mapping[str, Any] = field(default_factory=dict)
    """What is in sealed sections, by seal, as far as it was disclosed to this reader."""
    met: dict[Place, Sealed] = field(default_factory=dict)
    """What stood sealed in the answer and may be read; the queries add to it."""
    shown: set[int] = field(default_factory=set)
    """Positions of the entries of which something sealed is shown; the queries add to it."""

    def may(self, action: str, resource: Resource) -> Decision:
        """Decide on something the reader might do."""
        return may(self.actor, action, resource, self.facts)

    def look(self, sealed: Sealed) -> Any:
        """Give what is in a sealed section, `None` where it was not disclosed.

        Without a value it is noted, so that it can be asked for.
        """
        if sealed.seal in self.opened:
            self.shown.add(sealed.position)
            return self.opened[sealed.seal]
        if self.may(READ_SECTION, sealed.resource).allowed:
            self.met[sealed.place] = sealed
        return None

    def apart(self) -> "Reader":
        """Give the same reader, who has met nothing yet."""
        return replace(self, met={}, shown=set())

    def take(self, other: "Reader") -> None:
        """Meet, and be shown, what the same reader was apart."""
        self.met.update(other.met)
        self.shown.update(other.shown)

    @property
    def looked_at(self) -> set[int]:
        """Give the positions of the entries that were opened, or are to be."""
        return self.shown.union(self.positions)

    @property
    def positions(self) -> Collection[int]:
        """Name the entries that have what was met, in order."""
        return sorted({position for position, _ in self.met})
