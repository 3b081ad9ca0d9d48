"""Makers: one function per event, with sensible defaults and keyword overrides.

Participants are fictitious (ZZA … ZZZ, `ORG-ZZ…`), and so is everything they say. Every event
made without overrides is valid against its contract.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from contracts.canonical import canonical, digest
from contracts.encoding import to_base64url
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
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalRescinded,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OPENED_ON = date(2018, 9, 28)
"""The day the instrument was opened for signature."""
UNITS = frozenset(
    ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10"]
)
REPORT_SCHEMA = "https://concord.example/contracts/reports/national-report/1.0.0/schema.json"


def kind_of(participant: str) -> str:
    return "organisation" if participant.startswith("ORG-") else "state"


def source(citation: str = "Note verbale 12/2019", **changes: Any) -> dict[str, Any]:
    return {"citation": citation, **changes}


def sealed(content: str, **changes: Any) -> dict[str, Any]:
    """A marker as sealing leaves it; what it hides is known to nobody."""
    return {"sealed": to_base64url(hashlib.sha256(content.encode()).digest()), **changes}


def _act(participant: str, on: date, changes: Mapping[str, Any]) -> dict[str, Any]:
    act = {"participant": participant, "received_on": on, "effective_on": on, "sources": [source()]}
    return {**act, **changes}


# --- participation


def signature_recorded(participant: str = "ZZA", **changes: Any) -> SignatureRecorded:
    said = {"kind": kind_of(participant), "name": {"en": f"Fictitious {participant}"}, **changes}
    return SignatureRecorded.model_validate(_act(participant, date(2019, 3, 1), said))


def declaration_lodged(participant: str = "ZZA", **changes: Any) -> DeclarationLodged:
    said = {"text": {"en": "It understands P4 to apply within its means."}, **changes}
    return DeclarationLodged.model_validate(_act(participant, date(2019, 4, 1), said))


def withdrawal_notified(participant: str = "ZZA", **changes: Any) -> WithdrawalNotified:
    said = {"effective_on": date(2024, 7, 10), **changes}
    return WithdrawalNotified.model_validate(_act(participant, date(2024, 1, 10), said))


def withdrawal_rescinded(participant: str = "ZZA", **changes: Any) -> WithdrawalRescinded:
    said = {"withdrawal": 2, **changes}
    return WithdrawalRescinded.model_validate(_act(participant, date(2024, 5, 2), said))


def participant_renamed(participant: str = "ZZA", **changes: Any) -> ParticipantRenamed:
    said = {"name": {"en": f"Federation of {participant}"}, **changes}
    return ParticipantRenamed.model_validate(_act(participant, date(2021, 6, 1), said))


def membership_recorded(participant: str = "ZZA", **changes: Any) -> MembershipRecorded:
    said = {"organisation": "ORG-ZZO", "status": "member", **changes}
    return MembershipRecorded.model_validate(_act(participant, date(2020, 1, 1), said))


def act_rectified(participant: str = "ZZA", **changes: Any) -> ActRectified:
    said = {
        "effective_on": date(2019, 2, 27),
        "rectifies": 1,
        "reason": "The note was misread.",
        **changes,
    }
    return ActRectified.model_validate(_act(participant, date(2022, 9, 5), said))


# --- people


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


# --- plans and cycles


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


def cycle_opened(cycle_id: str = "2026", **changes: Any) -> CycleOpened:
    """A cycle on the year before the one its id names."""
    year = int(cycle_id[:4])
    cycle = {
        "cycle_id": cycle_id,
        "title": {"en": f"Cycle {cycle_id}"},
        "period_from": date(year - 1, 1, 1),
        "period_to": date(year - 1, 12, 31),
        "opens_on": date(year, 1, 15),
        "due_on": date(year, 6, 30),
        "grace_days": 30,
        "time_zone": "America/New_York",
        "participant_kinds": ["state", "organisation"],
        "template_version": "1.0.0",
        "ruleset_version": "1.0.0",
        "methodology_version": "1.0.0",
        "instrument_edition": "1.0.0",
    }
    return CycleOpened.model_validate({**cycle, **changes})


# --- reports


def clearance(**changes: Any) -> dict[str, Any]:
    return {"drafted_by": "person-1", "cleared_by": "person-2", **changes}


def statement(text: str = "Laws were amended.", **changes: Any) -> dict[str, Any]:
    said = {
        "changed": True,
        "narrative": {"en": text},
        "original": "en",
        "measures": [],
        "visibility": "public",
    }
    return {**said, **changes}


def national_report(
    participant: str = "ZZA",
    cycle_id: str = "2026",
    *,
    cover: Mapping[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A national report in its sealed form: P1 is public, P5 is not."""
    year = int(cycle_id[:4])
    document = {
        "$schema": REPORT_SCHEMA,
        "cover": {
            "origin": "submission",
            "participant": participant,
            "cycle_id": cycle_id,
            "period_from": f"{year - 1}-01-01",
            "period_to": f"{year - 1}-12-31",
            "form": "full",
            "language": "en",
            **(cover or {}),
        },
        "statements": {
            "P1": statement(),
            "P5": sealed("P5", visibility="secretariat"),
        },
    }
    return {**document, **changes}


