"""Registry: requests of the secretariat about a version of a report."""

from contracts.catalogue import contract
from contracts.events.shared import Sealed
from contracts.sealing import seal
from services.registry.domain.review import AcceptReport, ReturnReport, Subject
from services.registry.domain.streams import split_report_id
from services.registry.intents.intent import Document, Intent, Salts, check


def decide_on_report(report_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to return or to accept a version of a report."""
    check(document, "requests/review-decision")
    participant, cycle_id = split_report_id(report_id) or ("", "")
    subject = Subject(
        participant=participant,
        cycle_id=cycle_id,
        report_version=document["report_version"],
        digest=document["digest"],
        ruleset_version=document["ruleset_version"],
    )
    if document["decision"] == "accepted":
        return Intent(command=lambda _, __: AcceptReport(subject=subject), participant=None)
    sealed, disclosures = seal(document, contract("events/report-returned").sections, salts)
    returned = ReturnReport(
        subject=subject,
        units=tuple(document["units"]),
        reasons=Sealed.model_validate(sealed["reasons"]),
    )
    return Intent(command=lambda _, __: returned, participant=None, disclosures=disclosures)
