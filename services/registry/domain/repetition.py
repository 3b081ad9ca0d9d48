"""Pure knowledge of repetitions: whether an act says again what holds, so that nothing changes.

Equal words are no repetition where others came in between: who puts a day right, there and back,
or objects anew to what was put right, has acted each time.
"""

from contracts.events.participation import (
    ActContested,
    ActRectified,
    DeclarationWithdrawn,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from services.registry.domain.participant import Participant, ParticipationAct

_OF_THE_SIGNATURE = (
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)


def is_repetition(act: ParticipationAct, state: Participant) -> bool:
    """Say whether these very words were recorded, and nothing on their matter since."""
    said = [version for version, before in enumerate(state.acts, start=1) if before == act]
    if not said:
        return False
    since = state.acts[said[-1] :]
    return not any(_named_by(one) == said[-1] or _is_on_the_matter(one, act) for one in since)


def _named_by(act: ParticipationAct) -> int | None:
    """Give the version of the act that another one speaks of; `None` where it speaks of none."""
    match act:
        case ActRectified():
            return act.rectifies
        case ActContested():
            return act.contests
        case DeclarationWithdrawn():
            return act.declaration
        case WithdrawalRescinded():
            return act.withdrawal
        case _:
            return None


def _is_on_the_matter(later: ParticipationAct, act: ParticipationAct) -> bool:
    """Say whether a later act speaks of the same thing as an act does, and so overtakes it."""
    if isinstance(act, _OF_THE_SIGNATURE):
        return isinstance(later, _OF_THE_SIGNATURE)
    match act, later:
        case ActRectified() | ActContested(), ActRectified() | ActContested():
            return _named_by(later) == _named_by(act)
        case ParticipantRenamed(), ParticipantRenamed():
            return later.effective_on == act.effective_on
        case MembershipRecorded(), MembershipRecorded():
            return (later.organisation, later.effective_on) == (act.organisation, act.effective_on)
        case _:
            return False
