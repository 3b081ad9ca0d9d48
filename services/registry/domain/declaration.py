"""Pure rules of declarations: which of them stand, and when one may be withdrawn."""

from contracts.events.participation import DeclarationLodged, DeclarationWithdrawn
from services.kit.errors import Refused
from services.registry.domain.participant import Participant


class NotADeclaration(Refused):
    """What is withdrawn is a declaration."""

    code = "not-a-declaration"
    title = "The act that the notice names is not a declaration of the participant."


class DeclarationNoLongerStands(Refused):
    """A declaration is withdrawn once."""

    code = "declaration-no-longer-stands"
    title = "This declaration was withdrawn already."


class WithdrawnBeforeLodging(Refused):
    """A declaration takes effect before it is withdrawn."""

    code = "withdrawn-before-lodging"
    title = "A declaration cannot be withdrawn before the day it was lodged."


REFUSALS = (NotADeclaration, DeclarationNoLongerStands, WithdrawnBeforeLodging)


def check_withdrawn(act: DeclarationWithdrawn, state: Participant) -> None:
    """Refuse to withdraw what is no declaration, or one that does not stand."""
    if not isinstance(state.act(act.declaration), DeclarationLodged):
        raise NotADeclaration
    if any(one.declaration == act.declaration for _, one in _withdrawals(state)):
        raise DeclarationNoLongerStands


def check_order(state: Participant) -> None:
    """Check every declaration against what withdrew it; a rectification may disturb them too."""
    for version, act in _withdrawals(state):
        if state.days_of(version).latest < state.days_of(act.declaration).earliest:
            raise WithdrawnBeforeLodging(f"lodged by act {act.declaration}")


def _withdrawals(state: Participant) -> list[tuple[int, DeclarationWithdrawn]]:
    acts = enumerate(state.acts, start=1)
    return [(version, act) for version, act in acts if isinstance(act, DeclarationWithdrawn)]
