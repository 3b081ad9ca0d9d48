"""Authority: the one decision: may this actor do this, to this, as things stand? Pure.

What is not allowed by the table is refused. Codes are those of problems; reasons are sentences
that name what was expected and nothing that was sent.
"""

from dataclasses import dataclass
from typing import Any, Final, assert_never

from contracts.authority.actor import Actor, Role
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import (
    ACTIONS,
    READ_SECTION,
    READABLE_BY,
    UNMARKED,
    By,
    Line,
    Reach,
)

KNOWN_BY_THE_REGISTER: Final[frozenset[Role]] = frozenset({"drafter", "focal_point", "auditor"})
"""Roles that a token alone does not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is done to; a member is `None` where it does not have one."""

    participant: str | None = None
    cycle_id: str | None = None
    unit: str | None = None
    """Reporting unit, or another part of a report by its member's name; `None`: the whole."""
    visibility: str | None = None
    """Of a sealed section, as its marker says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether it is allowed; and if not, why not."""

    allowed: bool
    code: str = ""
    """Kebab-case; empty where it is allowed."""
    reason: str = ""
    """One sentence; empty where it is allowed."""


ALLOWED: Final = Decision(allowed=True)
NOTHING: Final = Resource()
"""What is nobody's and has no parts: a cycle, a publication, a mandate."""

_WHO: Final[dict[Role, str]] = {
    "public": "everybody",
    "drafter": "a drafter",
    "focal_point": "a focal point",
    "secretariat": "the secretariat",
    "auditor": "an auditor",
    "operator": "the operator",
}


def may(actor: Actor, action: str, resource: Resource, facts: Facts) -> Decision:
    """Decide.

    Args:
        actor: who asks.
        action: what for; one that the table does not have is refused.
        resource: what it is done to.
        facts: today, and what the register knows of the actor.
    """
    line = ACTIONS.get(action)
    if line is None:
        return _refused("unknown-action", "Expected an action of the published table.")
    by = _readable_by(resource) if action == READ_SECTION else line.by
    admitted = _admitted(actor, line, by)
    if not admitted.allowed or line.scope is None:
        return admitted
    reach = by[actor.role]
    return (
        _known(actor, facts)
        or _concerned(actor, by, reach, resource)
        or _covered(reach, resource, facts.standing)
        or ALLOWED
    )


def admits(actor: Actor, action: str) -> Decision:
    """Decide as far as the token alone says, before anything else is read.

    Whoever is refused here is refused by `may`, whatever resource and facts.
    """
    line = ACTIONS.get(action)
    if line is None:
        return _refused("unknown-action", "Expected an action of the published table.")
    return _admitted(actor, line, line.by)


def holds(actor: Actor, action: str, facts: Facts) -> Decision:
    """Decide as far as the token and the register say, whatever it is to be done to.

    Whoever is refused here is refused by `may`, whatever the resource.
    """
    admitted = admits(actor, action)
    if not admitted.allowed or ACTIONS[action].scope is None:
        return admitted
    return _known(actor, facts) or ALLOWED


def _readable_by(resource: Resource) -> By:
    visibility: Any = resource.visibility or UNMARKED
    return READABLE_BY.get(visibility, {})


def _admitted(actor: Actor, line: Line, by: By) -> Decision:
    if line.scope is None:
        return ALLOWED if actor.role in by else _refused("forbidden", _expected(by))
    if actor.role == "public":
        return _refused("unauthenticated", "Expected a bearer token.")
    if actor.role not in by:
        if actor.role == "drafter":
            return _refused("not-for-delegates", _expected(by))
        return _refused("forbidden", _expected(by))
    if line.scope not in actor.scopes:
        return _refused("insufficient-scope", f"Expected a token with the scope {line.scope}.")
    return ALLOWED


def _known(actor: Actor, facts: Facts) -> Decision | None:
    """Refuse whom the register does not know in this role, or not today."""
    if actor.role not in KNOWN_BY_THE_REGISTER:
        return None
    standing = facts.standing
    if standing is None or not _fits(actor, standing):
        return _refused(
            "not-known-to-the-register",
            f"Expected {_WHO[actor.role]} that the register knows under the id in the token.",
        )
    if standing.is_erased:
        return _refused("actor-erased", "What identified this actor was erased.")
    if facts.today < standing.first_day:
        return _refused("outside-the-term", f"The term begins on {standing.first_day}.")
    if standing.last_day is not None and facts.today > standing.last_day:
        return _refused("outside-the-term", f"The term ended on {standing.last_day}.")
    return None


def _fits(actor: Actor, standing: Standing) -> bool:
    """Say whether the register knows the actor in the role that the token names."""
    if (standing.units is not None) != (actor.role == "drafter"):
        return False
    if actor.role == "auditor":
        return True
    return standing.participants is not None and actor.party in standing.participants


def _concerned(actor: Actor, by: By, reach: Reach, resource: Resource) -> Decision | None:
    """Refuse who acts for another participant than the one concerned."""
    if reach not in {"own", "delegated"}:
        return None
    if actor.party is not None and resource.participant == actor.party:
        return None
    return _refused("forbidden", _expected(by))


def _covered(reach: Reach, resource: Resource, standing: Standing | None) -> Decision | None:
    """Refuse what was not delegated, or what the mandate is not for."""
    match reach:
        case "all" | "own":
            return None
        case "delegated":
            units = (standing.units if standing else None) or frozenset()
            if resource.unit is None:
                return _refused("not-for-delegates", "Expected one of the parts delegated.")
            if resource.unit not in units:
                delegated = ", ".join(sorted(units))
                return _refused("section-not-delegated", f"Expected one of {delegated}.")
            return None
        case "mandated":
            if standing is not None and _covers(standing, resource):
                return None
            return _refused(
                "outside-the-mandate", "Expected a participant and a cycle of the mandate."
            )
        case _:
            assert_never(reach)


def _covers(standing: Standing, resource: Resource) -> bool:
    return (standing.participants is None or resource.participant in standing.participants) and (
        standing.cycles is None or resource.cycle_id in standing.cycles
    )


def _expected(by: By) -> str:
    own = {"own", "delegated"}
    who = [f"{_WHO[role]}{' of the participant concerned' * (by[role] in own)}" for role in by]
    return f"Expected a token of {' or '.join(who) or 'nobody'}."


def _refused(code: str, reason: str) -> Decision:
    return Decision(allowed=False, code=code, reason=reason)
