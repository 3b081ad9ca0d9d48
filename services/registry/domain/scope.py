"""Pure memory of what a mandate can be for: participants and cycles that the register knows.

A scope that names nothing would examine nothing. Whoever left is still known, and so is a cycle
that is still to open or has closed.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from contracts.events import (
    CycleOpened,
    MandateGranted,
    RegistryEvent,
    SignatureRecorded,
    SuccessionNotified,
)
from services.kit.errors import Finding, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is known, as much as was read of it."""

    participants: frozenset[str] = frozenset()
    """Those that ever signed or succeeded."""
    cycles: frozenset[str] = frozenset()
    """Those that were opened, whichever day they open."""


NOTHING_KNOWN: Final = Scope()


def evolve(state: Scope, event: RegistryEvent) -> Scope:
    """Give the state after an event of a participant or a cycle."""
    match event:
        case SignatureRecorded() | SuccessionNotified():
            return replace(state, participants=state.participants | {event.participant})
        case CycleOpened():
            return replace(state, cycles=state.cycles | {event.cycle_id})
        case _:
            return state


class UnknownParticipants(Refused):
    """A mandate is for claims of somebody who signed, whether or not that is still in force."""

    code = "unknown-participants"
    title = "The mandate names participants under whose codes nobody ever signed."


class UnknownCycles(Refused):
    """A mandate is for cycles that were opened, on whichever day."""

    code = "unknown-cycles"
    title = "The mandate names reporting cycles that were never opened."


REFUSALS = (UnknownParticipants, UnknownCycles)


def check_scope(mandate: MandateGranted, state: Scope) -> None:
    """Refuse a scope that names what the register does not know, each with its place."""
    _refuse_any(UnknownParticipants, "participants", mandate.participants, state.participants)
    _refuse_any(UnknownCycles, "cycles", mandate.cycles, state.cycles)


def _refuse_any(
    refusal: type[Refused], member: str, named: Collection[str] | None, known: Collection[str]
) -> None:
    findings = [
        Finding(code=refusal.code, pointer=f"/{member}/{place}", message=refusal.title)
        for place, one in enumerate(named or ())
        if one not in known
    ]
    if findings:
        raise refusal(findings=findings)
