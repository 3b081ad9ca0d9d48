"""Reporting over HTTP: whatever is written as a moment or a cursor is read one way, or refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.problem import ParametersRefused
from services.reporting.queries.as_of import MAX_POSITION, AtInstant, AtPosition
from services.reporting.web.parameters import _after, cursor_of, read_as_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEYS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40)
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ALMOST = st.from_regex(
    r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9:]{5}))?",
    fullmatch=True,
)


@given(KEYS)
def test_a_cursor_leads_back_to_the_row_it_was_made_of(key: str) -> None:
    assert _after(cursor_of(key)) == key


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True))
def test_a_cursor_has_one_spelling_or_is_refused(text: str) -> None:
    try:
        key = _after(text)
    except ParametersRefused:
        return
    assert cursor_of(key) == text


@pytest.mark.parametrize("cursor", ["AA", "AAo", "WlpC=", "Wlp", "WlpB\n", "", "Wl pB"])
def test_what_was_never_given_as_a_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ParametersRefused):
        _after(cursor)


@given(st.datetimes(datetime(1900, 1, 2), NOW.replace(tzinfo=None)), OFFSETS)  # noqa: DTZ001
def test_an_instant_is_the_same_in_every_zone(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=UTC)
    if there > NOW:
        return
    assert read_as_of(there.astimezone(zone).isoformat("T", "microseconds"), now=NOW) == AtInstant(
        there
    )


@given(ALMOST | st.text(max_size=40) | st.integers(0, 10**17).map(str))
def test_whatever_is_asked_as_of_is_a_position_a_past_instant_or_refused(text: str) -> None:
    try:
        found = read_as_of(text, now=NOW)
    except ParametersRefused:
        return
    match found:
        case AtPosition(position):
            assert str(position) == text
            assert position <= MAX_POSITION
        case AtInstant(instant):
            assert instant <= NOW
            assert instant.utcoffset() == timedelta(0)
        case None:
            pytest.fail("something was asked")
