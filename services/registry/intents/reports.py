"""Registry: requests of participants about their reports."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from contracts.canonical import digest, spell
from contracts.catalogue import contract
from contracts.events.reports import Clearance as Clearing
from contracts.events.reports import Explanation
from contracts.faults import Fault
from contracts.rules.examination import MOST_FINDINGS, Examination
from contracts.rules.reading import Clearance
from contracts.sealing import Disclosure, seal
from contracts.validation import validate
from services.kit.errors import Finding, Malformed
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.streams import report_id_of
from services.registry.domain.submission import FileCorrigendum, Filing, SubmitReport
from services.registry.examining import Examined, HandedIn
from services.registry.intents.intent import (
    Document,
    Intent,
    Salts,
    by_contract,
    check,
    check_subject,
)

_REPORT = "/document"
"""Where the report stands in a body."""

Examining: TypeAlias = Callable[[HandedIn], Examined]
"""Examines a report for whoever handed it in, if they may hand it in.

Raises:
    Forbidden: they may not.
"""


class ReportNotSubmittable(Malformed):
    """A rule finds a blocker, or an error on which no word is said; `errors` has all findings."""

    code = "report-not-submittable"
    title = "The report cannot be submitted as it is: mend what is found, or explain it."


def submit_report(document: Document, salts: Salts, examining: Examining) -> Intent:
    """Ask to submit a report."""
    handed_in = _handed_in(document, "requests/report-submission", examining)
    filing, disclosures = _filing(document, salts, examining(handed_in))
    return Intent(
        kind="report-submitted",
        command=lambda around, _: SubmitReport(filing=filing, circumstances=around),
        participant=filing.participant,
        disclosures=disclosures,
    )


def file_corrigendum(
    report_id: str, document: Document, salts: Salts, examining: Examining
) -> Intent:
    """Ask to put a submitted report right."""
    handed_in = _handed_in(document, "requests/corrigendum-filing", examining)
    cover = document["document"]["cover"]
    check_subject(
        report_id, report_id_of(cover["participant"], cover["cycle_id"]), "/document/cover"
    )
    filing, disclosures = _filing(document, salts, examining(handed_in))
    return Intent(
        kind="corrigendum-filed",
        command=lambda around, _: FileCorrigendum(
            filing=filing,
            reason=document["reason"],
            circumstances=around,
        ),
        participant=filing.participant,
        disclosures=disclosures,
    )


def declare_nothing_new(report_id: str, document: Document) -> Intent:
    """Ask to renew an earlier version of a report."""
    check(document, "requests/nothing-new-declaration")
    asked = {**document, "clearance": Clearing.model_validate(document["clearance"])}
    check_subject(report_id, f"{asked['participant']}-{asked['cycle_id']}", "/cycle_id")
    return Intent(
        kind="nothing-new-declared",
        command=lambda around, _: DeclareNothingNew(**asked, circumstances=around),
        participant=asked["participant"],
    )


def handed_in_by(document: Document, name: str) -> tuple[HandedIn, list[Fault]]:
    """Take a body apart: what is to be examined, and what is wrong beside it.

    Args:
        document: has passed the gate.
        name: contract of the body, in whose member `document` the report stands.
    """
    faults = validate(document, contract(name).id)
    inside = [
        replace(fault, pointer=fault.pointer.removeprefix(_REPORT))
        for fault in faults
        if f"{fault.pointer}/".startswith(f"{_REPORT}/")
    ]
    if len(inside) < len(faults) or "document" not in document:
        return HandedIn(document=None), faults
    clearance = document.get("clearance")
    return (
        HandedIn(
            document=document["document"],
            faults=inside,
            clearance=clearance and Clearance(**clearance),
            explanations=document.get("explanations", ()),
        ),
        [],
    )


def _handed_in(document: Document, name: str, examining: Examining) -> HandedIn:
    """Refuse a body that does not follow its contract; a faulty report is examined all the same.

    Raises:
        Malformed: with what is wrong by contract, and what the rules find in what is sound.
    """
    handed_in, wrong = handed_in_by(document, name)
    if wrong:
        raise by_contract(wrong, name)
    if handed_in.faults:
        raise _refusal(Malformed, examining(handed_in).examination, f"expected {contract(name).id}")
    return handed_in


def _filing(
    document: Document, salts: Salts, examined: Examined
) -> tuple[Filing, tuple[Disclosure, ...]]:
    """Seal the report; what is recorded of the examination says nothing of what is sealed.

    Raises:
        ReportNotSubmittable: the examination says so.
    """
    examination = examined.examination
    if examination.verdict != "submittable":
        verdict = f"expected the verdict submittable, it is {examination.verdict}"
        raise _refusal(ReportNotSubmittable, examination, verdict)
    report = document["document"]
    template = contract(report["$schema"])
    sealed, disclosures = seal(report, template.sections, salts, at=_REPORT)
    cover = sealed["cover"]
    filing = Filing(
        participant=cover["participant"],
        cycle_id=cover["cycle_id"],
        origin=cover["origin"],
        form=cover["form"],
        template_version=template.version,
        ruleset_version=examination.ruleset_version,
        findings=examined.noted(one.name.removeprefix(_REPORT) for one in disclosures),
        explanations=tuple(map(Explanation.model_validate, document.get("explanations", ()))),
        validated_at_position=examination.validated_at_position or 0,
        digest=digest(spell(sealed)),
        document=sealed,
        clearance=Clearing.model_validate(document["clearance"]),
    )
    return filing, disclosures


def findings_of(examination: Examination, *, at: str = "") -> list[Finding]:
    """Give everything that was found as problems tell it.

    Args:
        examination: of a report.
        at: pointer of the report in the body that is spoken of.
    """
    return [
        Finding(
            code=found.code,
            severity=found.severity,
            outcome=found.outcome,
            pointer=f"{at}{found.pointer}",
            message=found.message,
            params=found.params,
            rule=found.rule.as_data() if found.rule else None,
        )
        for found in examination.findings[:MOST_FINDINGS]
    ]


def _refusal(kind: type[Malformed], examination: Examination, detail: str) -> Malformed:
    """Refuse with everything that was found, at its place in the body."""
    return kind(detail, findings=findings_of(examination, at=_REPORT))
