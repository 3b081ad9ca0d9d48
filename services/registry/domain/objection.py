"""Pure rules of objections: what a participant may contest that was recorded on it.

Who recorded an act is not in the act, so any act may be contested; what an objection means for the
days of the act stands in `contracts/acts.py`. Rectifying the act settles it.
"""

from contracts.events.participation import ActContested, ActRectified
from services.kit.errors import Refused
from services.registry.domain.participant import Participant, ParticipationAct


class NotContestable(Refused):
    """An objection is to an act itself, which a rectification or an objection only speaks of."""

    code = "not-contestable"
    title = "Contest the act itself, not its rectification and not an objection to it."


class AlreadyContested(Refused):
    """One objection stands against an act until the act is rectified."""

    code = "already-contested"
    title = "An objection stands against this act already; rectifying the act settles it."


class RectifiesAnObjection(Refused):
    """An objection has no legal day that could be put right."""

    code = "rectifies-an-objection"
    title = "Rectify the act that the objection speaks of; that settles the objection."


REFUSALS = (NotContestable, AlreadyContested, RectifiesAnObjection)


def check_contested(contest: ActContested, act: ParticipationAct, state: Participant) -> None:
    """Refuse an objection to what is none's act, or to what is contested already."""
    if isinstance(act, ActRectified | ActContested):
        raise NotContestable
    if contest.contests in state.contested:
        raise AlreadyContested
