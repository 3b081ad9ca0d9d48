"""Rules of obligations, by example: more time, and reminders."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.events import RegistryEvent, ReminderSent
from services.registry.domain import obligation
from services.registry.domain.circumstances import ReceivedInTheFuture
from services.registry.domain.obligation import DECIDER, find_due_reminder
from services.registry.domain.participation import NotASignatory
from services.registry.domain.report import CycleClosed, KindNotInCycle, NoSuchCycle
from tests import makers
from tests.registry.domain.asking import extend, remind
from tests.spec import given

SIGNED = makers.signature_recorded()
CYCLE = makers.cycle_opened()
"""Due on 30 June 2026, 30 days of grace."""
EXTENDED = makers.extension_granted()
"""To 30 September."""
JUNE = datetime(2026, 6, 10, 12, tzinfo=UTC)
OPEN = given(SIGNED, CYCLE)


def test_one_participant_is_given_more_time() -> None:
    OPEN.when(extend(EXTENDED, now=JUNE)).then(EXTENDED)


def test_the_same_extension_sent_twice_is_granted_once() -> None:
    given(SIGNED, CYCLE, EXTENDED).when(extend(EXTENDED, now=JUNE)).then_nothing_happens()


def test_more_time_can_be_given_again_and_the_first_extension_comes_back_as_nothing() -> None:
    more = makers.extension_granted(due_on=date(2026, 11, 30))
    given(SIGNED, CYCLE, EXTENDED).when(extend(more, now=JUNE)).then(more)
    given(SIGNED, CYCLE, EXTENDED, more).when(extend(EXTENDED, now=JUNE)).then_nothing_happens()


def test_an_extension_can_be_granted_when_the_day_has_passed_and_before_the_cycle_opens() -> None:
    late = makers.extension_granted(due_on=date(2026, 12, 31))
    OPEN.when(extend(late)).then(late)
    early = makers.extension_granted(received_on=date(2026, 1, 2))
    OPEN.when(extend(early, now=datetime(2026, 1, 5, tzinfo=UTC))).then(early)


@pytest.mark.parametrize("day", [date(2026, 6, 30), date(2026, 6, 1)])
def test_an_extension_is_later_than_the_cycle_s_day(day: date) -> None:
    shorter = makers.extension_granted(due_on=day)
    OPEN.when(extend(shorter, now=JUNE)).then_refused(obligation.ExtensionNotLater)


def test_an_extension_is_later_than_the_one_before() -> None:
    shorter = makers.extension_granted(due_on=date(2026, 8, 31))
    granted = given(SIGNED, CYCLE, EXTENDED)
    granted.when(extend(shorter, now=JUNE)).then_refused(obligation.ExtensionNotLater)


def test_an_extension_to_a_day_that_has_passed_is_none() -> None:
    OPEN.when(extend(EXTENDED)).then_refused(obligation.ExtensionOverAlready)


def test_an_extension_to_today_in_the_zone_of_the_cycle_is_one() -> None:
    in_new_york_still_september = datetime(2026, 10, 1, 3, tzinfo=UTC)
    OPEN.when(extend(EXTENDED, now=in_new_york_still_september)).then(EXTENDED)


def test_nobody_who_has_reported_is_given_more_time() -> None:
    for filed in (makers.report_submitted(), makers.nothing_new_declared()):
        reported = given(SIGNED, CYCLE, filed)
        reported.when(extend(EXTENDED, now=JUNE)).then_refused(obligation.ReportAlreadyReceived)


def test_whoever_withdrew_its_report_may_be_given_more_time() -> None:
    withdrawn = given(SIGNED, CYCLE, makers.report_submitted(), makers.report_withdrawn())
    withdrawn.when(extend(EXTENDED, now=JUNE)).then(EXTENDED)


def test_a_compilation_by_others_is_no_report_and_takes_no_time_away() -> None:
    compiled = makers.report_submitted(document=makers.compilation())
    given(SIGNED, CYCLE, compiled).when(extend(EXTENDED, now=JUNE)).then(EXTENDED)


def test_only_who_is_expected_to_report_is_given_more_time() -> None:
    given(CYCLE).when(extend(EXTENDED, now=JUNE)).then_refused(NotASignatory)
    organisations = makers.cycle_opened(participant_kinds=["organisation"])
    given(SIGNED, organisations).when(extend(EXTENDED, now=JUNE)).then_refused(KindNotInCycle)


def test_who_signed_after_the_due_day_is_not_expected_and_who_left_after_it_is() -> None:
    more = makers.extension_granted(due_on=date(2026, 12, 31))
    day = date(2026, 7, 2)
    signed_late = makers.signature_recorded(effective_on=day, received_on=day)
    given(signed_late, CYCLE).when(extend(more)).then_refused(NotASignatory)
    left = makers.withdrawal_notified(effective_on=day, received_on=day)
    given(SIGNED, left, CYCLE).when(extend(more)).then(more)


def test_there_is_no_more_time_for_a_cycle_that_was_never_opened() -> None:
    given(SIGNED).when(extend(EXTENDED, now=JUNE)).then_refused(NoSuchCycle)


def test_there_is_no_more_time_for_a_cycle_that_is_closed() -> None:
    closed = makers.cycle_closed(effective_on=date(2026, 11, 20))
    more = makers.extension_granted(due_on=date(2026, 12, 31))
    given(SIGNED, CYCLE, closed).when(extend(more)).then_refused(CycleClosed)


def test_more_time_ends_with_the_cycle_at_the_latest() -> None:
    closing = makers.cycle_closed(effective_on=date(2026, 9, 29))
    announced = given(SIGNED, CYCLE, closing)
    announced.when(extend(EXTENDED, now=JUNE)).then_refused(obligation.ExtendsBeyondClosing)
    to_the_last = makers.extension_granted(due_on=date(2026, 9, 29))
    announced.when(extend(to_the_last, now=JUNE)).then(to_the_last)


def test_a_request_is_not_received_in_the_future() -> None:
    early = makers.extension_granted(received_on=date(2026, 6, 12))
    OPEN.when(extend(early, now=JUNE)).then_refused(ReceivedInTheFuture)


# --- reminders

REMINDED = makers.reminder_sent()
"""On 1 June, before 30 June."""


def test_a_reminder_is_recorded_once() -> None:
    OPEN.when(remind(REMINDED)).then(REMINDED)
    given(SIGNED, CYCLE, REMINDED).when(remind(REMINDED)).then_nothing_happens()


def test_a_second_reminder_of_the_kind_for_the_same_day_is_refused() -> None:
    again = makers.reminder_sent(sent_on=date(2026, 6, 2))
    reminded = given(SIGNED, CYCLE, REMINDED)
    reminded.when(remind(again)).then_refused(obligation.ReminderAlreadySent)


def test_after_an_extension_the_new_day_is_reminded_of_and_no_other() -> None:
    anew = makers.reminder_sent(due_on=EXTENDED.due_on, sent_on=date(2026, 9, 1))
    given(SIGNED, CYCLE, REMINDED, EXTENDED).when(remind(anew)).then(anew)
    old = makers.reminder_sent(reminder="after_due", sent_on=date(2026, 8, 1))
    extended = given(SIGNED, CYCLE, EXTENDED)
    extended.when(remind(old)).then_refused(obligation.NotTheDueDay)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 6, 29), "before_due"),
        (date(2026, 6, 30), "due"),
        (date(2026, 7, 30), "due"),
        (date(2026, 7, 31), "after_due"),
    ],
)
def test_the_day_it_was_sent_says_which_reminder_it_was(day: date, kind: str) -> None:
    for reminder in ("before_due", "due", "after_due"):
        sent = makers.reminder_sent(reminder=reminder, sent_on=day)
        if reminder == kind:
            OPEN.when(remind(sent)).then(sent)
        else:
            OPEN.when(remind(sent)).then_refused(obligation.NotTheReminderOfTheDay)


def test_nothing_was_sent_on_a_day_to_come() -> None:
    OPEN.when(remind(REMINDED, now=datetime(2026, 5, 31, tzinfo=UTC))).then_refused(
        obligation.SentInTheFuture
    )


def test_only_who_is_expected_is_reminded_and_only_of_a_cycle_there_is() -> None:
    given(SIGNED).when(remind(REMINDED)).then_refused(NoSuchCycle)
    given(CYCLE).when(remind(REMINDED)).then_refused(NotASignatory)
    states = makers.cycle_opened(participant_kinds=["organisation"])
    given(SIGNED, states).when(remind(REMINDED)).then_refused(KindNotInCycle)


def test_that_a_reminder_was_sent_can_be_recorded_though_the_report_has_come_since() -> None:
    given(SIGNED, CYCLE, makers.report_submitted()).when(remind(REMINDED)).then(REMINDED)


# --- who is to be reminded


def due_reminder(*history: RegistryEvent, day: date, **asked: Any) -> ReminderSent | None:
    state = DECIDER.fold(history)
    cycle = state.facts.cycle("2026")
    return find_due_reminder(state, cycle, "ZZA", day=day, **{"days_before": 30, **asked})


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 5, 30), None),
        (date(2026, 5, 31), "before_due"),
        (date(2026, 6, 29), "before_due"),
        (date(2026, 6, 30), "due"),
        (date(2026, 7, 30), "due"),
        (date(2026, 7, 31), "after_due"),
        (date(2027, 7, 31), "after_due"),
    ],
)
def test_the_day_says_which_reminder_is_to_go_out(day: date, kind: str | None) -> None:
    found = due_reminder(SIGNED, CYCLE, day=day)
    assert (found and found.reminder) == kind
    if found is not None:
        assert (found.due_on, found.sent_on) == (date(2026, 6, 30), day)
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        OPEN.when(remind(found, now=now)).then(found)


def test_how_long_before_is_for_the_secretariat_to_say_but_never_before_the_cycle_opens() -> None:
    day = date(2026, 6, 20)
    assert due_reminder(SIGNED, CYCLE, day=day, days_before=9) is None
    assert due_reminder(SIGNED, CYCLE, day=day, days_before=10) is not None
    assert due_reminder(SIGNED, CYCLE, day=date(2026, 1, 14), days_before=300) is None
    assert due_reminder(SIGNED, CYCLE, day=date(2026, 1, 15), days_before=300) is not None


def test_nobody_is_reminded_twice_or_of_what_was_received() -> None:
    day = date(2026, 6, 20)
    assert due_reminder(SIGNED, CYCLE, REMINDED, day=day) is None
    assert due_reminder(SIGNED, CYCLE, makers.report_submitted(), day=day) is None
    assert due_reminder(SIGNED, CYCLE, makers.nothing_new_declared(), day=day) is None
    compiled = makers.report_submitted(document=makers.compilation())
    assert due_reminder(SIGNED, CYCLE, compiled, day=day) is not None


def test_who_was_given_more_time_is_reminded_of_the_new_day() -> None:
    day = date(2026, 9, 1)
    found = due_reminder(SIGNED, CYCLE, REMINDED, EXTENDED, day=day)
    assert found is not None
    assert (found.reminder, found.due_on) == ("before_due", date(2026, 9, 30))
    assert due_reminder(SIGNED, CYCLE, EXTENDED, day=date(2026, 7, 31)) is None


def test_only_who_is_certainly_expected_is_reminded_and_only_while_the_cycle_receives() -> None:
    day = date(2026, 6, 20)
    probable = makers.signature_recorded(claim_status="probable")
    organisations = makers.cycle_opened(participant_kinds=["organisation"])
    closed = makers.cycle_closed(effective_on=date(2026, 6, 19))
    assert due_reminder(CYCLE, day=day) is None
    assert due_reminder(probable, CYCLE, day=day) is None
    assert due_reminder(SIGNED, organisations, day=day) is None
    assert due_reminder(SIGNED, CYCLE, closed, day=day) is None
    assert due_reminder(SIGNED, CYCLE, closed, day=date(2026, 6, 19)) is not None
