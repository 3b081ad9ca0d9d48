"""Pure rules of objections: what a participant may contest that was recorded on it.

An objection is to what another source said: what a participant recorded itself it rectifies. Who
recorded an act is not in the act, so whoever builds the command says whether it is the
participant's own. What an objection means for the days of the act stands in `contracts/acts.py`;
rectifying the act settles it.
"""

from contracts.events.participation import ActContested, ActRectified
from services.kit.errors import Refused
from services.registry.domain.participant import Participant, ParticipationAct


class NotContestable(Refused):
    """An objection is to an act itself, which a rectification or an objection only speaks of."""

    code = "not-contestable"
    title = "Contest the act itself, not its rectification and not an objection to it."


class OwnAct(Refused):
    """An objection is to an act that another one recorded, from whatever source."""

    code = "own-act"
    title = "The participant recorded this act itself: rectify it instead of contesting it."


class AlreadyContested(Refused):
    """One objection stands against an act until the act is rectified."""

    code = "already-contested"
    title = "An objection stands against this act already; rectifying the act settles it."


class RectifiesAnObjection(Refused):
    """An objection has no legal day that could be put right."""

    code = "rectifies-an-objection"
    title = "Rectify the act that the objection speaks of; that settles the objection."


REFUSALS = (NotContestable, OwnAct, AlreadyContested, RectifiesAnObjection)


def check_contested(
    contest: ActContested, act: ParticipationAct, state: Participant, *, is_own: bool
) -> None:
    """Refuse an objection to what is none's act, one's own act, or contested already.

    Args:
        contest: the objection.
        act: what it names.
        state: of the participant.
        is_own: whether the participant recorded the act itself.
    """
    if isinstance(act, ActRectified | ActContested):
        raise NotContestable
    if is_own:
        raise OwnAct
    if contest.contests in state.contested:
        raise AlreadyContested
