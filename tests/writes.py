"""Bodies of writes, in the submitted form; participants are fictitious, as everything they say."""

from collections.abc import Mapping
from typing import Any

from contracts.canonical import canonical, digest
from contracts.catalogue import load
from contracts.events import RegistryEvent, event_data, wire_type
from tests import makers

PERSON = {
    "name": "Canary Fictitious",
    "title": "Head of unit",
    "email": "canary@zza.example",
}
RESTRICTED = "Canary: what only the secretariat may read."


def act(event: RegistryEvent, in_path: str = "participant") -> dict[str, Any]:
    """An event as it is posted below what the path says: with its type, without that member."""
    data = event_data(event)
    data.pop(in_path, None)
    return {"type": wire_type(type(event)), **data}


def plan_act(event: RegistryEvent) -> dict[str, Any]:
    """An event as it is posted below its plan: with its type, without the plan's id."""
    data = event_data(event)
    del data["plan_id"]
    return {"type": wire_type(type(event)), **data}


def publication(**changes: Any) -> dict[str, Any]:
    """The method of reporting rates, as it really lies among the contracts."""
    made = makers.methodology_published()
    made = made.model_copy(update={"digest": digest(canonical(load(made.document)))})
    return {"type": "methodology-published", **event_data(made), **changes}


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
    if decided in {"returned", "acceptance_revoked"}:
        body |= {"units": ["P1"], "reasons": {"P1": {"en": RESTRICTED}}}
    return {**body, **changes}


OF_THE_REPORT = ("report_id", "participant", "cycle_id")
"""Members of an event that the id of a report in the path says."""


def on_version(event: RegistryEvent, *also_in_path: str) -> dict[str, Any]:
    """An event on a version as it is posted below its report: with its type, without the path."""
    in_path = (*OF_THE_REPORT, *also_in_path)
    body = {name: said for name, said in event_data(event).items() if name not in in_path}
    return {"type": wire_type(type(event)), **body}


def question(digest: str, **changes: Any) -> dict[str, Any]:
    """A question in clear."""
    body = on_version(makers.clarification_requested(digest=digest))
    return {**body, "questions": {"P1": {"en": RESTRICTED}}, **changes}


def answer(digest: str, **changes: Any) -> dict[str, Any]:
    """An answer in clear."""
    body = on_version(makers.clarification_provided(digest=digest), "clarification_id")
    return {**body, "answers": {"P1": {"en": RESTRICTED}}, **changes}


def audit_act(event: RegistryEvent) -> dict[str, Any]:
    """What an auditor says as it is posted below the report."""
    return on_version(event, "mandate_id")


def showing(digest: str, **changes: Any) -> dict[str, Any]:
    """Showing P5."""
    body = on_version(makers.publication_authorised(digest=digest), "revealed")
    return {**body, **changes}


def restriction(digest: str, **changes: Any) -> dict[str, Any]:
    """Showing P1 no longer."""
    return {**on_version(makers.publication_restricted(digest=digest)), **changes}