def compilation(participant: str = "ZZA", cycle_id: str = "2026") -> dict[str, Any]:
    """A national report that is an illustrative compilation, in its sealed form."""
    cover = {
        "origin": "illustrative_compilation",
        "sources": [source("Press summary of the ceremony")],
        "disclaimer": {"en": "Illustrative compilation from public sources."},
    }
    return national_report(participant, cycle_id, cover=cover, statements={"P1": statement()})


def digest_of(document: Mapping[str, Any]) -> str:
    return digest(canonical(dict(document)))


def _filed(
    participant: str, cycle_id: str, document: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    version = {
        "report_id": f"{participant}-{cycle_id}",
        "participant": participant,
        "cycle_id": cycle_id,
        "report_version": 1,
        "origin": document["cover"]["origin"],
        "clearance": clearance(),
        "form": document["cover"]["form"],
        "template_version": "1.0.0",
        "ruleset_version": "1.0.0",
        "validated_at_position": 9,
        "digest": digest_of(document),
        "document": document,
    }
    return {**version, **changes}


def report_submitted(
    participant: str = "ZZA",
    cycle_id: str = "2026",
    *,
    document: Mapping[str, Any] | None = None,
    **changes: Any,
) -> ReportSubmitted:
    document = document or national_report(participant, cycle_id)
    return ReportSubmitted.model_validate(_filed(participant, cycle_id, document, changes))


def corrigendum_filed(
    participant: str = "ZZA",
    cycle_id: str = "2026",
    *,
    document: Mapping[str, Any] | None = None,
    **changes: Any,
) -> CorrigendumFiled:
    """Version 2, which says something else on P1."""
    corrected = {"P1": statement("One law was amended.")}
    document = document or national_report(participant, cycle_id, statements=corrected)
    said = {
        "report_version": 2,
        "supersedes": 1,
        "reason": {"en": "One law was counted twice."},
        **changes,
    }
    return CorrigendumFiled.model_validate(_filed(participant, cycle_id, document, said))


def nothing_new_declared(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> NothingNewDeclared:
    """Renews version 1, as made here, of the report for 2025."""
    version = {
        "report_id": f"{participant}-{cycle_id}",
        "participant": participant,
        "cycle_id": cycle_id,
        "report_version": 1,
        "origin": "submission",
        "clearance": clearance(),
        "renews_report": f"{participant}-2025",
        "renews_version": 1,
        "renews_digest": digest_of(national_report(participant, "2025")),
    }
    return NothingNewDeclared.model_validate({**version, **changes})


# --- reviews


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
