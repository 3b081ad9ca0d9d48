"""Scripts: random commands to one log, mostly sensible on what has happened so far."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st

from contracts.events import RegistryEvent, WithdrawalNotified
from contracts.events.shared import Sealed
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.cycle import OpenCycle
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.participant import ParticipationAct
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import RegisterPlan
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.report import Filed, Version
from services.registry.domain.review import AcceptReport, ReturnReport, Subject
from services.registry.domain.streams import participation_stream, stream_of
from services.registry.domain.submission import FileCorrigendum, Filing, SubmitReport
from tests import makers
from tests.registry.domain import (
    asking,
    scripts_acts,
    scripts_assistance,
    scripts_audits,
    scripts_cycles,
    scripts_evidence,
    scripts_people,
    scripts_plans,
    scripts_reports,
)
from tests.spec import rule

T = TypeVar("T")
History: TypeAlias = tuple[RegistryEvent, ...]

CODES = ("ZZA", "ORG-ZZO", "KAZ")
CYCLES = ("2025", "2026")
REASON = {"en": "One law was counted twice."}

codes = st.sampled_from(CODES)
cycles = st.sampled_from(CYCLES)
days = st.builds(date, st.integers(2018, 2027), st.sampled_from((1, 7)), st.sampled_from((1, 28)))


def mostly(usual: T, *others: T) -> st.SearchStrategy[T]:
    """Give the usual four times out of five."""
    return st.sampled_from((*(usual for _ in range(4 * len(others))), *others))


def play(script: Iterable[Command]) -> History:
    """Give what happens when commands come one after the other; an opening is played once."""
    script = tuple(script)
    for opening, played in PLAYED:
        if script[: len(opening)] == opening:
            return _played(played, script[len(opening) :])
    return _played((), script)


def _played(history: History, script: Iterable[Command]) -> History:
    for command in script:
        history = _after(history, command)
    return history


def _after(history: History, command: Command) -> History:
    try:
        return history + rule(history, command)
    except Refused:
        return history


# --- parts of commands

clearances = mostly(
    asking.cleared(),
    asking.cleared(cleared_by="person-1", exception_reference="Note verbale 7/2026"),
    asking.cleared(cleared_by="person-1"),
)


@st.composite
def acts(draw: st.DrawFn, history: History = ()) -> ParticipationAct:
    """An act of participation, dated well or badly."""
    make = draw(st.sampled_from(ACTS))
    code = draw(codes)
    changes: dict[str, Any] = {}
    if draw(mostly(False, True)):
        day = draw(st.none() | days)
        precisions = ("day", "day", "year", "month", "not_later_than", "inferred")
        changes["received_on"] = draw(days)
        changes["effective_on"] = day
        changes["date_precision"] = draw(st.sampled_from(precisions)) if day else "unknown"
        changes["claim_status"] = draw(mostly("confirmed", "probable"))
    if make is makers.act_rectified:
        changes["rectifies"] = draw(mostly(1, 0, 2, 3))
    if make is makers.withdrawal_rescinded:
        code, changes["withdrawal"] = draw(_withdrawals(history))
    if make is makers.membership_recorded:
        changes["ended_on"] = draw(st.none() | days)
        changes["organisation"] = draw(mostly("ORG-ZZP", "ORG-ZZO", "ZZB"))
    made: ParticipationAct = make(code, **changes)
    return made


ACTS = (
    makers.signature_recorded,
    makers.withdrawal_notified,
    makers.withdrawal_notified,
    makers.withdrawal_rescinded,
    makers.withdrawal_rescinded,
    makers.declaration_lodged,
    makers.participant_renamed,
    makers.membership_recorded,
    makers.act_rectified,
)


def _withdrawals(history: History) -> st.SearchStrategy[tuple[str, int]]:
    """One of the withdrawals on record, by participant and version, or one that may not be."""
    found = [
        (code, version)
        for code in CODES
        for version, event in enumerate(_stream(history, participation_stream(code)), start=1)
        if isinstance(event, WithdrawalNotified)
    ]
    return st.sampled_from((*found, *found, ("ZZA", 2)))


def _stream(history: History, name: str) -> list[RegistryEvent]:
    return [event for event in history if stream_of(event) == name]


@st.composite
def documents(draw: st.DrawFn, participant: str, cycle_id: str) -> dict[str, Any]:
    """One of a few documents, so that the same one comes again."""
    if draw(mostly("submission", "compilation")) == "compilation":
        return makers.compilation(participant, cycle_id)
    statements = {draw(st.sampled_from(("P1", "P1", "P2", "P2", "P3", "P8"))): makers.statement()}
    return makers.national_report(participant, cycle_id, statements=statements)


@st.composite
def filings(draw: st.DrawFn, code: str, cycle_id: str) -> Filing:
    """What is handed in, mostly in order."""
    return asking.filing(
        makers.report_submitted(code, cycle_id, document=draw(documents(code, cycle_id))),
        clearance=draw(clearances),
        template_version=draw(mostly("1.0.0", "0.9.0")),
        validated_at_position=draw(st.integers(0, 9)),
    )


def _versions(history: History) -> st.SearchStrategy[Filed]:
    """One of the versions on file, or one that may not be."""
    filed = [event for event in history if isinstance(event, Filed)]
    return st.sampled_from((*filed, *filed, makers.report_submitted()))


def _digest(version: Filed) -> str:
    return Version(filed=version).digest


# --- commands


@st.composite
def recordings(draw: st.DrawFn, around: Circumstances, history: History) -> RecordAct:
    return RecordAct(act=draw(acts(history)), circumstances=around)


@st.composite
def designations(
    draw: st.DrawFn, around: Circumstances, history: History
) -> DesignateFocalPoint | EndDesignation:
    code, focal_point_id = draw(codes), draw(st.sampled_from(("fp-7Qm2", "fp-2")))
    if draw(st.booleans()):
        ending = makers.focal_point_designation_ended(
            code,
            focal_point_id=focal_point_id,
            ended_on=draw(mostly(date(2026, 3, 31), date(2024, 12, 31))),
        )
        return EndDesignation(ending=ending, circumstances=around)
    designation = makers.focal_point_designated(
        code, focal_point_id=focal_point_id, term_to=draw(mostly(None, date(2020, 1, 1)))
    )
    return DesignateFocalPoint(designation=designation, circumstances=around)


@st.composite
def plans(draw: st.DrawFn, around: Circumstances, history: History) -> RegisterPlan:
    origin = draw(mostly("submission", "illustrative_compilation"))
    plan = makers.plan_registered(draw(codes), period_to=draw(st.none() | days), origin=origin)
    return RegisterPlan(plan=plan, circumstances=around)


@st.composite
def openings(draw: st.DrawFn, around: Circumstances, history: History) -> OpenCycle:
    kinds = draw(mostly(("state", "organisation"), ("state",)))
    grace_days = draw(mostly(30, 0, -1))
    cycle = makers.cycle_opened(draw(cycles), grace_days=grace_days, participant_kinds=kinds)
    return OpenCycle(cycle=cycle, circumstances=around)


@st.composite
def submissions(draw: st.DrawFn, around: Circumstances, history: History) -> SubmitReport:
    filing = draw(filings(draw(codes), draw(cycles)))
    return SubmitReport(filing=filing, circumstances=around)


@st.composite
def corrections(draw: st.DrawFn, around: Circumstances, history: History) -> FileCorrigendum:
    version = draw(_versions(history))
    filing = draw(filings(version.participant, version.cycle_id))
    return FileCorrigendum(filing=filing, reason=REASON, circumstances=around)


@st.composite
def renewals(draw: st.DrawFn, around: Circumstances, history: History) -> DeclareNothingNew:
    version = draw(_versions(history))
    return DeclareNothingNew(
        participant=draw(mostly(version.participant, "ZZB")),
        cycle_id=draw(mostly("2026", "2025")),
        clearance=draw(clearances),
        renews_report=version.report_id,
        renews_version=draw(mostly(version.report_version, 0, 2)),
        renews_digest=draw(mostly(_digest(version), makers.digest_of({}))),
        circumstances=around,
    )


@st.composite
def decisions(
    draw: st.DrawFn, around: Circumstances, history: History
) -> ReturnReport | AcceptReport:
    version = draw(_versions(history))
    subject = Subject(
        participant=version.participant,
        cycle_id=version.cycle_id,
        report_version=draw(mostly(version.report_version, 0, 2)),
        digest=draw(mostly(_digest(version), makers.digest_of({}))),
        ruleset_version=draw(mostly("1.0.0", "2.0.0")),
    )
    if draw(st.booleans()):
        return AcceptReport(subject=subject)
    reasons = makers.sealed(draw(st.sampled_from(("reasons", "others"))))
    units: tuple[str, ...] = draw(mostly(("P1",), ()))
    return ReturnReport(subject=subject, units=units, reasons=Sealed.model_validate(reasons))


COMMANDS = (
    recordings,
    recordings,
    designations,
    plans,
    openings,
    submissions,
    submissions,
    corrections,
    renewals,
    decisions,
    decisions,
    *scripts_reports.COMMANDS,
    *scripts_plans.COMMANDS,
    *scripts_cycles.COMMANDS,
    *scripts_acts.COMMANDS,
    *scripts_people.COMMANDS,
    *scripts_audits.COMMANDS,
    *scripts_assistance.COMMANDS,
    *scripts_evidence.COMMANDS,
)


@st.composite
def commands(draw: st.DrawFn, log_origin: str, history: History = ()) -> Command:
    """Any command, mostly one that makes sense after the history."""
    now = draw(mostly(makers.NOW, datetime(2025, 3, 1, tzinfo=UTC)))
    around = asking.circumstances(now=now, log_origin=log_origin)
    command: Command = draw(draw(st.sampled_from(COMMANDS))(around, history))
    return command


def _opening(log_origin: str) -> tuple[Command, ...]:
    """What most commands need: signatures, declarations, focal points, cycles, rules, reports for
    the earlier cycle, what was said on two of them, plans."""
    around = asking.circumstances(log_origin=log_origin)
    signed = [makers.signature_recorded(code) for code in CODES]
    acts: list[ParticipationAct] = [*signed, *map(makers.declaration_lodged, CODES)]
    focal_points = [makers.focal_point_designated(code) for code in CODES]
    reports = [asking.filing(makers.report_submitted(code, "2025")) for code in CODES]
    return (
        *(RecordAct(act=act, circumstances=around) for act in acts),
        *(DesignateFocalPoint(designation=one, circumstances=around) for one in focal_points),
        *scripts_people.opening(around),
        *(OpenCycle(cycle=makers.cycle_opened(one), circumstances=around) for one in CYCLES),
        *(SubmitReport(filing=filing, circumstances=around) for filing in reports),
        *scripts_reports.opening(*CODES[1:]),
        *scripts_cycles.opening(around),
        *scripts_plans.opening(around),
        *scripts_audits.opening(around, CODES[-1]),
        *scripts_assistance.opening(around, *CODES),
        *scripts_evidence.opening(around, *CODES),
    )


OPENINGS = {origin: _opening(origin) for origin in (asking.DEMONSTRATION, asking.REAL)}
PLAYED = tuple((opening, _played((), opening)) for opening in OPENINGS.values())


@st.composite
def scripts(draw: st.DrawFn) -> tuple[Command, ...]:
    """Commands to one log; it begins with what most others need, mostly."""
    log_origin = draw(mostly(asking.DEMONSTRATION, asking.REAL))
    opening = OPENINGS[log_origin]
    script: tuple[Command, ...] = draw(mostly(opening, ()))
    history = play(script)
    for _ in range(draw(st.integers(8, 14))):
        command = draw(commands(log_origin, history))
        history = _after(history, command)
        script = (*script, command)
    return script


# --- events that no rule need have allowed


@st.composite
def events(draw: st.DrawFn) -> RegistryEvent:
    """Any event, whether or not the rules would ever have let it happen."""
    code, cycle_id, number = draw(codes), draw(cycles), draw(st.integers(0, 3))
    others: tuple[RegistryEvent, ...] = (
        makers.focal_point_designated(code),
        makers.focal_point_designation_ended(code),
        makers.plan_registered(code),
        makers.cycle_opened(cycle_id),
        makers.report_submitted(code, cycle_id, report_version=number),
        makers.corrigendum_filed(code, cycle_id, report_version=number),
        makers.nothing_new_declared(code, cycle_id),
        makers.report_accepted(code, cycle_id, report_version=number),
        makers.report_returned(code, cycle_id, report_version=number),
        *scripts_reports.events(code, cycle_id, number),
        *scripts_cycles.events(code, cycle_id),
        *scripts_acts.EVENTS,
        *scripts_people.EVENTS,
        *scripts_audits.EVENTS,
        *scripts_assistance.EVENTS,
        *scripts_evidence.EVENTS,
    )
    return draw(acts() | st.sampled_from(others) | scripts_plans.events(code))
