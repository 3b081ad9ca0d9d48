"""Makers: what auditors say on claims, and what participants answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.events.audits import (
    FindingClosed,
    FindingIssued,
    FindingResponded,
    ObservationRecorded,
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
)
from tests.makers_basics import digest_of
from tests.makers_reports import clearance, national_report

AUDITOR = "auditor-4Tw1"


def passage(text: str, **changes: Any) -> dict[str, Any]:
    """A section that everybody may read."""
    return {"text": {"en": text}, "visibility": "public", **changes}


def _on(participant: str, cycle_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    report = {
        "report_id": f"{participant}-{cycle_id}",
        "participant": participant,
        "cycle_id": cycle_id,
    }
    return {**report, **changes}


def _claim(participant: str, cycle_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    claim = {
        "mandate_id": AUDITOR,
        "report_version": 1,
        "digest": digest_of(national_report(participant, cycle_id)),
        "unit": "P1",
    }
    return _on(participant, cycle_id, {**claim, **changes})


def observation_recorded(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ObservationRecorded:
    said = {
        "observation_id": "O-1",
        "method": "examine",
        "observed_on": date(2026, 9, 1),
        "observation": passage("The register of trainings names 40 persons."),
        **changes,
    }
    return ObservationRecorded.model_validate(_claim(participant, cycle_id, said))


def finding_issued(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> FindingIssued:
    said = {
        "finding_id": "F-1",
        "observations": ["O-1"],
        "respond_by": date(2027, 1, 31),
        "finding": passage("One of two courses was held.", assessment="partly_substantiated"),
        **changes,
    }
    return FindingIssued.model_validate(_claim(participant, cycle_id, said))


def finding_responded(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> FindingResponded:
    said = {
        "finding_id": "F-1",
        "answer": "accepted",
        "response": passage("The second course will be held in spring."),
        "clearance": clearance(),
        **changes,
    }
    return FindingResponded.model_validate(_on(participant, cycle_id, said))


def finding_closed(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> FindingClosed:
    said = {
        "mandate_id": AUDITOR,
        "finding_id": "F-1",
        "outcome": "addressed",
        "closing": passage("The second course was held."),
        **changes,
    }
    return FindingClosed.model_validate(_on(participant, cycle_id, said))


def recommendation_issued(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> RecommendationIssued:
    said = {
        "mandate_id": AUDITOR,
        "finding_id": "F-1",
        "recommendation_id": "R-1",
        "respond_by": date(2027, 1, 31),
        "recommendation": passage("Hold the second course."),
        **changes,
    }
    return RecommendationIssued.model_validate(_on(participant, cycle_id, said))


def recommendation_responded(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> RecommendationResponded:
    said = {
        "finding_id": "F-1",
        "recommendation_id": "R-1",
        "answer": "noted",
        "response": passage("The programme is being reviewed."),
        "clearance": clearance(),
        **changes,
    }
    return RecommendationResponded.model_validate(_on(participant, cycle_id, said))


def recommendation_followed_up(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> RecommendationFollowedUp:
    said = {
        "mandate_id": AUDITOR,
        "finding_id": "F-1",
        "recommendation_id": "R-1",
        "effective_on": date(2026, 11, 1),
        "status": "implemented",
        "note": passage("The second course was held."),
        **changes,
    }
    return RecommendationFollowedUp.model_validate(_on(participant, cycle_id, said))
