"""Makers: national reports, their versions, and what participants do with them."""

from collections.abc import Mapping
from typing import Any

from contracts.events.reports import (
    CorrigendumFiled,
    NothingNewDeclared,
    PublicationAuthorised,
    PublicationRestricted,
    ReportSubmitted,
    ReportWithdrawn,
)
from tests.makers_basics import digest_of, hidden, report_schema, sealed, source


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
    """A report in its sealed form, regional of an organisation: P1 is public, P5 is not."""
    year = int(cycle_id[:4])
    document = {
        "$schema": report_schema(participant),
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


def _named(participant: str, cycle_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    version = {
        "report_id": f"{participant}-{cycle_id}",
        "participant": participant,
        "cycle_id": cycle_id,
        "report_version": 1,
        "digest": digest_of(national_report(participant, cycle_id)),
        "clearance": clearance(),
    }
    return {**version, **changes}


def report_withdrawn(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ReportWithdrawn:
    said = {"reason": {"en": "It was sent by mistake."}, **changes}
    return ReportWithdrawn.model_validate(_named(participant, cycle_id, said))


def publication_authorised(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> PublicationAuthorised:
    """Shows what P5 says, sealed in the report as it is made here."""
    said = {
        "units": ["P5"],
        "revealed": [{"unit": "P5", "disclosure": hidden("P5").encoded()}],
        **changes,
    }
    return PublicationAuthorised.model_validate(_named(participant, cycle_id, said))


def publication_restricted(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> PublicationRestricted:
    said = {"units": ["P1"], "reason": {"en": "An investigation is under way."}, **changes}
    return PublicationRestricted.model_validate(_named(participant, cycle_id, said))
