"""Makers: focal points, delegations, mandates."""

from datetime import date
from typing import Any

from contracts.events.people import (
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    PersonalDataErased,
)
from tests.makers_basics import sealed


def focal_point_designated(participant: str = "ZZA", **changes: Any) -> FocalPointDesignated:
    focal_point = {
        "participant": participant,
        "focal_point_id": "fp-7Qm2",
        "seat": "capital",
        "term_from": date(2025, 1, 1),
        "term_to": date(2027, 12, 31),
        "received_on": date(2024, 12, 12),
        "reference": "Note verbale 88/2024",
        "person": sealed("person"),
    }
    return FocalPointDesignated.model_validate({**focal_point, **changes})


def focal_point_designation_ended(
    participant: str = "ZZA", **changes: Any
) -> FocalPointDesignationEnded:
    ending = {
        "participant": participant,
        "focal_point_id": "fp-7Qm2",
        "ended_on": date(2026, 3, 31),
        "received_on": date(2026, 3, 2),
        "reference": "Note verbale 21/2026",
    }
    return FocalPointDesignationEnded.model_validate({**ending, **changes})


def delegation_granted(participant: str = "ZZA", **changes: Any) -> DelegationGranted:
    delegation = {
        "participant": participant,
        "delegation_id": "dl-3Kx9",
        "granted_by": "fp-7Qm2",
        "units": ["P5", "P6"],
        "term_from": date(2026, 1, 1),
        "term_to": date(2026, 12, 31),
        "received_on": date(2025, 12, 15),
        "reference": "Letter 7/2025",
        "person": sealed("delegate"),
    }
    return DelegationGranted.model_validate({**delegation, **changes})


def delegation_revoked(participant: str = "ZZA", **changes: Any) -> DelegationRevoked:
    revocation = {
        "participant": participant,
        "delegation_id": "dl-3Kx9",
        "revoked_on": date(2026, 5, 31),
        "received_on": date(2026, 5, 20),
        "reference": "Letter 9/2026",
    }
    return DelegationRevoked.model_validate({**revocation, **changes})


def mandate_granted(mandate_id: str = "auditor-4Tw1", **changes: Any) -> MandateGranted:
    mandate = {
        "mandate_id": mandate_id,
        "participants": ["ZZA"],
        "cycles": ["2026"],
        "term_from": date(2026, 1, 1),
        "term_to": date(2026, 12, 31),
        "received_on": date(2025, 12, 15),
        "reference": "Terms of reference 3/2025",
        "person": sealed("auditor"),
    }
    return MandateGranted.model_validate({**mandate, **changes})


def mandate_revoked(mandate_id: str = "auditor-4Tw1", **changes: Any) -> MandateRevoked:
    revocation = {
        "mandate_id": mandate_id,
        "revoked_on": date(2026, 5, 31),
        "received_on": date(2026, 5, 20),
        "reference": "Letter 4/2026",
    }
    return MandateRevoked.model_validate({**revocation, **changes})


def personal_data_erased(participant: str | None = "ZZA", **changes: Any) -> PersonalDataErased:
    erasure = {
        "participant": participant,
        "person_id": "fp-7Qm2",
        "received_on": date(2026, 6, 1),
        "reference": "Request 2/2026",
    }
    return PersonalDataErased.model_validate({**erasure, **changes})
