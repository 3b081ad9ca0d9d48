"""Pure rules of obligations: more time for one participant, and what it was reminded of.

An obligation is a participant and a cycle. Whether a report is late or overdue follows from the
days and is for queries to say; here is only what was granted and what was sent.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias, assert_never

from contracts.events import CycleOpened, ExtensionGranted, RegistryEvent, ReminderSent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import report
from services.registry.domain.circumstances import Circumstances, check_received
from services.registry.domain.participant import Newcomer
from services.registry.domain.participation import check_signatory
from services.registry.domain.report import Facts, KindNotInCycle, check_not_closed
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import (
    cycle_stream,
    obligation_stream,
    participation_stream,
    report_id_of,
    report_stream,
)

Reminder: TypeAlias = Literal["before_due", "due", "after_due"]

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension:
    """Give one participant more time for a cycle."""

    extension: ExtensionGranted
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReminder:
    """Record that a participant was reminded of its report."""

    reminder: ReminderSent
    circumstances: Circumstances


ObligationCommand: TypeAlias = GrantExtension | RecordReminder

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What was granted and sent, oldest first, and what the obligation hangs on."""

    extensions: tuple[ExtensionGranted, ...]
    reminders: tuple[ReminderSent, ...]
    facts: Facts

    def due_on(self, cycle: CycleOpened) -> date:
        """Give the due day that holds: that of the last extension, else the cycle's."""
        return self.extensions[-1].due_on if self.extensions else cycle.due_on

    def find_reminder(self, reminder: Reminder, due_on: date) -> ReminderSent | None:
        """Find the reminder of a kind that named a due day; there is one at most."""
        found = (one for one in self.reminders if (one.reminder, one.due_on) == (reminder, due_on))
        return next(found, None)

    def has_report(self, report_id: str) -> bool:
        """Say whether the participant itself has reported and did not take it back."""
        return any(
            version.filed.origin == "submission" and version.withdrawn is None
            for version in self.facts.report(report_id)
        )


def evolve(state: Obligation, event: RegistryEvent) -> Obligation:
    """Give the state after an event of the obligation, or of what it hangs on."""
    match event:
        case ExtensionGranted():
            return replace(state, extensions=(*state.extensions, event))
        case ReminderSent():
            return replace(state, reminders=(*state.reminders, event))
        case _:
            return replace(state, facts=report.evolve(state.facts, event))


# --- refusals


class ReportAlreadyReceived(Refused):
    """More time is given to whoever still needs it; a late report stays late."""

    code = "report-already-received"
    title = "The participant has reported for this cycle already."


class ExtensionNotLater(Refused):
    """An extension is more time than there is now."""

    code = "extension-not-later"
    title = "The day is not later than the day on which the report is due now."


class ExtensionOverAlready(Refused):
    """An extension gives time that is still to come."""

    code = "extension-over-already"
    title = "The day on which the report would be due has passed."


class ExtendsBeyondClosing(Refused):
    """Time is given while the cycle still receives reports."""

    code = "extends-beyond-closing"
    title = "The cycle closes before the day on which the report would be due."


class NotTheDueDay(Refused):
    """A reminder names the day on which the report is due."""

    code = "not-the-due-day"
    title = "The reminder names another day than that on which the report is due."


class NotTheReminderOfTheDay(Refused):
    """Reminders go out before the due day, from that day to the end of the grace, and after it."""

    code = "not-the-reminder-of-the-day"
    title = "On the day it was sent, another reminder was due."


class SentInTheFuture(Refused):
    """What was sent was sent today at the latest."""

    code = "sent-in-the-future"
    title = "A reminder cannot have been sent on a day that is still to come."


class ReminderAlreadySent(Refused):
    """A reminder of each kind is recorded once for a due day."""

    code = "reminder-already-sent"
    title = "A reminder of this kind was recorded for this due day already."


REFUSALS = (
    ReportAlreadyReceived,
    ExtensionNotLater,
    ExtensionOverAlready,
    ExtendsBeyondClosing,
    NotTheDueDay,
    NotTheReminderOfTheDay,
    SentInTheFuture,
    ReminderAlreadySent,
)

# --- rules


def decide(command: ObligationCommand, state: Obligation) -> tuple[RegistryEvent, ...]:
    """Grant or record; the very same a second time changes nothing."""
    match command:
        case GrantExtension():
            return _grant(command, state)
        case RecordReminder():
            return _record(command, state)
        case _:
            assert_never(command)


