"""Pure: what the log says of an actor, and the policy's refusals as errors.

The policy is `contracts.authority`; whom it is to judge stands in the stream of the participant's
focal points, or in that of the auditor's mandate.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final

from contracts.authority.actor import Actor
from contracts.authority.policy import NOTHING, Decision, Resource, admits, holds, may
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import ACTIONS
from contracts.events import RegistryEvent
from services.kit.errors import Forbidden, InsufficientScope, Unauthenticated
from services.registry.domain import mandate, people
from services.registry.domain.mandate import Mandate
from services.registry.domain.people import NOBODY
from services.registry.domain.streams import focal_point_stream, mandate_stream


class NotKnownToTheRegister(Forbidden):
    """A token alone makes nobody a focal point, a drafter or an auditor.

    The register must know the actor in that role, under the id in the token: as designated, as
    delegated to, or by a mandate. The secretariat designates the first focal point.
    """

    code = "not-known-to-the-register"
    title = "The register does not know this actor in the role that the token names."


class SectionNotDelegated(Forbidden):
    """A drafter reads and writes the parts of the report that the delegation names."""

    code = "section-not-delegated"
    title = "This part of the report was not delegated to this actor."


class NotForDelegates(Forbidden):
    """Who does anything for a participant but write parts of a draft is no drafter."""

    code = "not-for-delegates"
    title = "A drafter writes parts of a draft and does nothing else."


class OutsideTheTerm(Forbidden):
    """Focal points, drafters and auditors act from the first to the last day of their term.

    The term of a drafter ends with that of the focal point who delegated, at the latest.
    """

    code = "outside-the-term"
    title = "The term of this actor has not begun, or is over."


class OutsideTheMandate(Forbidden):
    """A mandate is for the participants and the cycles that it names."""

    code = "outside-the-mandate"
    title = "The mandate of this actor is not for this participant or cycle."


class ActorErased(Forbidden):
    """Who cannot be identified any more acts for nobody."""

    code = "actor-erased"
    title = "What identified this actor was erased."


REFUSALS: Final[tuple[type[Forbidden], ...]] = (
    Forbidden,
    NotKnownToTheRegister,
    SectionNotDelegated,
    NotForDelegates,
    OutsideTheTerm,
    OutsideTheMandate,
    ActorErased,
)
_BY_CODE: Final = {refusal.code: refusal for refusal in REFUSALS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Who asks, with what the register knows of them as of now."""

    actor: Actor
    facts: Facts

    def may(self, action: str, resource: Resource = NOTHING) -> bool:
        """Say whether the policy allows it."""
        return may(self.actor, action, resource, self.facts).allowed

    def check(self, action: str, resource: Resource = NOTHING) -> None:
        """Refuse what the policy does not allow.

        Raises:
            Forbidden: by the policy's code.
        """
        check(action, may(self.actor, action, resource, self.facts))

    def check_holds(self, action: str) -> None:
        """Refuse who may not do it to anything, today.

        Raises:
            Forbidden: by the policy's code.
        """
        check(action, holds(self.actor, action, self.facts))


def check(action: str, decision: Decision) -> None:
    """Refuse what was decided to be refused.

    Raises:
        Forbidden: by the decision's code.
        Unauthenticated: nobody in particular asks.
    """
    if decision.allowed:
        return
    match decision.code:
        case "unauthenticated":
            raise Unauthenticated
        case "insufficient-scope":
            raise InsufficientScope(ACTIONS[action].scope or "")
        case code:
            raise _BY_CODE[code](decision.reason)


def check_admitted(actor: Actor, actions: Collection[str]) -> None:
    """Refuse whom the token alone does not let do any of some actions.

    Raises:
        Forbidden: as the first of the actions is refused.
    """
    decisions = {action: admits(actor, action) for action in actions}
    if not any(decision.allowed for decision in decisions.values()):
        check(*next(iter(decisions.items())))


def stream_about(actor: Actor) -> str | None:
    """Name the stream that says what the register knows of an actor; `None`: a token is enough."""
    match actor.role:
        case "focal_point" | "drafter":
            return focal_point_stream(actor.party or "")
        case "auditor":
            return mandate_stream(actor.id)
        case _:
            return None


def standing_of(actor: Actor, events: Iterable[RegistryEvent]) -> Standing | None:
    """Find what the register knows of an actor.

    Args:
        actor: by the id under which the person acts: of a designation, a delegation or a mandate.
        events: of the stream about the actor, in its order.

    Returns:
        `None` where it knows no such person in this role.
    """
    match actor.role:
        case "focal_point":
            return _of_focal_point(actor, reduce(people.evolve, events, NOBODY))
        case "drafter":
            return _of_drafter(actor, reduce(people.evolve, events, NOBODY))
        case "auditor":
            return _of_auditor(reduce(mandate.evolve, events, Mandate()))
        case _:
            return None


def _of_focal_point(actor: Actor, known: people.People) -> Standing | None:
    designation = known.designations.get(actor.id)
    if designation is None:
        return None
    return Standing(
        first_day=designation.designated.term_from,
        last_day=designation.last_day,
        participants=frozenset({designation.designated.participant}),
        is_erased=actor.id in known.erased,
    )


def _of_drafter(actor: Actor, known: people.People) -> Standing | None:
    delegation = known.delegations.get(actor.id)
    if delegation is None:
        return None
    return Standing(
        first_day=delegation.granted.term_from,
        last_day=known.last_day_of(delegation),
        units=frozenset(delegation.granted.units),
        participants=frozenset({delegation.granted.participant}),
        is_erased=actor.id in known.erased,
    )


def _of_auditor(known: Mandate) -> Standing | None:
    granted, revoked = known.granted, known.revoked
    if granted is None:
        return None
    return Standing(
        first_day=granted.term_from,
        last_day=min(granted.term_to, revoked.revoked_on) if revoked else granted.term_to,
        participants=None if granted.participants is None else frozenset(granted.participants),
        cycles=None if granted.cycles is None else frozenset(granted.cycles),
        is_erased=known.erased is not None,
    )
