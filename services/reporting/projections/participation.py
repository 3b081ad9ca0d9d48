"""Projections: who takes part in the Code, since when, by which act."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, String, Text

from contracts.acts import span
from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.participation import (
    ActContested,
    ActRectified,
    DeclarationLodged,
    DeclarationWithdrawn,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.shared import Act, Source
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
    # signature | succession | declaration | declaration_withdrawal | withdrawal
    # | withdrawal_rescission | renaming | rectification | contest
    Column("act", String(32), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("date_precision", String(16), nullable=False),
    Column("claim_status", String(16), nullable=False),
    # Span of the legal day, from the act alone: possible from the first, certain from the last;
    # the day the instrument was opened where the act sets no first day.
    Column("earliest_on", Date, nullable=False),
    Column("latest_on", Date, nullable=False),
    # Of a signature or a succession: state | organisation.
    Column("kind", String(16)),
    # Of a succession: whose signature it continues.
    Column("predecessor", String(16)),
    # Of a signature, a succession or a renaming.
    text_by_language("name", nullable=True),
    # Of a declaration; of a contest its reason.
    text_by_language("text", nullable=True),
    # Of an act that speaks of another one: version of that.
    Column("concerns", Integer),
    # Of a rectification.
    Column("reason", Text),
    # Of a withdrawal or a declaration: version of the act that took it back.
    Column("rescinded_by", Integer),
    # Version of the act that put these dates right; NULL while they are as first recorded.
    Column("rectified_by", Integer),
    # Version of the objection that stands against it: it makes nothing certain. A rectification
    # settles it, so NULL again.
    Column("contested_by", Integer),
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
    Column("contested_by", Integer),
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
        "predecessor": None,
        "name": None,
        "text": None,
        "concerns": None,
        "reason": None,
        "rescinded_by": None,
        "rectified_by": None,
        "contested_by": None,
        "sources": sources_text(event.sources),
        "known_from": entry.position,
        "known_to": None,
    }
    row.update(content)
    return Insert(participation_act, row)


def _contest(entry: Entry, event: ActContested) -> Insert:
    """Give an objection as an act: of the day it was received, known from its communication."""
    as_act = Act(
        participant=event.participant,
        received_on=event.received_on,
        effective_on=event.received_on,
        sources=(Source(citation=event.reference),),
    )
    return _act(entry, as_act, "contest", concerns=event.contests, text=as_text(event.reason))


def _on_act(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case SignatureRecorded():
            yield _act(entry, event, "signature", kind=event.kind, name=as_text(event.name))
        case SuccessionNotified():
            name, predecessor = as_text(event.name), event.predecessor
            said = {"kind": event.kind, "name": name, "predecessor": predecessor}
            yield _act(entry, event, "succession", **said)
        case DeclarationLodged():
            yield _act(entry, event, "declaration", text=as_text(event.text))
        case DeclarationWithdrawn():
            yield _act(entry, event, "declaration_withdrawal", concerns=event.declaration)
            yield _taken_back(entry, event.participant, event.declaration)
        case WithdrawalNotified():
            yield _act(entry, event, "withdrawal")
        case WithdrawalRescinded():
            yield _act(entry, event, "withdrawal_rescission", concerns=event.withdrawal)
            yield _taken_back(entry, event.participant, event.withdrawal)
        case ParticipantRenamed():
            yield _act(entry, event, "renaming", name=as_text(event.name))
        case ActRectified():
            concerns, reason = event.rectifies, event.reason
            yield _act(entry, event, "rectification", concerns=concerns, reason=reason)
            yield Amend(participation_act, *_rectified(entry, event))
        case ActContested():
            yield _contest(entry, event)
            yield Amend(participation_act, *_contested(entry, event))
        case _:
            pass


def _taken_back(entry: Entry, participant: str, version: int) -> Amend:
    key = {"participant": participant, "version": version}
    return Amend(participation_act, key, entry.position, {"rescinded_by": entry.version})


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
                    "contested_by": None,
                    "sources": sources_text(event.sources),
                    "known_from": entry.position,
                    "known_to": None,
                },
            )
        case ActRectified():
            yield Amend(membership, *_rectified(entry, event, not_before=date.min))
        case ActContested():
            yield Amend(membership, *_contested(entry, event))
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
        {
            **_dates(event, not_before=not_before),
            "rectified_by": entry.version,
            "contested_by": None,
        },
    )


def _contested(entry: Entry, event: ActContested) -> tuple[dict[str, Any], int, dict[str, Any]]:
    key = {"participant": event.participant, "version": event.contests}
    return key, entry.position, {"contested_by": entry.version}


PARTICIPATION = Projection(
    name="participation",
    version=3,
    tables=(participation_act,),
    cares_about=frozenset(
        {
            SignatureRecorded,
            SuccessionNotified,
            DeclarationLodged,
            DeclarationWithdrawn,
            WithdrawalNotified,
            WithdrawalRescinded,
            ParticipantRenamed,
            ActRectified,
            ActContested,
        }
    ),
    on=_on_act,
)

MEMBERSHIP = Projection(
    name="membership",
    version=2,
    tables=(membership,),
    cares_about=frozenset({MembershipRecorded, ActRectified, ActContested}),
    on=_on_membership,
)
