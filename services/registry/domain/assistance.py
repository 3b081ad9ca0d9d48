"""Pure rules of assistance: what help is needed and offered, what fits together, how it ended.

A need and an offer are each for one reporting unit and one pillar; whoever needs several things
says so several times. A need may have several matches, an offer may serve several needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never

from contracts.events import (
    AssistanceConcluded,
    AssistanceMatched,
    AssistanceOffered,
    AssistanceRequested,
    RegistryEvent,
)
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.circumstances import Circumstances, check_period
from services.registry.domain.openness import check_not_more_open
from services.registry.domain.participant import Newcomer, Participation
from services.registry.domain.participation import check_participant
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import assistance_stream, participation_stream

Stated: TypeAlias = AssistanceRequested | AssistanceOffered

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class StateAssistance:
    """Say what help a participant needs, or offers."""

    stated: Stated
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAssistance:
    """Bring a need and an offer together."""

    match: AssistanceMatched


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeAssistance:
    """Say which day was the last of a need or an offer, and how it ended."""

    conclusion: AssistanceConcluded


AssistanceCommand: TypeAlias = StateAssistance | MatchAssistance | ConcludeAssistance

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """A need or an offer, the matches of a need, and how it ended (`None`: it has not)."""

    stated: Stated
    matches: tuple[AssistanceMatched, ...] = ()
    concluded: AssistanceConcluded | None = None

    def stands(self, day: date) -> bool:
        """Say whether it stands on a day."""
        concluded_on = self.concluded.effective_on if self.concluded else date.max
        last = min(concluded_on, self.stated.stands_to or date.max)
        return self.stated.effective_on <= day <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rules go by: needs and offers by id, as much as was read; the participant."""

    assistance: Mapping[str, Assistance]
    participation: Participation


NOTHING = Known(assistance={}, participation=Newcomer())


def evolve(state: Known, event: RegistryEvent) -> Known:
    """Give the state after an event of a need, an offer or the participant."""
    match event:
        case AssistanceRequested() | AssistanceOffered():
            return _with(state, Assistance(stated=event))
        case AssistanceMatched() | AssistanceConcluded():
            known = state.assistance.get(event.assistance_id)
            if known is None:
                return state
            if isinstance(event, AssistanceMatched):
                return _with(state, replace(known, matches=(*known.matches, event)))
            return _with(state, replace(known, concluded=event))
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


def _with(state: Known, one: Assistance) -> Known:
    return replace(state, assistance={**state.assistance, one.stated.assistance_id: one})


# --- refusals


class AssistanceIdTaken(Refused):
    """A need or an offer has its id for itself in the whole register."""

    code = "assistance-id-taken"
    title = "Another need or offer carries this id."


class UnknownUnit(Refused):
    """Help is for something that is reported on."""

    code = "unknown-unit"
    title = "No published edition of the instrument has this reporting unit."


class NoSuchAssistance(Refused):
    """Matches and conclusions name what was recorded, and whose it is."""

    code = "no-such-assistance"
    title = "The participant has no such need or offer."


class NeedAndOfferMixedUp(Refused):
    """A match names a need first, and the offer that serves it."""

    code = "need-and-offer-mixed-up"
    title = "A match is of a need with an offer."


class MatchedWithItself(Refused):
    """Nobody helps itself through the register."""

    code = "matched-with-itself"
    title = "The need and the offer are the same participant's."


class DoesNotStand(Refused):
    """What is matched stands on the day from which the match does."""

    code = "does-not-stand"
    title = "The need or the offer does not stand on this day."


class AlreadyMatched(Refused):
    """A need and an offer are brought together once."""

    code = "already-matched"
    title = "The need was matched with this offer already."


class AlreadyEnded(Refused):
    """A need or an offer is concluded once."""

    code = "already-ended"
    title = "The need or the offer was concluded already, in another way or on another day."


class EndedBeforeItStood(Refused):
    """The last day of a need or an offer does not lie before its first."""

    code = "ended-before-it-stood"
    title = "The last day lies before the day from which it stands."


