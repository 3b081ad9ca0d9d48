"""Authority: who asks, as a valid token says: one person in exactly one role."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from contracts.errors import ContractError

Role: TypeAlias = Literal["public", "drafter", "focal_point", "secretariat", "auditor", "operator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{2,63}")
_FOR_A_PARTICIPANT = re.compile(r"(focal-point|drafter):([A-Z]{3}|ORG-[A-Z0-9]{2,12})")
_ALONE: Final[dict[str, Role]] = {
    "secretariat": "secretariat",
    "auditor": "auditor",
    "operator": "operator",
}
_NAMES: Final = frozenset({"focal-point", "drafter", *_ALONE})
_SPELT: Final = ", ".join([*_ALONE, "focal-point:<code>", "drafter:<code>"])


class NotAnActor(ContractError):
    """A token does not say who acts, or not in exactly one role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks."""

    id: str
    """Random id of the person in this mandate: of a designation, a delegation, or an auditor's
    mandate in the register, or one that the operator gave; empty for the public."""
    role: Role
    party: str | None
    """Participant that a focal point or a drafter acts for; `None` for everybody else."""
    scopes: frozenset[str]
    """What the client was let do on the person's behalf."""


ANYBODY: Final = Actor(id="", role="public", party=None, scopes=frozenset())
"""Whoever asks without a token."""


def actor_of(person: str, roles: Iterable[str], scopes: Iterable[str]) -> Actor:
    """Read what a valid token says.

    Args:
        person: the id in the token.
        roles: as the token lists them; those that are no names of ours say nothing here.
        scopes: as the token lists them.

    Raises:
        NotAnActor: the id is not one, or not exactly one role of ours is there, well spelled.
    """
    if not _ID.fullmatch(person):
        raise NotAnActor("expected an id of 3 to 64 letters, digits and . _ : -")
    ours = sorted({role for role in roles if role.partition(":")[0] in _NAMES})
    if len(ours) != 1:
        raise NotAnActor(f"expected exactly one of {_SPELT}; got {len(ours)}")
    role, party = _read(ours[0])
    return Actor(id=person, role=role, party=party, scopes=frozenset(scopes))


def _read(role: str) -> tuple[Role, str | None]:
    if (alone := _ALONE.get(role)) is not None:
        return alone, None
    match = _FOR_A_PARTICIPANT.fullmatch(role)
    if match is None:
        raise NotAnActor("expected `focal-point:` or `drafter:` and the code of a participant")
    return ("focal_point" if match[1] == "focal-point" else "drafter"), match[2]
