"""Pure names: which stream an aggregate's events stand in, and what a report is called."""

import re
from typing import assert_never

from contracts.events import (
    ActRectified,
    CorrigendumFiled,
    CycleOpened,
    DeclarationLodged,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MembershipRecorded,
    NothingNewDeclared,
    ParticipantRenamed,
    PlanRegistered,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalRescinded,
)

_REPORT_ID = re.compile(r"(ORG-[A-Z0-9]{2,12}|[A-Z]{3})-([A-Z0-9][A-Z0-9-]{1,19})")


def participation_stream(participant: str) -> str:
    """Name the stream of a participant's acts."""
    return f"participation-{participant}"


def focal_point_stream(participant: str) -> str:
    """Name the stream of all focal points of a participant."""
    return f"focal-point-{participant}"


def plan_stream(plan_id: str) -> str:
    """Name the stream of a plan."""
    return f"plan-{plan_id}"


def cycle_stream(cycle_id: str) -> str:
    """Name the stream of a reporting cycle."""
    return f"cycle-{cycle_id}"


def report_stream(report_id: str) -> str:
    """Name the stream of a report, with all its versions and the decisions on them."""
    return f"report-{report_id}"


def report_id_of(participant: str, cycle_id: str) -> str:
    """Name the one report of a participant for a cycle."""
    return f"{participant}-{cycle_id}"


def split_report_id(report_id: str) -> tuple[str, str] | None:
    """Give participant and cycle of a report id; `None` where it is no report id.

    There is one reading only: a participant of the kind `state` is never called `ORG`.
    """
    parts = _REPORT_ID.fullmatch(report_id)
    return (parts[1], parts[2]) if parts else None


def stream_of(event: RegistryEvent) -> str:
    """Name the stream in which `event` stands."""
    match event:
        case (
            SignatureRecorded()
            | DeclarationLodged()
            | WithdrawalNotified()
            | WithdrawalRescinded()
            | ParticipantRenamed()
            | MembershipRecorded()
            | ActRectified()
        ):
            return participation_stream(event.participant)
        case FocalPointDesignated() | FocalPointDesignationEnded():
            return focal_point_stream(event.participant)
        case PlanRegistered():
            return plan_stream(event.plan_id)
        case CycleOpened():
            return cycle_stream(event.cycle_id)
        case (
            ReportSubmitted()
            | CorrigendumFiled()
            | NothingNewDeclared()
            | ReportReturned()
            | ReportAccepted()
        ):
            return report_stream(event.report_id)
        case _:
            assert_never(event)
