"""Projections: who acts for a participant, and who examines. No person is known here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Date, String

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.people import (
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    PersonalDataErased,
)
from services.reporting.projections.base import (
    Amend,
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    json_text,
)

focal_point = bitemporal(
    "focal_point",
    ("participant", "focal_point_id"),
    # Random id of this person in this mandate; given once per participant.
    Column("focal_point_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("seat", String(16), nullable=False),
    Column("term_from", Date, nullable=False),
    # Last day of the term; NULL while open.
    Column("term_to", Date),
    Column("received_on", Date, nullable=False),
    # Last day by a communication that ended it, and its position; NULL while none came.
    Column("ended_on", Date),
    Column("ended_at", BigInteger),
    # Position of the erasure of what identified the person; NULL while it can be identified.
    Column("erased_at", BigInteger),
)
"""One row per designation; its end, and an erasure, close the row and open one that says so."""

delegation = bitemporal(
    "delegation",
    ("participant", "delegation_id"),
    Column("delegation_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    # Id of the focal point whose term bounds it.
    Column("granted_by", String(64), nullable=False),
    # Parts of a report, in the order of the grant.
    json_text("units"),
    Column("term_from", Date, nullable=False),
    Column("term_to", Date, nullable=False),
    Column("received_on", Date, nullable=False),
    # Last day by a communication that revoked it, and its position; NULL while none came.
    Column("ended_on", Date),
    Column("ended_at", BigInteger),
    Column("erased_at", BigInteger),
)
"""One row per delegation. That it ends with the term of who granted it is derived by queries."""

mandate = bitemporal(
    "mandate",
    ("mandate_id",),
    # Random id of this auditor in this mandate.
    Column("mandate_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # Codes of those whose claims may be examined; NULL: everybody's.
    json_text("participants", nullable=True),
    # Ids of the cycles; NULL: all.
    json_text("cycles", nullable=True),
    Column("term_from", Date, nullable=False),
    Column("term_to", Date, nullable=False),
    Column("received_on", Date, nullable=False),
    # Last day by a communication that revoked it, and its position; NULL while none came.
    Column("ended_on", Date),
    Column("ended_at", BigInteger),
    Column("erased_at", BigInteger),
)
"""One row per mandate of an auditor."""


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case FocalPointDesignated():
            own = {"focal_point_id": event.focal_point_id, "seat": event.seat}
            whose = {"participant": event.participant}
            yield Insert(focal_point, {**own, **whose, **_term(entry, event)})
        case FocalPointDesignationEnded():
            key = {"participant": event.participant, "focal_point_id": event.focal_point_id}
            yield Amend(focal_point, key, entry.position, _ended(entry, event.ended_on))
        case DelegationGranted():
            own = {"delegation_id": event.delegation_id, "granted_by": event.granted_by}
            what = {"participant": event.participant, "units": as_text(event.units)}
            yield Insert(delegation, {**own, **what, **_term(entry, event)})
        case DelegationRevoked():
            key = {"participant": event.participant, "delegation_id": event.delegation_id}
            yield Amend(delegation, key, entry.position, _ended(entry, event.revoked_on))
        case MandateGranted():
            scope = {"participants": _listed(event.participants), "cycles": _listed(event.cycles)}
            yield Insert(mandate, {"mandate_id": event.mandate_id, **scope, **_term(entry, event)})
        case MandateRevoked():
            key = {"mandate_id": event.mandate_id}
            yield Amend(mandate, key, entry.position, _ended(entry, event.revoked_on))
        case PersonalDataErased():
            yield from _erased(entry, event)
        case _:
            pass


def _term(
    entry: Entry, event: FocalPointDesignated | DelegationGranted | MandateGranted
) -> dict[str, Any]:
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "term_from": as_day(event.term_from),
        "term_to": as_day(event.term_to),
        "received_on": as_day(event.received_on),
        "ended_on": None,
        "ended_at": None,
        "erased_at": None,
        "known_from": entry.position,
        "known_to": None,
    }


def _ended(entry: Entry, last_day: date) -> dict[str, Any]:
    return {"ended_on": as_day(last_day), "ended_at": entry.position}


def _listed(found: tuple[str, ...] | None) -> str | None:
    return None if found is None else as_text(found)


def _erased(entry: Entry, event: PersonalDataErased) -> Iterator[Statement]:
    """Mark whichever row the person has; an id is given to one person only."""
    erased = {"erased_at": entry.position}
    if event.participant is None:
        yield Amend(mandate, {"mandate_id": event.person_id}, entry.position, erased)
        return
    for table, name in ((focal_point, "focal_point_id"), (delegation, "delegation_id")):
        key = {"participant": event.participant, name: event.person_id}
        yield Amend(table, key, entry.position, erased)


PEOPLE = Projection(
    name="people",
    version=1,
    tables=(focal_point, delegation, mandate),
    cares_about=frozenset(
        {
            FocalPointDesignated,
            FocalPointDesignationEnded,
            DelegationGranted,
            DelegationRevoked,
            MandateGranted,
            MandateRevoked,
            PersonalDataErased,
        }
    ),
    on=_on,
)
