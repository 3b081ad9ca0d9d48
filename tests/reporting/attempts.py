"""Tests: the requests that an action stands for, asked of the registry's rules.

What the caller may choose (a day, a section, a version to renew) is tried in several ways: an
action is taken if the rules take one of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeAlias

from contracts.events import (
    CommitmentDeclared,
    CycleClosed,
    CycleOpened,
    ExtensionGranted,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
    RegistryEvent,
)
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.commitment import (
    DeclareCommitment,
    ReportProgress,
    WithdrawCommitment,
)
from services.registry.domain.cycle import CloseCycle
from services.registry.domain.obligation import GrantExtension, RecordReminder
from services.registry.domain.plan import ConcludePlan, RevisePlan
from services.registry.domain.report import Filed, Version
from services.registry.domain.submission import FileCorrigendum, SubmitReport
from tests import makers
from tests.registry.domain import asking
from tests.spec import rule

History: TypeAlias = Sequence[RegistryEvent]
TODAY = makers.NOW.date()
LATER = date(2099, 1, 1)
ANEW = {"en": "Anew."}


def is_taken(history: History, attempts: Iterator[Command]) -> bool:
    """Say whether the rules take one of several requests, and record something."""
    return any(_is_taken(history, command) for command in attempts)


def _is_taken(history: History, command: Command) -> bool:
    try:
        return rule(history, command) != ()
    except Refused:
        return False


@dataclass(frozen=True)
class Told:
    """A history, and the log that it stands in."""

    history: History
    log_origin: str = asking.DEMONSTRATION

    @cached_property
    def around(self) -> Circumstances:
        return asking.circumstances(log_origin=self.log_origin)

    def of(self, kind: Any, **named: Any) -> list[Any]:
        """Find the events of a kind that say something."""
        return [
            event
            for event in self.history
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in named.items())
        ]


def on_report(told: Told, code: str, cycle_id: str, action: Mapping[str, Any]) -> Iterator[Command]:
    """Give the requests on a report, or on what is owed, that an action stands for."""
    filed: list[Filed] = told.of(Filed, report_id=f"{code}-{cycle_id}")
    latest = filed[-1] if filed else makers.report_submitted(code, cycle_id)
    return _ON_REPORT[action["rel"]](told, latest, action)


def _named(version: Filed) -> dict[str, Any]:
    return {
        "participant": version.participant,
        "cycle_id": version.cycle_id,
        "report_version": version.report_version,
        "digest": Version(filed=version).digest,
    }


def _extensions(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    days = [TODAY, LATER, *(one.effective_on for one in told.of(CycleClosed))]
    for day in days:
        extension = makers.extension_granted(
            latest.participant, latest.cycle_id, due_on=day, received_on=TODAY, reference="Anew"
        )
        yield GrantExtension(extension=extension, circumstances=told.around)


def _reminders(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    days = {one.due_on for one in told.of(CycleOpened | ExtensionGranted, cycle_id=latest.cycle_id)}
    for kind in ("before_due", "due", "after_due"):
        for due_on in days:
            reminder = makers.reminder_sent(
                *(latest.participant, latest.cycle_id),
                reminder=kind,
                due_on=due_on,
                sent_on=TODAY,
                channel="correspondence",
            )
            yield RecordReminder(reminder=reminder, circumstances=told.around)


def _submissions(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    yield SubmitReport(filing=_filing(latest), circumstances=told.around)


def _corrigenda(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    yield FileCorrigendum(filing=_filing(latest), reason=ANEW, circumstances=told.around)


def _filing(latest: Filed) -> Any:
    said = {"P3": makers.statement("Something else.")}
    code, cycle_id = latest.participant, latest.cycle_id
    document = makers.national_report(code, cycle_id, statements=said)
    return asking.filing(makers.report_submitted(code, cycle_id, document=document))


def _renewals(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    for version in told.of(Filed, participant=latest.participant):
        yield asking.renew(
            participant=latest.participant,
            cycle_id=latest.cycle_id,
            renews_report=version.report_id,
            renews_version=version.report_version,
            renews_digest=Version(filed=version).digest,
            clearance=asking.cleared(cleared_by="person-3"),
            around={"log_origin": told.log_origin},
        )


def _answers(told: Told, latest: Filed, action: Mapping[str, Any]) -> Iterator[Command]:
    named = action["href"].split("/")[-2]
    asked = ("Q1", "Q2", "Q3") if named.startswith("{") else (named,)
    for clarification_id in asked:
        yield asking.reply(
            **_named(latest),
            clarification_id=clarification_id,
            answers=makers.sealed("anew"),
        )


def _showings(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    for version, unit in _sections(told, latest):
        held = {unit: makers.hidden(unit).encoded()}
        yield asking.show(held, **_named(version), units=[unit])


def _restrictions(told: Told, latest: Filed, _: Any) -> Iterator[Command]:
    for version, unit in _sections(told, latest):
        yield asking.restrict(**_named(version), units=[unit], reason=ANEW)


def _sections(told: Told, latest: Filed) -> Iterator[tuple[Filed, str]]:
    for version in told.of(Filed, report_id=latest.report_id):
        for unit in Version(filed=version).sections:
            yield version, unit


def _one(ask: Callable[..., Command], **said: Any) -> Callable[..., Iterator[Command]]:
    def attempts(_: Told, latest: Filed, __: Any) -> Iterator[Command]:
        yield ask(**_named(latest), **said)

    return attempts


_ON_REPORT: Mapping[str, Callable[[Told, Filed, Mapping[str, Any]], Iterator[Command]]] = {
    "grant-extension": _extensions,
    "remind": _reminders,
    "submit": _submissions,
    "correct": _corrigenda,
    "declare-nothing-new": _renewals,
    "open-review": _one(asking.take_up),
    "request-clarification": _one(asking.ask, clarification_id="Q9"),
    "return": _one(asking.send_back, reasons="anew"),
    "accept": _one(asking.accept),
    "revoke-acceptance": _one(asking.revoke, reasons="anew"),
    "provide-clarification": _answers,
    "withdraw": _one(asking.withdraw, reason=ANEW),
    "authorise-publication": _showings,
    "restrict-publication": _restrictions,
}
RELS = frozenset(_ON_REPORT) | {"begin-draft"}
"""Every action on a report; beginning a draft is no matter of the rules."""


def on_cycle(told: Told, cycle_id: str) -> Iterator[Command]:
    """Give the requests to close a cycle."""
    for day in (TODAY, LATER):
        closing = makers.cycle_closed(cycle_id, effective_on=day, note=ANEW)
        yield CloseCycle(closing=closing, circumstances=told.around)


def on_plan(told: Told, plan_id: str, rel: str) -> Iterator[Command]:
    """Give the requests on a plan that an action stands for."""
    (plan,) = told.of(PlanRegistered, plan_id=plan_id)
    described = [plan, *told.of(PlanRevised, plan_id=plan_id)]
    days = [
        *(one.period_from for one in described),
        *(one.effective_on for one in told.of(PlanConcluded, plan_id=plan_id)),
        *(date(2018, 9, 28), TODAY, LATER),
    ]
    code: str = plan.participant
    for day in days:
        on: dict[str, Any] = {"plan_id": plan_id, "effective_on": day}
        match rel:
            case "revise":
                revision = makers.plan_revised(code, **on, reason=ANEW)
                yield RevisePlan(revision=revision, circumstances=told.around)
            case "conclude":
                conclusion = makers.plan_concluded(code, **on, summary=ANEW)
                yield ConcludePlan(conclusion=conclusion, circumstances=told.around)
            case "declare-commitment":
                commitment = makers.commitment_declared(
                    code, **on, commitment_id="C-99", target_on=day, milestones=[]
                )
                yield DeclareCommitment(commitment=commitment, circumstances=told.around)


def on_commitment(told: Told, plan_id: str, commitment_id: str, rel: str) -> Iterator[Command]:
    """Give the requests on a commitment that an action stands for."""
    named = {"plan_id": plan_id, "commitment_id": commitment_id}
    (declared,) = told.of(CommitmentDeclared, **named)
    began, code = declared.effective_on, declared.participant
    if rel == "withdraw-commitment":
        withdrawal = makers.commitment_withdrawn(code, **named, effective_on=LATER, reason=ANEW)
        yield WithdrawCommitment(withdrawal=withdrawal, circumstances=told.around)
        return
    for day in (began, began + timedelta(days=1), TODAY):
        progress = makers.commitment_progress_reported(
            code, **named, effective_on=day, milestones_reached=[], note=ANEW
        )
        yield ReportProgress(progress=progress, circumstances=told.around)
