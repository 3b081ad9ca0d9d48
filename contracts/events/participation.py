"""Participation: who takes part in the Code, since when, by which act."""

from datetime import date
from typing import Literal

from contracts.events.shared import (
    Act,
    ClaimStatus,
    DatePrecision,
    Kind,
    LanguageMap,
    ParticipantCode,
    Value,
)


class SignatureRecorded(Act):
    """A State or an organisation signed the Code."""

    kind: Kind
    name: LanguageMap


class DeclarationLodged(Act):
    """A participant lodged a declaration on its participation."""

    text: LanguageMap


class DeclarationWithdrawn(Act):
    """A participant withdrew a declaration that it had lodged."""

    declaration: int
    """Version, in the participant's stream, of the declaration withdrawn."""


class WithdrawalNotified(Act):
    """A participant gave notice that it withdraws."""


class WithdrawalRescinded(Act):
    """A participant took its notice of withdrawal back."""

    withdrawal: int
    """Version, in the participant's stream, of the withdrawal taken back."""


class SuccessionNotified(Act):
    """A State notified that it is bound as the successor of another participant."""

    kind: Kind
    name: LanguageMap
    predecessor: ParticipantCode
    """The participant whose signature it continues."""


class ParticipantRenamed(Act):
    """A participant changed its name; its code, and every series keyed on it, stay."""

    name: LanguageMap


class MembershipRecorded(Act):
    """A participant is, or was, in an organisation from `effective_on` to `ended_on`."""

    organisation: ParticipantCode
    status: Literal["member", "observer", "associate", "suspended"]
    ended_on: date | None = None
    """First day it was no longer so; `None` while it lasts."""


class ActRectified(Act):
    """An earlier act was recorded wrongly; these are the dates it should have had.

    `effective_on`, `date_precision` and `claim_status` replace those of the act;
    `received_on` is the day the rectification was received.
    """

    rectifies: int
    """Version, in the participant's stream, of the act put right."""
    reason: str


class ActContested(Value):
    """A participant objects to an act recorded on it from another source.

    From then on the act counts as possible, never as certain, until it is rectified.
    """

    participant: ParticipantCode
    received_on: date
    contests: int
    """Version, in the participant's stream, of the act it objects to."""
    reason: LanguageMap
    reference: str


__all__ = [
    "Act",
    "ActContested",
    "ActRectified",
    "ClaimStatus",
    "DatePrecision",
    "DeclarationLodged",
    "DeclarationWithdrawn",
    "MembershipRecorded",
    "ParticipantCode",
    "ParticipantRenamed",
    "SignatureRecorded",
    "SuccessionNotified",
    "WithdrawalNotified",
    "WithdrawalRescinded",
]
