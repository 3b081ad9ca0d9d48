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


class DelegationGranted(Value):
    """A focal point let a person draft parts of the reports, for a time; the person is sealed."""

    participant: ParticipantCode
    delegation_id: str
    """Random id of this person in this delegation; also the `actor` of what they do."""
    granted_by: str
    """The focal point who grants."""
    units: tuple[str, ...]
    """Parts of a report: reporting units, `cover`, `plans` …"""
    term_from: date
    term_to: date
    """Last day: every delegation ends."""
    received_on: date
    reference: str
    person: Sealed


class DelegationRevoked(Value):
    """A participant ended a delegation before its term."""

    participant: ParticipantCode
    delegation_id: str
    revoked_on: date
    """Last day of the delegation."""
    received_on: date
    reference: str


class MandateGranted(Value):
    """The secretariat gave an auditor a mandate, for a time; the person is sealed."""

    mandate_id: str
    """Random id of this auditor in this mandate; also the `actor` of what they do."""
    participants: tuple[ParticipantCode, ...] | None = None
    """Whose claims may be examined; `None`: everybody's."""
    cycles: tuple[str, ...] | None = None
    """For which cycles; `None`: all."""
    term_from: date
    term_to: date
    """Last day: every mandate ends."""
    received_on: date
    reference: str
    person: Sealed


class MandateRevoked(Value):
    """The secretariat ended an auditor's mandate before its term."""

    mandate_id: str
    revoked_on: date
    """Last day of the mandate."""
    received_on: date
    reference: str


class PersonalDataErased(Value):
    """The register destroyed what it held to identify a person; the entries stay, sealed."""

    participant: ParticipantCode | None = None
    """For whom the person acted; `None` for an auditor."""
    person_id: str
    """The id under which the person acted."""
    received_on: date
    """The day erasure was asked for."""
    reference: str
