"""Bodies of writes, in the submitted form; participants are fictitious, as everything they say."""

from collections.abc import Mapping
from typing import Any

from contracts.events import RegistryEvent, event_data, wire_type
from tests import makers

PERSON = {
    "name": "Canary Fictitious",
    "title": "Head of unit",
    "email": "canary@zza.example",
}
RESTRICTED = "Canary: what only the secretariat may read."


def act(event: RegistryEvent) -> dict[str, Any]:
    """An event as it is posted below its participant: with its type, without the participant."""
    data = event_data(event)
    data.pop("participant", None)
    return {"type": wire_type(type(event)), **data}


def focal_point(participant: str = "ZZA", **changes: Any) -> dict[str, Any]:
    """A designation with the person in clear."""
    return {**act(makers.focal_point_designated(participant)), "person": PERSON, **changes}


def delegation(participant: str = "ZZA", **changes: Any) -> dict[str, Any]:
    """A delegation with the person in clear."""
    return {**act(makers.delegation_granted(participant)), "person": PERSON, **changes}


def mandate(mandate_id: str = "auditor-4Tw1", **changes: Any) -> dict[str, Any]:
    """A mandate with the person in clear, and whose claims it is about."""
    granted = makers.mandate_granted(mandate_id)
    kind = wire_type(type(granted))
    return {"type": kind, **event_data(granted), "person": PERSON, **changes}


def erasure(**changes: Any) -> dict[str, Any]:
    """An erasure as it is posted below the participant."""
    return {**act(makers.personal_data_erased()), **changes}


def auditor_erasure(**changes: Any) -> dict[str, Any]:
    """An erasure as it is posted below the mandate."""
    body = erasure(**changes)
    del body["person_id"]
    return body


def document(
    participant: str = "ZZA",
    cycle_id: str = "2026",
    *,
    statements: Mapping[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A national report: P1 is public, P5 is not."""
    said = statements or {
        "P1": makers.statement(),
        "P5": makers.statement(RESTRICTED, visibility="secretariat"),
    }
    return makers.national_report(participant, cycle_id, statements=said, **changes)


def submission(participant: str = "ZZA", cycle_id: str = "2026", **changes: Any) -> dict[str, Any]:
    body = {"document": document(participant, cycle_id), "clearance": makers.clearance()}
    return {**body, **changes}


def corrigendum(participant: str = "ZZA", cycle_id: str = "2026", **changes: Any) -> dict[str, Any]:
    corrected = {"P1": makers.statement("One law was amended.")}
    body = {
        "document": document(participant, cycle_id, statements=corrected),
        "clearance": makers.clearance(),
        "reason": {"en": "One law was counted twice."},
    }
    return {**body, **changes}


def nothing_new(participant: str = "ZZA", cycle_id: str = "2026", **changes: Any) -> dict[str, Any]:
    body = {
        "participant": participant,
        "cycle_id": cycle_id,
        "clearance": makers.clearance(),
        "renews_report": f"{participant}-2025",
        "renews_version": 1,
        "renews_digest": "sha256:" + "0" * 64,
    }
    return {**body, **changes}


def decision(decided: str, digest: str, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "decision": decided,
        "report_version": 1,
        "digest": digest,
        "ruleset_version": "1.0.0",
    }
    if decided == "returned":
        body |= {"units": ["P1"], "reasons": {"P1": {"en": RESTRICTED}}}
    return {**body, **changes}
