"""Projections: who takes part in the Code, since when, by which act."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, String, Text

from contracts.acts import span
from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.participation import (
    ActRectified,
    DeclarationLodged,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.shared import Act
from services.reporting.projections.base import (
    Amend,
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    json_text,
    sources_text,
    text_by_language,
)

participation_act = bitemporal(
    "participation_act",
    ("participant", "version"),
    Column("participant", String(16), nullable=False),
    # Version of the act in the participant's stream: how later acts name it.
    Column("version", Integer, nullable=False),
    # Where the act itself was recorded; `known_from` is later where it was amended.
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # signature | declaration | withdrawal | withdrawal_rescission | renaming | rectification
    Column("act", String(32), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("date_precision", String(16), nullable=False),
    Column("claim_status", String(16), nullable=False),
    # Span of the legal day, from the act alone: possible from the first, certain from the last;
    # the day the instrument was opened where the act sets no first day.
    Column("earliest_on", Date, nullable=False),
    Column("latest_on", Date, nullable=False),
    # Of a signature: state | organisation.
    Column("kind", String(16)),
    # Of a signature or a renaming.
    text_by_language("name", nullable=True),
    # Of a declaration.
    text_by_language("text", nullable=True),
    # Of a rectification or a rescission: version of the act it speaks of.
    Column("concerns", Integer),
    # Of a rectification.
    Column("reason", Text),
    # Of a withdrawal: version of the act that took it back.
    Column("rescinded_by", Integer),
    # Version of the act that put these dates right; NULL while they are as first recorded.
    Column("rectified_by", Integer),
    json_text("sources"),
)
"""One row per act; a rectification closes the act's row and opens one with the right dates."""

membership = bitemporal(
    "membership",
    ("participant", "version"),
    Column("participant", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("organisation", String(16), nullable=False),
    # member | observer | associate | suspended
    Column("status", String(16), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("date_precision", String(16), nullable=False),
    Column("claim_status", String(16), nullable=False),
    # 0001-01-01 where the act sets no first day: a membership may be older than the instrument.
    Column("earliest_on", Date, nullable=False),
    Column("latest_on", Date, nullable=False),
    # First day it was no longer so; NULL while it lasts.
    Column("ended_on", Date),
    Column("rectified_by", Integer),
    json_text("sources"),
)
"""One row per recorded membership of a participant in an organisation."""


def _dates(event: Act, *, not_before: date | None = None) -> dict[str, Any]:
    """Give what a rectification may put right, and the span that follows from it."""
    days = span(event, not_before=not_before)
    return {
        "effective_on": as_day(event.effective_on),
        "date_precision": event.date_precision,
        "claim_status": event.claim_status,
        "earliest_on": as_day(days.earliest),
        "latest_on": as_day(days.latest),
    }


def _act(entry: Entry, event: Act, act: str, **content: Any) -> Insert:
    row = {
        "participant": event.participant,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "act": act,
        "received_on": as_day(event.received_on),
        **_dates(event),
        "kind": None,
        "name": None,
        "text": None,
        "concerns": None,
        "reason": None,
        "rescinded_by": None,
        "rectified_by": None,
        "sources": sources_text(event.sources),
        "known_from": entry.position,
        "known_to": None,
    }
    row.update(content)
    return Insert(participation_act, row)


def _on_act(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case SignatureRecorded():
            yield _act(entry, event, "signature", kind=event.kind, name=as_text(event.name))
        case DeclarationLodged():
            yield _act(entry, event, "declaration", text=as_text(event.text))
        case WithdrawalNotified():
            yield _act(entry, event, "withdrawal")
        case WithdrawalRescinded():
            yield _act(entry, event, "withdrawal_rescission", concerns=event.withdrawal)
            key = {"participant": event.participant, "version": event.withdrawal}
            yield Amend(participation_act, key, entry.position, {"rescinded_by": entry.version})
        case ParticipantRenamed():
            yield _act(entry, event, "renaming", name=as_text(event.name))
        case ActRectified():
            concerns, reason = event.rectifies, event.reason
            yield _act(entry, event, "rectification", concerns=concerns, reason=reason)
            yield Amend(participation_act, *_rectified(entry, event))
        case _:
            pass


def _on_membership(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case MembershipRecorded():
            yield Insert(
                membership,
                {
                    "participant": event.participant,
                    "version": entry.version,
                    "position": entry.position,
                    "recorded_at": entry.recorded_at,
                    "organisation": event.organisation,
                    "status": event.status,
                    "received_on": as_day(event.received_on),
                    **_dates(event, not_before=date.min),
                    "ended_on": as_day(event.ended_on),
                    "rectified_by": None,
                    "sources": sources_text(event.sources),
                    "known_from": entry.position,
                    "known_to": None,
                },
            )
        case ActRectified():
            yield Amend(membership, *_rectified(entry, event, not_before=date.min))
        case _:
            pass


def _rectified(
    entry: Entry, event: ActRectified, *, not_before: date | None = None
) -> tuple[dict[str, Any], int, dict[str, Any]]:
    """Give key, position and changes; only the table that holds the act has a row to change."""
    key = {"participant": event.participant, "version": event.rectifies}
    return (
        key,
        entry.position,
        {**_dates(event, not_before=not_before), "rectified_by": entry.version},
    )


PARTICIPATION = Projection(
    name="participation",
    version=2,
    tables=(participation_act,),
    cares_about=frozenset(
        {
            SignatureRecorded,
            DeclarationLodged,
            WithdrawalNotified,
            WithdrawalRescinded,
            ParticipantRenamed,
            ActRectified,
        }
    ),
    on=_on_act,
)

MEMBERSHIP = Projection(
    name="membership",
    version=1,
    tables=(membership,),
    cares_about=frozenset({MembershipRecorded, ActRectified}),
    on=_on_membership,
)
