"""Pure rules of focal points: who may act for a participant, from when to when.

The register knows a focal point by a random id; the person block comes in sealed.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import FocalPointDesignated, FocalPointDesignationEnded, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances, check_period, check_received
from services.registry.domain.participation import check_signatory
from services.registry.domain.people import NOBODY, People, check_known, check_last_day, evolve
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

# --- refusals


class FocalPointIdTaken(Refused):
    """Each designation has its own id, for ever."""

    code = "focal-point-id-taken"
    title = "Another designation, or a delegation, carries this id."


class NoSuchFocalPoint(Refused):
    """Only what was begun can end."""

    code = "no-such-focal-point"
    title = "The participant has designated no focal point by this id."


class DesignationAlreadyEnded(Refused):
    """A term ends once."""

    code = "designation-already-ended"
    title = "The term of this focal point was ended already."


REFUSALS = (
    FocalPointIdTaken,
    NoSuchFocalPoint,
    DesignationAlreadyEnded,
)

# --- rules


def decide(command: FocalPointCommand, state: People) -> tuple[RegistryEvent, ...]:
    """Record the designation or its end; the very same a second time changes nothing."""
    match command:
        case DesignateFocalPoint():
            return _designate(command, state)
        case EndDesignation():
            return _end(command, state)
        case _:
            assert_never(command)


def _designate(command: DesignateFocalPoint, state: People) -> tuple[RegistryEvent, ...]:
    designation = command.designation
    check_known(state, designation.focal_point_id)
    known = state.designations.get(designation.focal_point_id)
    if known is not None and known.designated == designation:
        return ()
    check_signatory(state.participation, command.circumstances.today)
    check_received(designation.received_on, command.circumstances)
    check_period(designation.term_from, designation.term_to)
    if state.knows(designation.focal_point_id):
        raise FocalPointIdTaken
    return (designation,)


def _end(command: EndDesignation, state: People) -> tuple[RegistryEvent, ...]:
    ending = command.ending
    known = state.designations.get(ending.focal_point_id)
    if known is None:
        raise NoSuchFocalPoint
    if known.ended == ending:
        return ()
    if known.ended is not None:
        raise DesignationAlreadyEnded(f"on {known.ended.ended_on}")
    check_received(ending.received_on, command.circumstances)
    check_last_day(ending.ended_on, known.designated.term_from, known.designated.term_to)
    return (ending,)


DECIDER: Decider[FocalPointCommand, People, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOBODY
)


def ruling(command: FocalPointCommand) -> Ruling:
    """Say what a command reads: the participant's people, and its participation."""
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
