"""Projections: which mandates exist to act for a participant. No person is known here."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Date, String

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.people import FocalPointDesignated, FocalPointDesignationEnded
from services.reporting.projections.base import (
    Amend,
    Insert,
    Projection,
    Statement,
    as_day,
    bitemporal,
)

focal_point = bitemporal(
    "focal_point",
    ("focal_point_id",),
    # Random id of this person in this mandate.
    Column("focal_point_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("seat", String(16), nullable=False),
    Column("term_from", Date, nullable=False),
    # Last day of the term; NULL while open.
    Column("term_to", Date),
    Column("received_on", Date, nullable=False),
    # Last day by a communication that ended it; NULL while none came.
    Column("ended_on", Date),
)
"""One row per designation; its end closes the row and opens one with `ended_on`."""


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case FocalPointDesignated():
            yield Insert(
                focal_point,
                {
                    "focal_point_id": event.focal_point_id,
                    "position": entry.position,
                    "recorded_at": entry.recorded_at,
                    "participant": event.participant,
                    "seat": event.seat,
                    "term_from": as_day(event.term_from),
                    "term_to": as_day(event.term_to),
                    "received_on": as_day(event.received_on),
                    "ended_on": None,
                    "known_from": entry.position,
                    "known_to": None,
                },
            )
        case FocalPointDesignationEnded():
            key = {"focal_point_id": event.focal_point_id}
            yield Amend(focal_point, key, entry.position, {"ended_on": as_day(event.ended_on)})
        case _:
            pass


FOCAL_POINTS = Projection(
    name="focal_points",
    version=1,
    tables=(focal_point,),
    cares_about=frozenset({FocalPointDesignated, FocalPointDesignationEnded}),
    on=_on,
)
