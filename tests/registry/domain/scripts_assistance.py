"""Scripts of assistance: needs, offers, matches, conclusions."""

from datetime import date
from typing import Any, TypeAlias

from hypothesis import strategies as st

from contracts.events import (
    AssistanceOffered,
    AssistanceRequested,
    RegistryEvent,
)
from services.registry.domain.assistance import (
    ConcludeAssistance,
    MatchAssistance,
    StateAssistance,
)
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from tests import makers
from tests.registry.domain.scripts_reports import mostly

History: TypeAlias = tuple[RegistryEvent, ...]
CODES = ("ZZA", "KAZ", "ORG-ZZO")


def opening(around: Circumstances, *codes: str) -> tuple[Command, ...]:
    """A need and an offer of everybody."""
    made = [make(code) for code in codes for make in MAKE]
    return tuple(StateAssistance(stated=one, circumstances=around) for one in made)


MAKE: tuple[Any, ...] = (makers.assistance_requested, makers.assistance_offered)


@st.composite
def statements(draw: st.DrawFn, around: Circumstances, history: History) -> StateAssistance:
    make = draw(st.sampled_from(MAKE))
    stated = make(
        draw(st.sampled_from(CODES)),
        unit=draw(mostly("P6", "P99")),
        stands_to=draw(mostly(None, date(2026, 12, 31), date(2025, 1, 1))),
        assistance_id=draw(st.sampled_from(("A-1", "A-2", "A-3"))),
    )
    return StateAssistance(stated=stated, circumstances=around)


def _found(history: History, kind: type[RegistryEvent], otherwise: RegistryEvent) -> Any:
    found = [event for event in history if isinstance(event, kind)]
    return st.sampled_from((*found, *found, otherwise))


@st.composite
def matches(draw: st.DrawFn, around: Circumstances, history: History) -> MatchAssistance:
    need = draw(_found(history, AssistanceRequested, makers.assistance_offered()))
    offer = draw(_found(history, AssistanceOffered, makers.assistance_requested()))
    match = makers.assistance_matched(
        need.participant,
        offer.participant,
        assistance_id=need.assistance_id,
        offer_id=offer.assistance_id,
        effective_on=draw(mostly(date(2026, 3, 1), date(2025, 3, 1))),
    )
    return MatchAssistance(match=match)


@st.composite
def conclusions(draw: st.DrawFn, around: Circumstances, history: History) -> ConcludeAssistance:
    kind = draw(st.sampled_from((AssistanceRequested, AssistanceOffered)))
    stated = draw(_found(history, kind, makers.assistance_requested("ZZB")))
    conclusion = makers.assistance_concluded(
        stated.participant,
        assistance_id=stated.assistance_id,
        outcome=draw(st.sampled_from(("delivered", "withdrawn"))),
        effective_on=draw(mostly(date(2026, 10, 31), date(2025, 3, 1))),
    )
    return ConcludeAssistance(conclusion=conclusion)


COMMANDS = (statements, matches, conclusions)
EVENTS = (
    makers.assistance_requested(),
    makers.assistance_offered(),
    makers.assistance_matched(),
    makers.assistance_concluded(),
)
"""Events that no rule need have allowed."""
