"""Pure memory of participation: what a participant's acts amount to, and on which days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from contracts.acts import Span, Standing, Withdrawn, contested, span, standing
from contracts.events import RegistryEvent
from contracts.events.participation import (
    ActContested,
    ActRectified,
    DeclarationLodged,
    DeclarationWithdrawn,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.shared import Kind

ParticipationAct: TypeAlias = (
    SignatureRecorded
    | SuccessionNotified
    | DeclarationLodged
    | DeclarationWithdrawn
    | WithdrawalNotified
    | WithdrawalRescinded
    | ParticipantRenamed
    | MembershipRecorded
    | ActRectified
    | ActContested
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Nobody has signed under this code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One signature, or succession, and the notices that followed it; numbers are versions."""

    signature: int
    withdrawal: int | None = None
    """The withdrawal that stands; `None` where none does."""
    rescissions: Mapping[int, int]
    """Rescission by the withdrawal that it took back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who signed at least once."""

    kind: Kind
    acts: tuple[ParticipationAct, ...]
    """In the order of the stream: version n stands at index n-1."""
    days: tuple[Span, ...]
    """Per act, as last rectified or contested."""
    contested: frozenset[int] = frozenset()
    """Versions of the acts against which an objection stands."""
    phases: tuple[Phase, ...]
    """At least one; only the last can still change."""

    def days_of(self, version: int) -> Span:
        """Give the days of an act, as last rectified or contested."""
        return self.days[version - 1]

    def act(self, version: int) -> ParticipationAct | None:
        """Give an act by its version; `None` where there is none."""
        return self.acts[version - 1] if 1 <= version <= len(self.acts) else None

    def standing(self, day: date) -> Standing:
        """Say whether any of its signatures is in force on a day."""
        found = {self._standing_of(phase, day) for phase in self.phases}
        return "certain" if "certain" in found else "possible" if "possible" in found else "none"

    def _standing_of(self, phase: Phase, day: date) -> Standing:
        return standing(self.days_of(phase.signature), self._withdrawn_since(phase), day)

    def _withdrawn_since(self, since: Phase) -> Iterator[Withdrawn]:
        for phase in self.phases:
            if phase.signature < since.signature:
                continue
            for withdrawal, rescission in phase.rescissions.items():
                days, taken_back = self.days_of(withdrawal), self.days_of(rescission)
                yield Withdrawn(days=days, taken_back=taken_back)
            if phase.withdrawal is not None:
                yield Withdrawn(days=self.days_of(phase.withdrawal))


Participation: TypeAlias = Newcomer | Participant


def evolve(  # noqa: PLR0911  one line per kind of act
    state: Participation, event: RegistryEvent
) -> Participation:
    """Give the state after an act; events of other aggregates leave it as it is."""
    if isinstance(event, SignatureRecorded | SuccessionNotified):
        return _signed(state, event)
    if isinstance(state, Newcomer):
        return state
    match event:
        case WithdrawalNotified():
            return _with_act(state, event, _withdrawn(state))
        case WithdrawalRescinded():
            return _with_act(state, event, _rescinded(state, event.withdrawal))
        case ActRectified():
            return _rectified(_with_act(state, event, state.phases), event)
        case ActContested():
            return _contested(_with_act(state, event, state.phases), event.contests)
        case (
            DeclarationLodged()
            | DeclarationWithdrawn()
            | ParticipantRenamed()
            | MembershipRecorded()
        ):
            return _with_act(state, event, state.phases)
        case _:
            return state


def _signed(state: Participation, act: SignatureRecorded | SuccessionNotified) -> Participant:
    if isinstance(state, Newcomer):
        state = Participant(kind=act.kind, acts=(), days=(), phases=())
    phase = Phase(signature=len(state.acts) + 1, rescissions={})
    return _with_act(state, act, (*state.phases, phase))


def _with_act(state: Participant, act: ParticipationAct, phases: tuple[Phase, ...]) -> Participant:
    return replace(state, acts=(*state.acts, act), days=(*state.days, _days(act)), phases=phases)


def _days(act: ParticipationAct) -> Span:
    if isinstance(act, ActContested):  # it says no legal day: it counts from its receipt
        return Span(earliest=act.received_on, latest=act.received_on)
    return span(act)


def _withdrawn(state: Participant) -> tuple[Phase, ...]:
    *before, last = state.phases
    return (*before, replace(last, withdrawal=len(state.acts) + 1))


def _rescinded(state: Participant, withdrawal: int) -> tuple[Phase, ...]:
    *before, last = state.phases
    rescissions = {**last.rescissions, withdrawal: len(state.acts) + 1}
    return (*before, replace(last, withdrawal=None, rescissions=rescissions))


def _rectified(state: Participant, act: ActRectified) -> Participant:
    days = (
        span(act) if version == act.rectifies else before
        for version, before in enumerate(state.days, start=1)
    )
    return replace(state, days=tuple(days), contested=state.contested - {act.rectifies})


def _contested(state: Participant, number: int) -> Participant:
    days = (
        contested(before) if version == number else before
        for version, before in enumerate(state.days, start=1)
    )
    return replace(state, days=tuple(days), contested=state.contested | {number})
