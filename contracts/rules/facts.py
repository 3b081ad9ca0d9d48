"""Contracts room: what the rules may know of the register, as of one position and day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import TypeAdapter

from contracts.events.shared import ImplementationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """The cycle that the report is for."""

    cycle_id: str
    period_from: date
    period_to: date
    instrument_edition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who may act for the participant, by the random id that the register knows."""

    person_id: str
    role: Literal["focal_point", "delegate"]
    first_day: date
    last_day: date | None = None
    """`None` while the term is open."""
    parts: tuple[str, ...] = ()
    """Of a delegate: what parts of the report were delegated."""

    def acts_on(self, day: date) -> bool:
        """Say whether the term runs on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A measure promised in a plan."""

    commitment_id: str
    target_on: date
    withdrawn_on: date | None = None
    """The day from which it no longer stands."""
    implementation_status: ImplementationStatus | None = None
    """As last reported; `None` while nothing was."""

    def stands_on(self, day: date) -> bool:
        """Say whether it was not withdrawn by a day."""
        return self.withdrawn_on is None or day < self.withdrawn_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A registered plan."""

    plan_id: str
    participant: str
    scope: Literal["national", "regional"]
    period_from: date
    period_to: date | None = None
    concluded_on: date | None = None
    """Its last day, where it was concluded."""
    commitments: Mapping[str, Commitment] = field(default_factory=dict)

    def is_concluded_on(self, day: date) -> bool:
        """Say whether it had been concluded by a day."""
        return self.concluded_on is not None and self.concluded_on < day

    def runs_on(self, day: date) -> bool:
        """Say whether its period runs on a day."""
        ended = self.is_concluded_on(day) or (self.period_to is not None and self.period_to < day)
        return self.period_from <= day and not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """A need for assistance, or an offer of it, that the document cites."""

    assistance_id: str
    participant: str
    effective_on: date
    """The first day on which it stands."""
    matched_with: tuple[str, ...] = ()
    """Participants whose offers, or needs, it was brought together with by the day."""

    def concerns(self, participant: str) -> bool:
        """Say whether it is a participant's own, or was matched with something of its own."""
        return participant in (self.participant, *self.matched_with)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The report of the participant for another cycle that was accepted last."""

    cycle_id: str
    report_version: int
    document: Mapping[str, Any]
    """With its sealed sections opened, as far as the register still holds what opens them."""
    sealed: tuple[str, ...] = ()
    """Pointers of the sections that stand sealed in the log, opened here or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the rules on the register go by."""

    day: date
    """The day of the examination, in the time zone of the cycle."""
    position: int
    """The last entry that was looked at; 0: the log was empty."""
    participant: str
    cycle: Cycle | None = None
    """`None`: the register knows no such cycle."""
    people: tuple[Person, ...] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    """By id: the participant's own, and those of others that the document names."""
    assistance: Mapping[str, Assistance] = field(default_factory=dict)
    """By id: needs and offers that the document cites, as far as they are in the register."""
    accepted: Accepted | None = None
    has_version: bool = False
    """Whether a version of this very report is on file."""
    evidence: frozenset[str] | None = None
    """Digests put forward; `None`: not known here, which is not the same as none."""

    def person(self, person_id: str) -> Person | None:
        """Give who acts under an id on the day; `None` where nobody does."""
        acting = (one for one in self.people if one.person_id == person_id)
        return next((one for one in acting if one.acts_on(self.day)), None)

    def commitment(self, plan_id: str, commitment_id: str) -> Commitment | None:
        """Give a commitment of a plan; `None` where there is none."""
        plan = self.plans.get(plan_id)
        return plan.commitments.get(commitment_id) if plan else None

    @property
    def own_plans(self) -> list[Plan]:
        """The participant's plans, in the order of their ids."""
        plans = (self.plans[plan_id] for plan_id in sorted(self.plans))
        return [plan for plan in plans if plan.participant == self.participant]


def facts_from(data: Mapping[str, Any]) -> Facts:
    """Read facts as the examples of the rules write them.

    Raises:
        ValueError: it is no such thing.
    """
    return _adapter().validate_python(data)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Facts]:
    return TypeAdapter(Facts)
