"""Drafts: what an actor may do for a participant, from the stream of its focal points; pure.

Whom the register knows as focal point or delegate is held to the term, and a delegate to the parts
delegated. Whom it does not know, but whose token is the participant's, may do everything: who is
given a token is not the register's affair yet.
"""

from collections.abc import Iterable
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
from services.registry.drafts.refusals import (
    ActorErased,
    NotForDelegates,
    OutsideTheTerm,
    SectionNotDelegated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What the register knows of an actor."""

    sections: frozenset[str] | None = None
    """Parts delegated, by name; `None`: no delegate, so all of them."""
    term_from: date | None = None
    term_to: date | None = None
    """Last day; `None` while it is open, and for whom the register does not know."""
    is_erased: bool = False
    """Whether what identified the person was destroyed."""


def authority_of(actor: str, events: Iterable[RegistryEvent]) -> Authority:
    """Find what the actor may do.

    A delegation ends with its own term, with its revocation, or with the term of the focal point
    who granted it, whichever comes first.

    Args:
        actor: the id under which the person acts: of a designation, of a delegation, or neither.
        events: of the stream of the participant's focal points, in its order.
    """
    known: dict[str, Authority] = {}
    granted_by: dict[str, str] = {}
    for event in events:
        match event:
            case FocalPointDesignated():
                term = Authority(term_from=event.term_from, term_to=event.term_to)
                known[event.focal_point_id] = term
            case FocalPointDesignationEnded() if event.focal_point_id in known:
                known[event.focal_point_id] = _ended(known[event.focal_point_id], event.ended_on)
            case DelegationGranted():
                granted_by[event.delegation_id] = event.granted_by
                known[event.delegation_id] = Authority(
                    sections=frozenset(event.units),
                    term_from=event.term_from,
                    term_to=event.term_to,
                )
            case DelegationRevoked() if event.delegation_id in known:
                known[event.delegation_id] = _ended(known[event.delegation_id], event.revoked_on)
            case PersonalDataErased() if event.person_id in known:
                known[event.person_id] = replace(known[event.person_id], is_erased=True)
            case _:
                pass
    found = known.get(actor, Authority())
    grantor = known.get(granted_by.get(actor, ""))
    if grantor is None or grantor.term_to is None:
        return found
    return _ended(found, grantor.term_to)


def _ended(authority: Authority, last: date) -> Authority:
    """End a term; what ends it makes it shorter, never longer."""
    return replace(authority, term_to=min(last, authority.term_to or last))


def check_term(authority: Authority, day: date) -> None:
    """Refuse whose term has not begun or is over on a day, and who cannot be identified.

    Raises:
        OutsideTheTerm: the day is none of the term.
        ActorErased: what identified the actor was erased.
    """
    if authority.term_from is not None and day < authority.term_from:
        raise OutsideTheTerm(f"the term begins on {authority.term_from}")
    if authority.term_to is not None and day > authority.term_to:
        raise OutsideTheTerm(f"the term ended on {authority.term_to}")
    if authority.is_erased:
        raise ActorErased


def check_section(authority: Authority, section: str) -> None:
    """Refuse a delegate who writes to a part that was not delegated.

    Raises:
        SectionNotDelegated: it is so.
    """
    if authority.sections is not None and section not in authority.sections:
        delegated = ", ".join(sorted(authority.sections))
        raise SectionNotDelegated(f"expected one of {delegated}")


def check_whole(authority: Authority) -> None:
    """Refuse a delegate who would decide on the draft as a whole.

    Raises:
        NotForDelegates: it is so.
    """
    if authority.sections is not None:
        raise NotForDelegates