class NothingWasMatched(Refused):
    """What was delivered to a need came from an offer that it was matched with."""

    code = "nothing-was-matched"
    title = "No offer was matched with the need, so nothing was delivered."


REFUSALS = (
    AssistanceIdTaken,
    UnknownUnit,
    NoSuchAssistance,
    NeedAndOfferMixedUp,
    MatchedWithItself,
    DoesNotStand,
    AlreadyMatched,
    AlreadyEnded,
    EndedBeforeItStood,
    NothingWasMatched,
)

# --- rules


def decide(command: AssistanceCommand, state: Known) -> tuple[RegistryEvent, ...]:
    """Record, match or conclude; the very same a second time changes nothing."""
    match command:
        case StateAssistance():
            return _state(command, state)
        case MatchAssistance():
            return _match(command.match, state)
        case ConcludeAssistance():
            return _conclude(command.conclusion, state)
        case _:
            assert_never(command)


def _state(command: StateAssistance, state: Known) -> tuple[RegistryEvent, ...]:
    stated, around = command.stated, command.circumstances
    known = state.assistance.get(stated.assistance_id)
    if known is not None and known.stated == stated:
        return ()
    if known is not None:
        raise AssistanceIdTaken
    check_participant(state.participation)
    check_period(stated.effective_on, stated.stands_to)
    if not any(stated.unit in units for units in around.editions.values()):
        raise UnknownUnit
    return (stated,)


def _match(matched: AssistanceMatched, state: Known) -> tuple[RegistryEvent, ...]:
    need = _known(state, matched.assistance_id, matched.participant)
    if matched in need.matches:
        return ()
    offer = _known(state, matched.offer_id, matched.provider)
    if not isinstance(need.stated, AssistanceRequested):
        raise NeedAndOfferMixedUp
    if not isinstance(offer.stated, AssistanceOffered):
        raise NeedAndOfferMixedUp
    if matched.participant == matched.provider:
        raise MatchedWithItself
    if matched.offer_id in {one.offer_id for one in need.matches}:
        raise AlreadyMatched
    if not (need.stands(matched.effective_on) and offer.stands(matched.effective_on)):
        raise DoesNotStand
    return (matched,)


def _conclude(conclusion: AssistanceConcluded, state: Known) -> tuple[RegistryEvent, ...]:
    known = _known(state, conclusion.assistance_id, conclusion.participant)
    if known.concluded == conclusion:
        return ()
    if known.concluded is not None:
        raise AlreadyEnded(f"its last day is {known.concluded.effective_on}")
    stated = known.stated
    if conclusion.effective_on < stated.effective_on:
        raise EndedBeforeItStood(f"its first day is {stated.effective_on}")
    is_delivered = conclusion.outcome in {"delivered", "partly_delivered"}
    matched = any(one.effective_on <= conclusion.effective_on for one in known.matches)
    if isinstance(stated, AssistanceRequested) and is_delivered and not matched:
        raise NothingWasMatched
    said = stated.request if isinstance(stated, AssistanceRequested) else stated.offer
    check_not_more_open(conclusion.conclusion, said)
    return (conclusion,)


def _known(state: Known, assistance_id: str, whose: str) -> Assistance:
    known = state.assistance.get(assistance_id)
    if known is None or known.stated.participant != whose:
        raise NoSuchAssistance
    return known


DECIDER: Decider[AssistanceCommand, Known, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: AssistanceCommand) -> Ruling:
    """Say what a command reads: the need or offer; the participant, or the offer of a match."""
    match command:
        case StateAssistance(stated=stated):
            target = assistance_stream(stated.assistance_id)
            also: tuple[str, ...] = (participation_stream(stated.participant),)
        case MatchAssistance(match=matched):
            target = assistance_stream(matched.assistance_id)
            also = (assistance_stream(matched.offer_id),)
        case ConcludeAssistance(conclusion=conclusion):
            target, also = assistance_stream(conclusion.assistance_id), ()
        case _:
            assert_never(command)
    return ruling_by(DECIDER, command, target=target, also=also)
