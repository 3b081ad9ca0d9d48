"""Registry: requests of participants about their reports."""

from dataclasses import replace

from contracts.canonical import digest, spell
from contracts.catalogue import contract
from contracts.events.reports import Clearance, Explanation
from contracts.sealing import Disclosure, seal
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.submission import FileCorrigendum, Filing, SubmitReport
from services.registry.intents.intent import Document, Intent, Salts, check, check_subject

RULESET_VERSION = "1.0.0"
"""The rules on reports that this edition of the registry can apply; a cycle that is governed by
others refuses its reports until the registry knows them."""


def submit_report(document: Document, salts: Salts) -> Intent:
    """Ask to submit a report."""
    check(document, "requests/report-submission")
    filing, disclosures = _filing(document, salts)
    return Intent(
        command=lambda around, head: SubmitReport(
            filing=replace(filing, validated_at_position=head), circumstances=around
        ),
        participant=filing.participant,
        disclosures=disclosures,
    )


def file_corrigendum(report_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to put a submitted report right."""
    check(document, "requests/corrigendum-filing")
    filing, disclosures = _filing(document, salts)
    check_subject(report_id, filing.report_id, "/document/cover")
    return Intent(
        command=lambda around, head: FileCorrigendum(
            filing=replace(filing, validated_at_position=head),
            reason=document["reason"],
            circumstances=around,
        ),
        participant=filing.participant,
        disclosures=disclosures,
    )


def declare_nothing_new(report_id: str, document: Document) -> Intent:
    """Ask to renew an earlier version of a report."""
    check(document, "requests/nothing-new-declaration")
    asked = {**document, "clearance": Clearance.model_validate(document["clearance"])}
    check_subject(report_id, f"{asked['participant']}-{asked['cycle_id']}", "/cycle_id")
    return Intent(
        command=lambda around, _: DeclareNothingNew(**asked, circumstances=around),
        participant=asked["participant"],
    )


def _filing(document: Document, salts: Salts) -> tuple[Filing, tuple[Disclosure, ...]]:
    report = document["document"]
    template = contract(report["$schema"])
    sealed, disclosures = seal(report, template.sections, salts, at="/document")
    cover = sealed["cover"]
    filing = Filing(
        participant=cover["participant"],
        cycle_id=cover["cycle_id"],
        origin=cover["origin"],
        form=cover["form"],
        template_version=template.version,
        ruleset_version=RULESET_VERSION,
        explanations=tuple(map(Explanation.model_validate, document.get("explanations", ()))),
        validated_at_position=0,
        digest=digest(spell(sealed)),
        document=sealed,
        clearance=Clearance.model_validate(document["clearance"]),
    )
    return filing, disclosures
