"""Registry: from a request's document to what it asks for: checked by contract, sealed, a command.

Every function here gives an `Intent` or raises `Malformed`. The command is built only when its
circumstances are known, once for every attempt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from contracts.canonical import digest, spell
from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.events.reports import Clearance, Explanation
from contracts.events.shared import Sealed
from contracts.sealing import Disclosure, seal
from contracts.validation import validate
from services.kit.errors import Finding, Malformed
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.cycle import OpenCycle
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import RegisterPlan
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.review import AcceptReport, ReturnReport, Subject
from services.registry.domain.streams import split_report_id
from services.registry.domain.submission import FileCorrigendum, Filing, SubmitReport

Salts: TypeAlias = Callable[[], bytes]
"""Gives fresh random bytes, at least 16, at each call."""
Document: TypeAlias = Mapping[str, Any]

RULESET_VERSION = "1.0.0"
"""The rules on reports that this edition of the registry can apply; a cycle that is governed by
others refuses its reports until the registry knows them."""

ACTS = frozenset(
    {
        "signature-recorded",
        "declaration-lodged",
        "withdrawal-notified",
        "withdrawal-rescinded",
        "participant-renamed",
        "membership-recorded",
        "act-rectified",
    }
)
FOCAL_POINT_EVENTS = frozenset({"focal-point-designated", "focal-point-designation-ended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a request asks for."""

    command: Callable[[Circumstances, int], Command]
    """From the circumstances, and the position of the last entry that can be read."""
    participant: str | None
    """For whom it speaks; `None` where it is the secretariat's own."""
    disclosures: tuple[Disclosure, ...] = ()
    """What opens the sections that were sealed."""


def record_act(participant: str, document: Document) -> Intent:
    """Ask to record an act of participation."""
    kind, body = _event_in(document, ACTS, participant)
    _check(body, f"events/{kind}")
    act: Any = parse_event(kind, body)
    return Intent(
        command=lambda around, _: RecordAct(act=act, circumstances=around), participant=participant
    )


def record_focal_point(participant: str, document: Document, salts: Salts) -> Intent:
    """Ask to record that a focal point was designated, or that its designation ended."""
    kind, body = _event_in(document, FOCAL_POINT_EVENTS, participant)
    _check(body, f"events/{kind}")
    if kind == "focal-point-designation-ended":
        ending: Any = parse_event(kind, body)
        return Intent(
            command=lambda around, _: EndDesignation(ending=ending, circumstances=around),
            participant=participant,
        )
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    named: Any = parse_event(kind, sealed)
    return Intent(
        command=lambda around, _: DesignateFocalPoint(designation=named, circumstances=around),
        participant=participant,
        disclosures=disclosures,
    )


def register_plan(document: Document) -> Intent:
    """Ask to register a plan."""
    _check(document, "events/plan-registered")
    plan: Any = parse_event("plan-registered", document)
    return Intent(
        command=lambda around, _: RegisterPlan(plan=plan, circumstances=around),
        participant=plan.participant,
    )


def open_cycle(document: Document) -> Intent:
    """Ask to open a reporting cycle."""
    _check(document, "events/cycle-opened")
    cycle: Any = parse_event("cycle-opened", document)
    return Intent(
        command=lambda around, _: OpenCycle(cycle=cycle, circumstances=around), participant=None
    )


def submit_report(document: Document, salts: Salts) -> Intent:
    """Ask to submit a report."""
    _check(document, "requests/report-submission")
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
    _check(document, "requests/corrigendum-filing")
    filing, disclosures = _filing(document, salts)
    _check_subject(report_id, filing.report_id, "/document/cover")
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
    _check(document, "requests/nothing-new-declaration")
    asked = {**document, "clearance": Clearance.model_validate(document["clearance"])}
    _check_subject(report_id, f"{asked['participant']}-{asked['cycle_id']}", "/cycle_id")
    return Intent(
        command=lambda around, _: DeclareNothingNew(**asked, circumstances=around),
        participant=asked["participant"],
    )


def decide_on_report(report_id: str, document: Document, salts: Salts) -> Intent:
    """Ask to return or to accept a version of a report."""
    _check(document, "requests/review-decision")
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


def _event_in(
    document: Document, kinds: frozenset[str], participant: str
) -> tuple[str, dict[str, Any]]:
    """Split the `type` off a body and put the participant of the path in."""
    match document:
        case {"type": str(kind), **body} if kind in kinds:
            if "participant" in body:
                raise _malformed("unknown-member", "/participant", "expected it in the path only")
            return kind, {**body, "participant": participant}
        case _:
            expected = ", ".join(sorted(kinds))
            raise _malformed("not-an-option", "/type", f"expected one of {expected}")


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


def _check(document: Any, name: str) -> None:
    """Check a body by its contract in the submitted form."""
    faults = validate(document, contract(name).id)
    if faults:
        raise Malformed(
            f"expected {contract(name).id}",
            findings=[
                Finding(
                    code=fault.code,
                    pointer=fault.pointer,
                    message=fault.message,
                    params=fault.params,
                )
                for fault in faults
            ],
        )


def _check_subject(in_path: str, in_document: str, pointer: str) -> None:
    if in_path != in_document:
        raise _malformed("not-of-this-report", pointer, "expected the report that the path names")


def _malformed(code: str, pointer: str, message: str) -> Malformed:
    return Malformed(findings=[Finding(code=code, pointer=pointer, message=message)])
