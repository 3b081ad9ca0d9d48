"""The events of the register, as frozen values; the JSON Schemas beside them are the law."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from contracts.events.cycles import CycleOpened
from contracts.events.participation import (
    ActRectified,
    DeclarationLodged,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.people import FocalPointDesignated, FocalPointDesignationEnded
from contracts.events.plans import PlanRegistered
from contracts.events.reports import CorrigendumFiled, NothingNewDeclared, ReportSubmitted
from contracts.events.reviews import ReportAccepted, ReportReturned

RegistryEvent: TypeAlias = (
    SignatureRecorded
    | DeclarationLodged
    | WithdrawalNotified
    | WithdrawalRescinded
    | ParticipantRenamed
    | MembershipRecorded
    | ActRectified
    | FocalPointDesignated
    | FocalPointDesignationEnded
    | PlanRegistered
    | CycleOpened
    | ReportSubmitted
    | CorrigendumFiled
    | NothingNewDeclared
    | ReportReturned
    | ReportAccepted
)


def wire_type(event_class: type[RegistryEvent]) -> str:
    """Give the type as it stands on the wire: `ReportSubmitted` is `report-submitted`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event_class.__name__).lower()


EVENT_CLASSES: Mapping[str, type[RegistryEvent]] = {
    wire_type(event_class): event_class for event_class in RegistryEvent.__args__
}
"""Class by wire type, newest version only; older shapes are brought up by upcasts."""


def parse_event(wire: str, data: Mapping[str, Any]) -> RegistryEvent:
    """Turn a validated body into its event.

    Args:
        wire: type on the wire, for instance `report-submitted`.
        data: the body, already valid against its contract.

    Raises:
        KeyError: no such event type in this edition of the code.
    """
    return EVENT_CLASSES[wire].model_validate(data)


def event_data(event: RegistryEvent) -> dict[str, Any]:
    """Give the event's body as JSON values; absent (`None`) members are left out."""
    return event.model_dump(mode="json", exclude_none=True)


__all__ = [
    "EVENT_CLASSES",
    "ActRectified",
    "CorrigendumFiled",
    "CycleOpened",
    "DeclarationLodged",
    "FocalPointDesignated",
    "FocalPointDesignationEnded",
    "MembershipRecorded",
    "NothingNewDeclared",
    "ParticipantRenamed",
    "PlanRegistered",
    "RegistryEvent",
    "ReportAccepted",
    "ReportReturned",
    "ReportSubmitted",
    "SignatureRecorded",
    "WithdrawalNotified",
    "WithdrawalRescinded",
    "event_data",
    "parse_event",
    "wire_type",
]
