"""Rules of reporting cycles, by example."""

from datetime import UTC, date, datetime

import pytest

from services.registry.domain import cycle
from services.registry.domain.circumstances import PeriodReversed, UnknownEdition
from services.registry.domain.report import CycleClosed, NoSuchCycle
from tests import makers
from tests.makers import cycle_closed, cycle_opened
from tests.registry.domain import asking
from tests.registry.domain.asking import close_cycle, open_cycle
from tests.spec import given

CYCLE = cycle_opened()


def test_a_cycle_is_opened() -> None:
    given().when(open_cycle(CYCLE)).then(CYCLE)


def test_a_cycle_may_be_announced_before_it_opens() -> None:
    announced = cycle_opened("2030")
    given(CYCLE).when(open_cycle(announced)).then(announced)


def test_the_same_cycle_sent_twice_is_opened_once() -> None:
    given(CYCLE).when(open_cycle(CYCLE)).then_nothing_happens()


def test_a_cycle_is_opened_once_under_its_id() -> None:
    other = cycle_opened(grace_days=60)
    given(CYCLE).when(open_cycle(other)).then_refused(cycle.CycleIdTaken)


def test_a_period_does_not_end_before_it_begins() -> None:
    reversed_period = cycle_opened(period_to=date(2024, 12, 31))
    given().when(open_cycle(reversed_period)).then_refused(PeriodReversed)


def test_reports_may_be_due_on_the_day_the_cycle_opens() -> None:
    same_day = cycle_opened(due_on=date(2026, 1, 15))
    given().when(open_cycle(same_day)).then(same_day)


def test_reports_are_not_due_before_the_cycle_opens() -> None:
    early = cycle_opened(due_on=date(2026, 1, 14))
    given().when(open_cycle(early)).then_refused(cycle.DueBeforeOpening)


def test_no_grace_is_fine_and_less_than_none_is_not() -> None:
    none = cycle_opened(grace_days=0)
    given().when(open_cycle(none)).then(none)
    given().when(open_cycle(cycle_opened(grace_days=-1))).then_refused(cycle.NegativeGrace)


@pytest.mark.parametrize("name", ["UTC", "Asia/Almaty", "Europe/Istanbul"])
def test_a_cycle_names_a_zone_everybody_can_look_up(name: str) -> None:
    opened = cycle_opened(time_zone=name)
    given().when(open_cycle(opened)).then(opened)


@pytest.mark.parametrize(
    "name",
    [
        "Asia/Atlantis",
        "localtime",
        "right/UTC",
        "../UTC",
        "Etc/../UTC",
        "America",
        "America/Argentina",
        "Asia/\0",
        "Asia/" + "A" * 300,
        "",
        "/",
        "+06:00",
    ],
)
def test_a_zone_known_to_one_machine_or_none_is_refused(name: str) -> None:
    opened = cycle_opened(time_zone=name)
    given().when(open_cycle(opened)).then_refused(cycle.UnknownTimeZone)


def test_a_cycle_goes_by_a_published_edition_of_the_instrument() -> None:
    unpublished = cycle_opened(instrument_edition="9.0.0")
    given().when(open_cycle(unpublished)).then_refused(UnknownEdition)


def test_a_cycle_goes_by_a_template_rules_and_a_method_that_are_known() -> None:
    for changes, refusal in (
        ({"template_version": "9.0.0"}, cycle.UnknownTemplate),
        ({"ruleset_version": "9.0.0"}, cycle.UnknownRuleset),
        ({"methodology_version": "9.0.0"}, cycle.UnknownMethodology),
    ):
        given().when(open_cycle(cycle_opened(**changes))).then_refused(refusal)


def test_what_was_published_is_known_though_this_edition_of_the_registry_has_it_not() -> None:
    governed = cycle_opened(
        instrument_edition="2.0.0", ruleset_version="2.0.0", methodology_version="2.0.0"
    )
    published = (
        makers.instrument_edition_published("2.0.0"),
        makers.ruleset_published("2.0.0"),
        makers.methodology_published("2.0.0"),
    )
    given(*published).when(open_cycle(governed)).then(governed)


