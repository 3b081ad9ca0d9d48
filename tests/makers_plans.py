"""Makers: plans and their commitments."""

from datetime import date
from typing import Any

from contracts.events.plans import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
)
from tests.makers_basics import kind_of


def plan_registered(participant: str = "ZZA", **changes: Any) -> PlanRegistered:
    plan = {
        "plan_id": f"{participant}-PLAN-1",
        "participant": participant,
        "scope": "regional" if kind_of(participant) == "organisation" else "national",
        "title": {"en": "Plan of action against terrorism"},
        "adopted_on": date(2023, 5, 4),
        "period_from": date(2024, 1, 1),
        "period_to": date(2028, 12, 31),
        "pillars": ["I", "II"],
        "postulates": ["P1", "P5"],
    }
    return PlanRegistered.model_validate({**plan, **changes})


def plan_revised(participant: str = "ZZA", **changes: Any) -> PlanRevised:
    revision = {
        "plan_id": f"{participant}-PLAN-1",
        "participant": participant,
        "effective_on": date(2025, 7, 1),
        "title": {"en": "Plan of action against terrorism, revised"},
        "period_from": date(2024, 1, 1),
        "period_to": date(2030, 12, 31),
        "pillars": ["I", "II", "IV"],
        "postulates": ["P1", "P5"],
        "reason": {"en": "Pillar IV was added."},
    }
    return PlanRevised.model_validate({**revision, **changes})


def plan_concluded(participant: str = "ZZA", **changes: Any) -> PlanConcluded:
    conclusion = {
        "plan_id": f"{participant}-PLAN-1",
        "participant": participant,
        "effective_on": date(2026, 6, 30),
        "outcome": "completed",
    }
    return PlanConcluded.model_validate({**conclusion, **changes})


def _of_commitment(participant: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan_id": f"{participant}-PLAN-1",
        "participant": participant,
        "commitment_id": "C-01",
        **changes,
    }


def commitment_declared(participant: str = "ZZA", **changes: Any) -> CommitmentDeclared:
    said = {
        "effective_on": date(2024, 3, 1),
        "title": {"en": "Train border officers"},
        "pillars": ["II"],
        "postulates": ["P5"],
        "target_on": date(2026, 6, 30),
        "milestones": [
            {"milestone_id": "M1", "title": {"en": "Curriculum"}, "target_on": date(2025, 6, 30)}
        ],
        **changes,
    }
    return CommitmentDeclared.model_validate(_of_commitment(participant, said))


def commitment_progress_reported(
    participant: str = "ZZA", **changes: Any
) -> CommitmentProgressReported:
    said = {
        "effective_on": date(2025, 8, 1),
        "implementation_status": "in_progress",
        "milestones_reached": [{"milestone_id": "M1", "reached_on": date(2025, 7, 15)}],
        **changes,
    }
    return CommitmentProgressReported.model_validate(_of_commitment(participant, said))


def commitment_withdrawn(participant: str = "ZZA", **changes: Any) -> CommitmentWithdrawn:
    said = {
        "effective_on": date(2025, 12, 1),
        "reason": {"en": "Merged into another one."},
        **changes,
    }
    return CommitmentWithdrawn.model_validate(_of_commitment(participant, said))
