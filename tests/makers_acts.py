"""Makers: acts of participation."""

from datetime import date
from typing import Any

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
from tests.makers_basics import act, kind_of


def signature_recorded(participant: str = "ZZA", **changes: Any) -> SignatureRecorded:
    said = {"kind": kind_of(participant), "name": {"en": f"Fictitious {participant}"}, **changes}
    return SignatureRecorded.model_validate(act(participant, date(2019, 3, 1), said))


def declaration_lodged(participant: str = "ZZA", **changes: Any) -> DeclarationLodged:
    said = {"text": {"en": "It understands P4 to apply within its means."}, **changes}
    return DeclarationLodged.model_validate(act(participant, date(2019, 4, 1), said))


def withdrawal_notified(participant: str = "ZZA", **changes: Any) -> WithdrawalNotified:
    said = {"effective_on": date(2024, 7, 10), **changes}
    return WithdrawalNotified.model_validate(act(participant, date(2024, 1, 10), said))


def withdrawal_rescinded(participant: str = "ZZA", **changes: Any) -> WithdrawalRescinded:
    said = {"withdrawal": 2, **changes}
    return WithdrawalRescinded.model_validate(act(participant, date(2024, 5, 2), said))


def participant_renamed(participant: str = "ZZA", **changes: Any) -> ParticipantRenamed:
    said = {"name": {"en": f"Federation of {participant}"}, **changes}
    return ParticipantRenamed.model_validate(act(participant, date(2021, 6, 1), said))


def membership_recorded(participant: str = "ZZA", **changes: Any) -> MembershipRecorded:
    said = {"organisation": "ORG-ZZO", "status": "member", **changes}
    return MembershipRecorded.model_validate(act(participant, date(2020, 1, 1), said))


def act_rectified(participant: str = "ZZA", **changes: Any) -> ActRectified:
    said = {
        "effective_on": date(2019, 2, 27),
        "rectifies": 1,
        "reason": "The note was misread.",
        **changes,
    }
    return ActRectified.model_validate(act(participant, date(2022, 9, 5), said))


def declaration_withdrawn(participant: str = "ZZA", **changes: Any) -> DeclarationWithdrawn:
    said = {"declaration": 2, **changes}
    return DeclarationWithdrawn.model_validate(act(participant, date(2020, 4, 1), said))


def succession_notified(participant: str = "ZZF", **changes: Any) -> SuccessionNotified:
    said = {
        "kind": kind_of(participant),
        "name": {"en": f"Fictitious {participant}"},
        "predecessor": "ZZA",
        **changes,
    }
    return SuccessionNotified.model_validate(act(participant, date(2023, 2, 1), said))


def act_contested(participant: str = "ZZA", **changes: Any) -> ActContested:
    contested = {
        "participant": participant,
        "received_on": date(2022, 3, 7),
        "contests": 2,
        "reason": {"en": "No such declaration was lodged."},
        "reference": "Note verbale 3/2022",
    }
    return ActContested.model_validate({**contested, **changes})
