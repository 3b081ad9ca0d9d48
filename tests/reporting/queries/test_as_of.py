"""Queries: which position and day a question means, and when it cannot be answered yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from services.kit.errors import Unavailable
from services.reporting.projections.head import projection_checkpoint
from services.reporting.queries.as_of import AsOf, AtInstant, AtPosition, Moment
from services.reporting.queries.head import EMPTY, NOT_STARTED, locate, read_head
from tests import makers
from tests.reporting.answering import NOW, Told, on


def moment(told: Told, as_of: AsOf = None, effective_on: date | None = None) -> Moment:
    with told.engine.begin() as connection:
        return locate(connection, as_of, effective_on, now=told.now)[1]


@pytest.fixture
def three(told: Told) -> Told:
    """A register of three entries, one on each of three days."""
    told.tell_in_order(
        (on("2026-03-01"), makers.signature_recorded("ZZA")),
        (on("2026-03-02"), makers.signature_recorded("ZZB")),
        (on("2026-03-03"), makers.signature_recorded("ZZC")),
    )
    return told


def test_a_database_that_was_never_projected_knows_an_empty_register(told: Told) -> None:
    with told.engine.begin() as connection:
        assert read_head(connection, now=NOW) == (EMPTY, NOT_STARTED)
    assert moment(told).position == 0


def test_without_as_of_everything_known_is_asked_about_today(three: Told) -> None:
    found = moment(three)
    assert (found.position, found.effective_on) == (3, NOW.date())
    assert found.recorded_at == "2026-03-03T12:00:00.000000Z"


def test_a_position_is_asked_about_on_the_day_it_was_recorded(three: Told) -> None:
    found = moment(three, AtPosition(2))
    assert (found.position, found.effective_on) == (2, date(2026, 3, 2))


def test_position_zero_has_no_day_of_its_own(three: Told) -> None:
    found = moment(three, AtPosition(0))
    assert (found.position, found.recorded_at, found.effective_on) == (0, None, NOW.date())


@pytest.mark.parametrize(
    ("instant", "position"),
    [
        (datetime(999, 12, 31, tzinfo=UTC), 0),
        (on("2026-02-28"), 0),
        (on("2026-03-01") - timedelta(microseconds=1), 0),
        (on("2026-03-01"), 1),
        (on("2026-03-02", hour=23), 2),
        (on("2026-11-01"), 3),
    ],
)
def test_an_instant_means_the_last_entry_recorded_by_then(
    three: Told, instant: datetime, position: int
) -> None:
    found = moment(three, AtInstant(instant))
    assert (found.position, found.effective_on) == (position, instant.date())


def test_the_day_asked_about_can_be_any(three: Told) -> None:
    assert moment(three, AtPosition(1), date(2030, 1, 1)).effective_on == date(2030, 1, 1)


def test_a_position_not_known_yet_is_not_answered(three: Told) -> None:
    with pytest.raises(Unavailable, match="up to 3"):
        moment(three, AtPosition(4))


def test_an_instant_just_passed_waits_until_the_log_was_seen_whole_after_it(three: Told) -> None:
    just_now = three.now - timedelta(seconds=3)
    with pytest.raises(Unavailable) as refused:
        moment(three, AtInstant(just_now))
    assert refused.value.retry_after_seconds == 7
    three.now += timedelta(seconds=7)
    three.project()
    assert moment(three, AtInstant(just_now)).position == 3


def test_an_instant_waits_for_entries_that_are_signed_but_not_projected(three: Told) -> None:
    with three.engine.begin() as connection:
        connection.execute(update(projection_checkpoint).values(proven_position=2))
    with pytest.raises(Unavailable):
        moment(three, AtInstant(on("2026-11-01")))
    assert moment(three, AtInstant(on("2026-03-02", hour=13))).position == 2


def test_nothing_is_seen_beyond_the_last_proven_position(three: Told) -> None:
    with three.engine.begin() as connection:
        connection.execute(
            update(projection_checkpoint).values(
                proven_position=2, proven_recorded_at="2026-03-02T12:00:00.000000Z"
            )
        )
    assert moment(three).position == 2
    with pytest.raises(Unavailable):
        moment(three, AtPosition(3))


def test_a_day_is_taken_in_utc(three: Told) -> None:
    evening_in_new_york = datetime.fromisoformat("2026-03-02T23:30:00-05:00")
    found = moment(three, AtInstant(evening_in_new_york.astimezone(UTC)))
    assert (found.position, found.effective_on) == (2, date(2026, 3, 3))
