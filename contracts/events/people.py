"""People: who may act for a participant, from when to when."""

from datetime import date
from typing import Literal

from contracts.events.shared import ParticipantCode, Sealed, Value


class FocalPointDesignated(Value):
    """A participant named a person as its focal point; the person block is sealed."""

    participant: ParticipantCode
    focal_point_id: str
    """Random id of this person in this mandate; also the `actor` of what they do."""
    seat: Literal["capital", "new_york"]
    term_from: date
    term_to: date | None = None
    """Last day of the term; `None` while it is open."""
    received_on: date
    reference: str
    """The communication that designates, for instance a note verbale."""
    person: Sealed


class FocalPointDesignationEnded(Value):
    """A focal point's term ended before or at its term, by communication of the participant."""

    participant: ParticipantCode
    focal_point_id: str
    ended_on: date
    """Last day of the term."""
    received_on: date
    reference: str
