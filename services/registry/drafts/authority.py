"""Drafts: what an actor may do for a participant, from the stream of its focal points; pure.

Whom the register knows as focal point or delegate is held to the term, and a delegate to the parts
delegated. Whom it does not know, but whose token is the participant's, may do everything: who is
given a token is not the register's affair yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.events import (
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    RegistryEvent,
)
from services.registry.drafts.refusals import (
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


def authority_of(actor: str, events: Iterable[RegistryEvent]) -> Authority:
    """Find what the actor may do.

    Args:
        actor: the id under which the person acts: of a designation, of a delegation, or neither.
        events: of the stream of the participant's focal points, in its order.
    """
    found = Authority()
    for event in events:
        match event:
            case FocalPointDesignated() if event.focal_point_id == actor:
                found = Authority(term_from=event.term_from, term_to=event.term_to)
            case FocalPointDesignationEnded() if event.focal_point_id == actor:
                found = _ended(found, event.ended_on)
            case DelegationGranted() if event.delegation_id == actor:
                found = Authority(
                    sections=frozenset(event.units),
                    term_from=event.term_from,
                    term_to=event.term_to,
                )
            case DelegationRevoked() if event.delegation_id == actor:
                found = _ended(found, event.revoked_on)
            case _:
                pass
    return found


def _ended(authority: Authority, last: date) -> Authority:
    """End a term; a communication makes it shorter, never longer."""
    until = min(last, authority.term_to or last)
    return Authority(sections=authority.sections, term_from=authority.term_from, term_to=until)


def check_term(authority: Authority, day: date) -> None:
    """Refuse whose term has not begun or is over on a day.

    Raises:
        OutsideTheTerm: it is so.
    """
    if authority.term_from is not None and day < authority.term_from:
        raise OutsideTheTerm(f"the term begins on {authority.term_from}")
    if authority.term_to is not None and day > authority.term_to:
        raise OutsideTheTerm(f"the term ended on {authority.term_to}")


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
