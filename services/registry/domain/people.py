"""Pure memory of the people who act for a participant: designations and what they delegated.

The register knows each of them by a random id; the person block comes in sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from contracts.events import (
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    PersonalDataErased,
    RegistryEvent,
)
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.participant import Newcomer, Participation


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """A focal point's term, and the communication that ended it (`None`: not ended by one)."""

    designated: FocalPointDesignated
    ended: FocalPointDesignationEnded | None = None

    @property
    def last_day(self) -> date | None:
        """The last day of the term as it stands; `None` while it is open."""
        if self.ended is None:
            return self.designated.term_to
        return min(self.ended.ended_on, self.designated.term_to or date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """What a focal point delegated, and the communication that ended it (`None`: none did)."""

    granted: DelegationGranted
    revoked: DelegationRevoked | None = None

    @property
    def last_day(self) -> date:
        """The last day of the delegation by itself, whatever becomes of the grantor's term."""
        revoked_on = self.revoked.revoked_on if self.revoked else date.max
        return min(revoked_on, self.granted.term_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """All who ever acted for a participant, and its participation."""

    designations: Mapping[str, Designation]
    delegations: Mapping[str, Delegation]
    erased: Mapping[str, PersonalDataErased]
    """By id of the person of whom nothing is kept any more."""
    participation: Participation

    def knows(self, person_id: str) -> bool:
        """Say whether an id was given to somebody."""
        return person_id in self.designations or person_id in self.delegations

    def last_day_of(self, delegation: Delegation) -> date:
        """Give the day with which a delegation ends: its own, or with the term it was granted in.

        Nobody drafts on the word of somebody who no longer speaks for the participant.
        """
        grantor = self.designations.get(delegation.granted.granted_by)
        bound = grantor.last_day if grantor else None
        return min(delegation.last_day, bound or date.max)


NOBODY = People(designations={}, delegations={}, erased={}, participation=Newcomer())


def evolve(state: People, event: RegistryEvent) -> People:
    """Give the state after an event of the participant's people or participation."""
    match event:
        case FocalPointDesignated():
            return _designated(state, Designation(designated=event))
        case FocalPointDesignationEnded() if event.focal_point_id in state.designations:
            before = state.designations[event.focal_point_id]
            return _designated(state, replace(before, ended=event))
        case DelegationGranted():
            return _delegated(state, Delegation(granted=event))
        case DelegationRevoked() if event.delegation_id in state.delegations:
            delegation = state.delegations[event.delegation_id]
            return _delegated(state, replace(delegation, revoked=event))
        case PersonalDataErased():
            return replace(state, erased={**state.erased, event.person_id: event})
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


def _designated(state: People, one: Designation) -> People:
    designations = {**state.designations, one.designated.focal_point_id: one}
    return replace(state, designations=designations)


def _delegated(state: People, one: Delegation) -> People:
    return replace(state, delegations={**state.delegations, one.granted.delegation_id: one})


class PersonErased(Refused):
    """What identified a person was destroyed: nobody begins anew under that id."""

    code = "person-erased"
    title = "What identified the person under this id was erased; a new id is needed."


class EndsOutsideTheTerm(Refused):
    """A term ends between its first and its last day."""

    code = "ends-outside-the-term"
    title = "The last day does not lie within the term."


REFUSALS = (PersonErased, EndsOutsideTheTerm)


def check_known(state: People, person_id: str) -> None:
    """Refuse an id whose person was erased."""
    if person_id in state.erased:
        raise PersonErased


def check_last_day(last_day: date, term_from: date, term_to: date | None) -> None:
    """Refuse to end a term on a day that is not one of it; `term_to` is `None` while it is open."""
    if last_day < term_from or (term_to is not None and last_day > term_to):
        raise EndsOutsideTheTerm(f"the term is {term_from} to {term_to or 'open'}")