def _grant(command: GrantExtension, state: Obligation) -> tuple[RegistryEvent, ...]:
    extension = command.extension
    if extension in state.extensions:
        return ()
    cycle = state.facts.cycle(extension.cycle_id)
    day = command.circumstances.day_in(cycle.time_zone)
    check_not_closed(state.facts, extension.cycle_id, day)
    _check_expected(state, cycle, day)
    check_received(extension.received_on, command.circumstances)
    if state.has_report(report_id_of(extension.participant, extension.cycle_id)):
        raise ReportAlreadyReceived
    due_on = state.due_on(cycle)
    if extension.due_on <= due_on:
        raise ExtensionNotLater(f"it is due on {due_on}")
    if extension.due_on < day:
        raise ExtensionOverAlready(f"today is {day}")
    closing = state.facts.closings.get(extension.cycle_id)
    if closing is not None and extension.due_on > closing.effective_on:
        raise ExtendsBeyondClosing(f"its last day is {closing.effective_on}")
    return (extension,)


def _record(command: RecordReminder, state: Obligation) -> tuple[RegistryEvent, ...]:
    reminder = command.reminder
    before = state.find_reminder(reminder.reminder, reminder.due_on)
    if before == reminder:
        return ()
    if before is not None:
        raise ReminderAlreadySent(f"on {before.sent_on}")
    cycle = state.facts.cycle(reminder.cycle_id)
    day = command.circumstances.day_in(cycle.time_zone)
    if reminder.sent_on > day:
        raise SentInTheFuture(f"today is {day}")
    _check_expected(state, cycle, reminder.sent_on)
    due_on = state.due_on(cycle)
    if reminder.due_on != due_on:
        raise NotTheDueDay(f"it is due on {due_on}")
    if reminder.reminder != reminder_of(reminder.sent_on, due_on, cycle.grace_days):
        raise NotTheReminderOfTheDay
    return (reminder,)


def _check_expected(state: Obligation, cycle: CycleOpened, day: date) -> None:
    """Refuse who is not expected to report; signatures are looked at no later than the due day."""
    signatory = check_signatory(state.facts.participation, min(day, cycle.due_on))
    if signatory.kind not in cycle.participant_kinds:
        raise KindNotInCycle(f"kind is {signatory.kind}")


def reminder_of(day: date, due_on: date, grace_days: int) -> Reminder:
    """Say which kind of reminder a day is one for."""
    if day < due_on:
        return "before_due"
    return "due" if day <= due_on + timedelta(days=grace_days) else "after_due"


# --- who is to be reminded


def find_due_reminder(
    state: Obligation, cycle: CycleOpened, participant: str, *, day: date, days_before: int
) -> ReminderSent | None:
    """Find the reminder that is to go to a participant on a day; `None`: there is none.

    Whoever is only possibly bound is not reminded, nor is anybody for a cycle that is not open.

    Args:
        state: folded of the obligation, the cycle, the participation and the report.
        cycle: what the participant reports for.
        participant: its code.
        day: in the cycle's time zone.
        days_before: how long before the due day the first reminder goes out.
    """
    due_on = state.due_on(cycle)
    reminder = reminder_of(day, due_on, cycle.grace_days)
    if day < max(cycle.opens_on, due_on - timedelta(days=days_before)):
        return None
    if _is_closed(state, cycle, day) or not _is_certainly_expected(state, cycle, day):
        return None
    if state.has_report(report_id_of(participant, cycle.cycle_id)):
        return None
    if state.find_reminder(reminder, due_on) is not None:
        return None
    return ReminderSent(
        cycle_id=cycle.cycle_id,
        participant=participant,
        reminder=reminder,
        due_on=due_on,
        sent_on=day,
        channel="outbox",
    )


def _is_closed(state: Obligation, cycle: CycleOpened, day: date) -> bool:
    closing = state.facts.closings.get(cycle.cycle_id)
    return closing is not None and day > closing.effective_on


def _is_certainly_expected(state: Obligation, cycle: CycleOpened, day: date) -> bool:
    participation = state.facts.participation
    return (
        not isinstance(participation, Newcomer)
        and participation.kind in cycle.participant_kinds
        and participation.standing(min(day, cycle.due_on)) == "certain"
    )


DECIDER: Decider[ObligationCommand, Obligation, RegistryEvent] = Decider(
    decide=decide,
    evolve=evolve,
    initial=Obligation(extensions=(), reminders=(), facts=report.NOTHING),
)


def streams_of_obligation(participant: str, cycle_id: str) -> tuple[str, ...]:
    """Name the streams that an obligation is made of, its own first."""
    report_id = report_id_of(participant, cycle_id)
    return (
        obligation_stream(report_id),
        cycle_stream(cycle_id),
        participation_stream(participant),
        report_stream(report_id),
    )


def ruling(command: ObligationCommand) -> Ruling:
    """Say what is read: the obligation, the cycle, the participation, the report."""
    match command:
        case GrantExtension():
            spoken_of: ExtensionGranted | ReminderSent = command.extension
        case RecordReminder():
            spoken_of = command.reminder
        case _:
            assert_never(command)
    target, *also = streams_of_obligation(spoken_of.participant, spoken_of.cycle_id)
    return ruling_by(DECIDER, command, target=target, also=tuple(also))
