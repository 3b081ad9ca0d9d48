"""Pure: what an actor may do for a participant, from the stream of its focal points.

Whom the register knows as focal point or delegate is held to the term, and a delegate to the parts
delegated. Whom it does not know, but whose token is the participant's, may do everything: who is
given a token is not the register's affair yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce

from contracts.events import RegistryEvent
from services.kit.errors import Forbidden
from services.registry.domain.people import NOBODY, evolve


class SectionNotDelegated(Forbidden):
    """A delegate writes the parts of the report that the delegation names."""

    code = "section-not-delegated"
    title = "This part of the report was not delegated to this actor."


class NotForDelegates(Forbidden):
    """Who does anything for a participant but write parts of a draft is no delegate."""

    code = "not-for-delegates"
    title = "A delegate writes parts of a draft and does nothing else."


class OutsideTheTerm(Forbidden):
    """Focal points and delegates act from the first to the last day of their term.

    The term of a delegate ends with that of the focal point who delegated, at the latest.
    """

    code = "outside-the-term"
    title = "The term of this actor has not begun, or is over."


class ActorErased(Forbidden):
    """Who cannot be identified any more acts for nobody."""

    code = "actor-erased"
    title = "What identified this actor was erased."


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What the register knows of an actor."""

    sections: frozenset[str] | None = None
    """Parts delegated, by name; `None`: no delegate, so all of them."""
    term_from: date | None = None
    term_to: date | None = None
    """Last day; `None` while it is open, and for whom the register does not know."""
    is_erased: bool = False


def authority_of(actor: str, events: Iterable[RegistryEvent]) -> Authority:
    """Find what the actor may do.

    Args:
        actor: the id under which the person acts: of a designation, of a delegation, or neither.
        events: of the stream of the participant's focal points, in its order.
    """
    people = reduce(evolve, events, NOBODY)
    is_erased = actor in people.erased
    if (designation := people.designations.get(actor)) is not None:
        return Authority(
            term_from=designation.designated.term_from,
            term_to=designation.last_day,
            is_erased=is_erased,
        )
    if (delegation := people.delegations.get(actor)) is not None:
        return Authority(
            sections=frozenset(delegation.granted.units),
            term_from=delegation.granted.term_from,
            term_to=people.last_day_of(delegation),
            is_erased=is_erased,
        )
    return Authority(is_erased=is_erased)


def check_term(authority: Authority, day: date) -> None:
    """Refuse whose term has not begun or is over on a day, and who cannot be identified any more.

    Raises:
        OutsideTheTerm: it is so.
        ActorErased: it is so.
    """
    if authority.is_erased:
        raise ActorErased
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
    """Refuse a delegate who would decide on more than the parts delegated.

    Raises:
        NotForDelegates: it is so.
    """
    if authority.sections is not None:
        raise NotForDelegates
