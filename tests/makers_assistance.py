"""Makers: needs for assistance, offers of it, matches, conclusions."""

from datetime import date
from typing import Any

from contracts.events.assistance import (
    AssistanceConcluded,
    AssistanceMatched,
    AssistanceOffered,
    AssistanceRequested,
)
from tests.makers_audits import passage


def _stated(participant: str, kind: str) -> dict[str, Any]:
    return {
        "assistance_id": f"{participant}-{kind}-1",
        "participant": participant,
        "effective_on": date(2026, 2, 1),
        "unit": "P6",
        "pillar": "III",
        "assistance_type": "training",
        "languages": ["en", "fr"],
    }


def assistance_requested(participant: str = "ZZA", **changes: Any) -> AssistanceRequested:
    said = {"request": passage("Trainers for forty border officers."), **changes}
    return AssistanceRequested.model_validate({**_stated(participant, "NEED"), **said})


def assistance_offered(participant: str = "ZZB", **changes: Any) -> AssistanceOffered:
    said = {"offer": passage("Twenty seats a year at the academy."), **changes}
    return AssistanceOffered.model_validate({**_stated(participant, "OFFER"), **said})


def assistance_matched(
    participant: str = "ZZA", provider: str = "ZZB", **changes: Any
) -> AssistanceMatched:
    match = {
        "assistance_id": f"{participant}-NEED-1",
        "participant": participant,
        "offer_id": f"{provider}-OFFER-1",
        "provider": provider,
        "effective_on": date(2026, 3, 1),
        "reference": "Letter 14/2026",
    }
    return AssistanceMatched.model_validate({**match, **changes})


def assistance_concluded(participant: str = "ZZA", **changes: Any) -> AssistanceConcluded:
    conclusion = {
        "assistance_id": f"{participant}-NEED-1",
        "participant": participant,
        "effective_on": date(2026, 10, 31),
        "outcome": "delivered",
        "conclusion": passage("Forty officers were trained."),
    }
    return AssistanceConcluded.model_validate({**conclusion, **changes})
