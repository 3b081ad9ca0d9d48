"""Pure rules of submission: a report with a document, and the corrigendum that puts it right.

A late report is accepted: that it is late follows from its date, and is for queries to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from contracts.events import CorrigendumFiled, CycleOpened, RegistryEvent, ReportSubmitted
from contracts.events.reports import Clearance, Explanation, NotedFinding
from contracts.events.shared import LanguageMap, Origin
from contracts.templates import template_id
from services.kit.decider import Decider
from services.kit.errors import Finding, Refused
from services.registry.domain.circumstances import Circumstances, OnlyInDemonstrations
from services.registry.domain.report import (
    NOTHING,
    AlreadySubmitted,
    Facts,
    NoSuchReport,
    Report,
    WithdrawnReport,
    check_cleared,
    check_may_report,
    check_not_closed,
    evolve,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import (
    cycle_stream,
    participation_stream,
    report_id_of,
    report_stream,
)

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is handed in: the document, sealed already, and what was found and said about it."""

    participant: str
    cycle_id: str
    origin: Origin
    form: str
    """`full` or `update`, as on the cover."""
    template_version: str
    ruleset_version: str
    """Ruleset that gave the findings."""
    findings: tuple[NotedFinding, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    validated_at_position: int
    """Last position of the log that the rules had seen; 0 for an empty log."""
    digest: str
    """Of the canonical bytes of `document`."""
    document: Mapping[str, Any]
    """The report in its sealed form."""
    clearance: Clearance

    @property
    def report_id(self) -> str:
        """Name of the report this is a version of."""
        return report_id_of(self.participant, self.cycle_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReport:
    """Submit a report, for the first time or after it was returned or withdrawn."""

    filing: Filing
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCorrigendum:
    """Put a report right that was submitted, whether it is accepted or not."""

    filing: Filing
    reason: LanguageMap
    circumstances: Circumstances


FilingCommand: TypeAlias = SubmitReport | FileCorrigendum

# --- refusals


class CoverDisagrees(Refused):
    """The document says of itself what it is handed in as."""

    code = "cover-disagrees"
    title = "The cover of the document names something else than it is handed in as."


class TemplateNotOfTheCycle(Refused):
    """All reports of a cycle follow the same template."""

    code = "template-not-of-the-cycle"
    title = "The document does not follow the template version of the cycle."


class TemplateOfAnotherKind(Refused):
    """`$schema` says which report a document is; who hands it in is a State or an organisation."""

    code = "template-of-another-kind"
    title = "A State hands in a national report, an organisation a regional report."


class RulesetNotOfTheCycle(Refused):
    """All reports of a cycle are checked by the same rules."""

    code = "ruleset-not-of-the-cycle"
    title = "The ruleset version is not that of the cycle."


class UnknownUnits(Refused):
    """Statements are made on the reporting units of the instrument."""

    code = "unknown-units"
    title = "The document speaks of reporting units that the edition of the cycle does not have."


class FindingNotExplained(Refused):
    """Comply or explain: a failed rule of severity `error` needs a word on it."""

    code = "finding-not-explained"
    title = "A finding of severity error is neither mended nor explained."


class OriginsDoNotMix(Refused):
    """A report is a submission or a compilation in all its versions."""

    code = "origins-do-not-mix"
    title = "Submissions and illustrative compilations are never versions of one report."


class NothingToCorrect(Refused):
    """A corrigendum follows a version that stands."""

    code = "nothing-to-correct"
    title = "The latest version was returned; submit the report anew instead of correcting it."


class NothingCorrected(Refused):
    """A corrigendum changes the document."""

    code = "nothing-corrected"
    title = "The corrigendum carries the very document it should correct."


REFUSALS = (
    CoverDisagrees,
    TemplateNotOfTheCycle,
    TemplateOfAnotherKind,
    RulesetNotOfTheCycle,
    UnknownUnits,
    FindingNotExplained,
    OriginsDoNotMix,
    NothingToCorrect,
    NothingCorrected,
)

# --- rules


def decide(command: FilingCommand, facts: Facts) -> tuple[RegistryEvent, ...]:
    """File the version, or refuse it; the very same document a second time changes nothing."""
    filing = command.filing
    report = facts.report(filing.report_id)
    match command:
        case SubmitReport():
            event: ReportSubmitted | CorrigendumFiled = _submitted(filing, report)
        case FileCorrigendum():
            event = _corrected(command, report)
        case _:
            assert_never(command)
    if _is_on_file(event, report):
        return ()
    _check_place(event, report)
    _check_filing(filing, facts, command.circumstances)
    return (event,)


def _submitted(filing: Filing, report: Report) -> ReportSubmitted:
    return ReportSubmitted(**_version(filing, report))


def _corrected(command: FileCorrigendum, report: Report) -> CorrigendumFiled:
    return CorrigendumFiled(**_version(command.filing, report), reason=command.reason)


def _version(filing: Filing, report: Report) -> dict[str, Any]:
    """Give what both kinds of versions say of themselves."""
    return {
        "report_id": filing.report_id,
        "participant": filing.participant,
        "cycle_id": filing.cycle_id,
        "report_version": len(report) + 1,
        "origin": filing.origin,
        "clearance": filing.clearance,
        "supersedes": len(report) or None,
        "form": filing.form,
        "template_version": filing.template_version,
        "ruleset_version": filing.ruleset_version,
        "findings": filing.findings,
        "explanations": filing.explanations,
        "validated_at_position": filing.validated_at_position,
        "digest": filing.digest,
        "document": filing.document,
    }


def _is_on_file(event: ReportSubmitted | CorrigendumFiled, report: Report) -> bool:
    """Say whether the latest version, still undisputed, says the same but for its numbers."""
    if not report or report[-1].is_returned or report[-1].withdrawn:
        return False
    latest = report[-1].filed
    if not isinstance(latest, ReportSubmitted | CorrigendumFiled):
        return False
    numbers = {
        "report_version": latest.report_version,
        "supersedes": latest.supersedes,
        "validated_at_position": latest.validated_at_position,
        "findings": latest.findings,  # the register may have moved on; the document has not
    }
    return event.model_copy(update=numbers) == latest


def _check_place(event: ReportSubmitted | CorrigendumFiled, report: Report) -> None:
    """Check the version against those before it."""
    match event:
        case ReportSubmitted():
            if report and not (report[-1].is_returned or report[-1].withdrawn):
                raise AlreadySubmitted(f"the latest version is {len(report)}")
        case CorrigendumFiled():
            if not report:
                raise NoSuchReport
            if report[-1].withdrawn:
                raise WithdrawnReport
            if report[-1].is_returned:
                raise NothingToCorrect
            if report[-1].digest == event.digest:
                raise NothingCorrected
        case _:
            assert_never(event)


def _check_filing(filing: Filing, facts: Facts, circumstances: Circumstances) -> None:
    """Check the version against participant, cycle and instrument."""
    report = facts.report(filing.report_id)
    if report and report[0].filed.origin != filing.origin:
        raise OriginsDoNotMix(f"version 1 is of origin {report[0].filed.origin}")
    if filing.origin != "submission" and not circumstances.is_demonstration:
        raise OnlyInDemonstrations
    cycle = facts.cycle(filing.cycle_id)
    day = circumstances.day_in(cycle.time_zone)
    signatory = check_may_report(facts, cycle, day)
    if not report:  # what was received can be put right for ever
        check_not_closed(facts, filing.cycle_id, day)
    check_cleared(filing.clearance)
    _check_versions(filing, cycle)
    _check_template(filing, signatory.kind)
    _check_cover(filing)
    _check_units(filing, cycle, circumstances)
    _check_explained(filing)


def _check_versions(filing: Filing, cycle: CycleOpened) -> None:
    if filing.template_version != cycle.template_version:
        raise TemplateNotOfTheCycle(f"the cycle's is {cycle.template_version}")
    if filing.ruleset_version != cycle.ruleset_version:
        raise RulesetNotOfTheCycle(f"the cycle's is {cycle.ruleset_version}")


def _check_template(filing: Filing, kind: str) -> None:
    expected = template_id(kind, filing.template_version)
    if filing.document["$schema"] != expected:
        finding = _finding(TemplateOfAnotherKind, "/document/$schema")
        raise TemplateOfAnotherKind(f"expected {expected}", findings=[finding])


def _check_cover(filing: Filing) -> None:
    cover = filing.document.get("cover", {})
    handed_in_as = {
        "origin": filing.origin,
        "participant": filing.participant,
        "cycle_id": filing.cycle_id,
        "form": filing.form,
    }
    findings = [
        _finding(CoverDisagrees, f"/document/cover/{member}")
        for member, value in handed_in_as.items()
        if cover.get(member) != value
    ]
    if findings:
        raise CoverDisagrees(findings=findings)


def _check_units(filing: Filing, cycle: CycleOpened, circumstances: Circumstances) -> None:
    units = circumstances.units(cycle.instrument_edition)
    findings = [
        _finding(UnknownUnits, f"/document/statements/{unit}")
        for unit in filing.document.get("statements", {})
        if unit not in units
    ]
    if findings:
        raise UnknownUnits(f"edition {cycle.instrument_edition}", findings=findings)


def _check_explained(filing: Filing) -> None:
    explained = {(explanation.code, explanation.pointer) for explanation in filing.explanations}
    findings = [
        _finding(FindingNotExplained, f"/document{noted.pointer}")
        for noted in filing.findings
        if (noted.severity, noted.outcome) == ("error", "failed")
        and (noted.code, noted.pointer) not in explained
    ]
    if findings:
        raise FindingNotExplained(findings=findings)


def _finding(refusal: type[Refused], pointer: str) -> Finding:
    return Finding(code=refusal.code, pointer=pointer, message=refusal.title)


DECIDER: Decider[FilingCommand, Facts, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def foresee(
    filing: Filing, circumstances: Circumstances, events: Iterable[RegistryEvent]
) -> Refused | None:
    """Say what a version would be refused for, whether it comes as a report or as a corrigendum.

    Args:
        filing: of a document that need not be sealed yet.
        circumstances: what is the case now.
        events: of the streams that filing reads.
    """
    try:
        _check_filing(filing, DECIDER.fold(events), circumstances)
    except Refused as refusal:
        return refusal
    return None


def streams_of(filing: Filing) -> tuple[str, ...]:
    """Say what filing reads: the report, the participation of who files, the cycle."""
    return (
        report_stream(filing.report_id),
        participation_stream(filing.participant),
        cycle_stream(filing.cycle_id),
    )


def ruling(command: FilingCommand) -> Ruling:
    """Bind a filing to the streams that it reads."""
    target, *also = streams_of(command.filing)
    return ruling_by(DECIDER, command, target=target, also=tuple(also))