def test_a_publication_says_from_which_day_on_a_cycle_may_name_it() -> None:
    tomorrow = date(2026, 11, 22)
    for published in (
        makers.instrument_edition_published(effective_on=tomorrow),
        makers.ruleset_published(effective_on=tomorrow),
        makers.methodology_published(effective_on=tomorrow),
    ):
        given(published).when(open_cycle(CYCLE)).then_refused(cycle.NotYetInEffect)
        next_day = datetime(2026, 11, 22, 12, tzinfo=UTC)
        given(published).when(open_cycle(CYCLE, now=next_day)).then(CYCLE)


# --- closing

CLOSED = cycle_closed()
"""On 31 December 2026."""


def test_a_cycle_is_closed_once() -> None:
    given(CYCLE).when(close_cycle(CLOSED)).then(CLOSED)
    given(CYCLE, CLOSED).when(close_cycle(CLOSED)).then_nothing_happens()
    other = cycle_closed(effective_on=date(2027, 1, 31))
    given(CYCLE, CLOSED).when(close_cycle(other)).then_refused(cycle.CycleAlreadyClosed)


def test_a_cycle_that_was_never_opened_is_not_closed() -> None:
    given().when(close_cycle(CLOSED)).then_refused(NoSuchCycle)


def test_a_cycle_does_not_close_before_it_opens() -> None:
    announced = cycle_opened("2030")
    early = cycle_closed("2030", effective_on=date(2030, 1, 14))
    given(announced).when(close_cycle(early)).then_refused(cycle.ClosesBeforeOpening)
    first_day = cycle_closed("2030", effective_on=date(2030, 1, 15))
    given(announced).when(close_cycle(first_day)).then(first_day)


def test_a_cycle_is_closed_today_or_later_in_its_own_zone() -> None:
    yesterday = cycle_closed(effective_on=date(2026, 11, 20))
    given(CYCLE).when(close_cycle(yesterday)).then_refused(cycle.ClosesInThePast)
    still_yesterday = datetime(2026, 11, 21, 4, tzinfo=UTC)
    given(CYCLE).when(close_cycle(yesterday, now=still_yesterday)).then(yesterday)


def test_a_closed_cycle_takes_no_first_report() -> None:
    over = cycle_closed(effective_on=date(2026, 11, 20))
    signed = makers.signature_recorded()
    earlier = (makers.cycle_opened("2025"), makers.report_submitted(cycle_id="2025"))
    given(signed, CYCLE, over).when(asking.submit()).then_refused(CycleClosed)
    given(signed, *earlier, CYCLE, over).when(asking.renew()).then_refused(CycleClosed)


def test_on_its_last_day_a_cycle_still_takes_reports() -> None:
    today = cycle_closed(effective_on=date(2026, 11, 21))
    signed = makers.signature_recorded()
    given(signed, CYCLE, today).when(asking.submit()).then(makers.report_submitted())
    earlier = (makers.cycle_opened("2025"), makers.report_submitted(cycle_id="2025"))
    renewed = given(signed, *earlier, CYCLE, today).when(asking.renew())
    renewed.then(makers.nothing_new_declared())


def test_what_a_cycle_received_is_put_right_after_it_closed() -> None:
    over = cycle_closed(effective_on=date(2026, 11, 20))
    signed, submitted = makers.signature_recorded(), makers.report_submitted()
    received = (signed, CYCLE, submitted)
    given(*received, over).when(asking.correct()).then(makers.corrigendum_filed())
    returned = makers.report_returned()
    anew = makers.report_submitted(report_version=2, supersedes=1)
    given(*received, returned, over).when(asking.submit()).then(anew)


def test_a_renewal_may_name_a_report_for_a_cycle_that_is_closed() -> None:
    signed = makers.signature_recorded()
    closed = cycle_closed("2025", effective_on=date(2025, 12, 31))
    earlier = (makers.cycle_opened("2025"), makers.report_submitted(cycle_id="2025"), closed)
    given(signed, *earlier, CYCLE).when(asking.renew()).then(makers.nothing_new_declared())
