"""Rules of reporting cycles, by example."""

from datetime import date

import pytest

from services.registry.domain import cycle
from services.registry.domain.circumstances import PeriodReversed, UnknownEdition
from tests.makers import cycle_opened
from tests.registry.domain.asking import open_cycle
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
