"""Makers: what the secretariat does with a version, and what it is answered."""

from collections.abc import Mapping
from typing import Any

from contracts.events.reviews import (
    AcceptanceRevoked,
    ClarificationProvided,
    ClarificationRequested,
    ReportAccepted,
    ReportReturned,
    ReviewOpened,
)
from tests.makers_basics import digest_of, sealed
from tests.makers_reports import clearance, national_report


def _decided(participant: str, cycle_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    decision = {
        "report_id": f"{participant}-{cycle_id}",
        "participant": participant,
        "cycle_id": cycle_id,
        "report_version": 1,
        "digest": digest_of(national_report(participant, cycle_id)),
        "ruleset_version": "1.0.0",
    }
    return {**decision, **changes}


def report_returned(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ReportReturned:
    said = {"units": ["P1"], "reasons": sealed("reasons"), **changes}
    return ReportReturned.model_validate(_decided(participant, cycle_id, said))


def report_accepted(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ReportAccepted:
    return ReportAccepted.model_validate(_decided(participant, cycle_id, changes))


def review_opened(participant: str = "ZZA", cycle_id: str = "2026", **changes: Any) -> ReviewOpened:
    return ReviewOpened.model_validate(_decided(participant, cycle_id, changes))


def clarification_requested(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ClarificationRequested:
    said = {
        "clarification_id": "Q1",
        "units": ["P1"],
        "questions": sealed("questions"),
        **changes,
    }
    return ClarificationRequested.model_validate(_decided(participant, cycle_id, said))


def clarification_provided(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ClarificationProvided:
    said = {
        "clarification_id": "Q1",
        "units": ["P1"],
        "answers": sealed("answers"),
        "clearance": clearance(),
        **changes,
    }
    subject = _decided(participant, cycle_id, said)
    del subject["ruleset_version"]
    return ClarificationProvided.model_validate(subject)


def acceptance_revoked(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> AcceptanceRevoked:
    said = {"units": ["P1"], "reasons": sealed("reasons"), **changes}
    return AcceptanceRevoked.model_validate(_decided(participant, cycle_id, said))
