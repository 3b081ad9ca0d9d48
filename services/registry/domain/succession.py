"""Pure rules of succession: who continues the signature of another participant.

A succession acts for the successor like a signature, from its own legal day. It ends nothing of
the predecessor: that takes a withdrawal, or another act, of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from contracts.events import RegistryEvent
from contracts.events.participation import ActContested, SuccessionNotified
from contracts.events.shared import Act
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import participant, participation
from services.registry.domain.participant import Newcomer, Participant, Participation
from services.registry.domain.participation import RecordAct
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import participation_stream

Both: TypeAlias = Mapping[str, Participation]
"""Participation by code: of the successor and of the predecessor."""

NEITHER: Both = MappingProxyType({})


class SucceedsItself(Refused):
    """Succession is to somebody else."""

    code = "succeeds-itself"
    title = "A participant cannot be its own predecessor."


class PredecessorNeverSigned(Refused):
    """Only a signature that there was can be continued."""

    code = "predecessor-never-signed"
    title = "No signature is recorded under the code of the predecessor."


REFUSALS = (SucceedsItself, PredecessorNeverSigned)


def evolve(state: Both, event: RegistryEvent) -> Both:
    """Give the state after an act of one of the two; other events leave it as it is."""
    if not isinstance(event, Act | ActContested):
        return state
    before = state.get(event.participant, Newcomer())
    return {**state, event.participant: participant.evolve(before, event)}


def decide(command: RecordAct, state: Both) -> tuple[RegistryEvent, ...]:
    """Record the succession, or refuse it; the rules of a signature hold for it as well."""
    act = command.act
    own = state.get(act.participant, Newcomer())
    if isinstance(act, SuccessionNotified) and not _is_recorded(act, own):
        if act.predecessor == act.participant:
            raise SucceedsItself
        if isinstance(state.get(act.predecessor, Newcomer()), Newcomer):
            raise PredecessorNeverSigned
    return participation.decide(command, own)


def _is_recorded(act: SuccessionNotified, own: Participation) -> bool:
    return isinstance(own, Participant) and act in own.acts


DECIDER: Decider[RecordAct, Both, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NEITHER
)


def ruling(command: RecordAct, act: SuccessionNotified) -> Ruling:
    """Say what a succession reads: the participation of the successor and of the predecessor."""
    return ruling_by(
        DECIDER,
        command,
        target=participation_stream(act.participant),
        also=(participation_stream(act.predecessor),),
    )
