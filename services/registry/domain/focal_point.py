"""Pure rules of focal points: who may act for a participant, from when to when.

The register knows a focal point by a random id; the person block comes in sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from contracts.events import FocalPointDesignated, FocalPointDesignationEnded, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.circumstances import Circumstances, check_period, check_received
from services.registry.domain.participant import Newcomer, Participation
from services.registry.domain.participation import check_signatory
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import focal_point_stream, participation_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignateFocalPoint:
    """Record that a participant names a focal point; `person` in it is sealed already."""

    designation: FocalPointDesignated
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDesignation:
    """Record that a focal point's term ends, by communication of the participant."""

    ending: FocalPointDesignationEnded
    circumstances: Circumstances


FocalPointCommand: TypeAlias = DesignateFocalPoint | EndDesignation

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """A focal point's term, and the communication that ended it (`None`: not ended by one)."""

    designated: FocalPointDesignated
    ended: FocalPointDesignationEnded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalPoints:
    """All focal points a participant ever had, and its participation."""

    designations: Mapping[str, Designation]
    participation: Participation


def evolve(state: FocalPoints, event: RegistryEvent) -> FocalPoints:
    """Give the state after an event of the participant's focal points or participation."""
    match event:
        case FocalPointDesignated():
            return _with(state, event.focal_point_id, Designation(designated=event))
        case FocalPointDesignationEnded() if event.focal_point_id in state.designations:
            before = state.designations[event.focal_point_id]
            return _with(state, event.focal_point_id, replace(before, ended=event))
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


def _with(state: FocalPoints, focal_point_id: str, designation: Designation) -> FocalPoints:
    return replace(state, designations={**state.designations, focal_point_id: designation})


# --- refusals


class FocalPointIdTaken(Refused):
    """Each designation has its own id, for ever."""

    code = "focal-point-id-taken"
    title = "Another designation carries this id."


class NoSuchFocalPoint(Refused):
    """Only what was begun can end."""

    code = "no-such-focal-point"
    title = "The participant has designated no focal point by this id."


class DesignationAlreadyEnded(Refused):
    """A term ends once."""

    code = "designation-already-ended"
    title = "The term of this focal point was ended already."


class EndsOutsideTheTerm(Refused):
    """A term ends between its first and its last day."""

    code = "ends-outside-the-term"
    title = "The last day does not lie within the term of this focal point."


REFUSALS = (
    FocalPointIdTaken,
    NoSuchFocalPoint,
    DesignationAlreadyEnded,
    EndsOutsideTheTerm,
)

# --- rules


def decide(command: FocalPointCommand, state: FocalPoints) -> tuple[RegistryEvent, ...]:
    """Record the designation or its end; the very same a second time changes nothing."""
    match command:
        case DesignateFocalPoint():
            return _designate(command, state)
        case EndDesignation():
            return _end(command, state)
        case _:
            assert_never(command)


def _designate(command: DesignateFocalPoint, state: FocalPoints) -> tuple[RegistryEvent, ...]:
    designation = command.designation
    known = state.designations.get(designation.focal_point_id)
    if known is not None and known.designated == designation:
        return ()
    check_signatory(state.participation, command.circumstances.today)
    check_received(designation.received_on, command.circumstances)
    check_period(designation.term_from, designation.term_to)
    if known is not None:
        raise FocalPointIdTaken
    return (designation,)


def _end(command: EndDesignation, state: FocalPoints) -> tuple[RegistryEvent, ...]:
    ending = command.ending
    known = state.designations.get(ending.focal_point_id)
    if known is None:
        raise NoSuchFocalPoint
    if known.ended == ending:
        return ()
    if known.ended is not None:
        raise DesignationAlreadyEnded(f"on {known.ended.ended_on}")
    check_received(ending.received_on, command.circumstances)
    term = known.designated
    if ending.ended_on < term.term_from or (
        term.term_to is not None and ending.ended_on > term.term_to
    ):
        raise EndsOutsideTheTerm(f"the term is {term.term_from} to {term.term_to or 'open'}")
    return (ending,)


DECIDER: Decider[FocalPointCommand, FocalPoints, RegistryEvent] = Decider(
    decide=decide,
    evolve=evolve,
    initial=FocalPoints(designations={}, participation=Newcomer()),
)


def ruling(command: FocalPointCommand) -> Ruling:
    """Say what a command reads: the participant's focal points, and its participation."""
    match command:
        case DesignateFocalPoint():
            participant_code = command.designation.participant
        case EndDesignation():
            participant_code = command.ending.participant
        case _:
            assert_never(command)
    return ruling_by(
        DECIDER,
        command,
        target=focal_point_stream(participant_code),
        also=(participation_stream(participant_code),),
    )
