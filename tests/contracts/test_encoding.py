"""Contracts: bytes, numbers and moments have one spelling each."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.encoding import (
    from_base64,
    from_base64url,
    instant,
    is_date,
    is_instant,
    parse_decimal,
    to_base64,
    to_base64url,
)
from contracts.errors import VerificationFailed


@given(st.binary(max_size=80))
def test_bytes_survive_both_alphabets(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data
    assert from_base64url(to_base64url(data)) == data
    assert "=" not in to_base64url(data)


@pytest.mark.parametrize(
    "text",
    ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "QQ==QQ==", "Q", "-_==", "QUé=", "====", "Q=Q="],
)
def test_other_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(VerificationFailed):
        from_base64(text)


@pytest.mark.parametrize("text", ["QQ==", "QR", "+w", "/w", "Q", "QQ\n", "é", "Q Q"])
def test_other_spellings_of_base64url_are_refused(text: str) -> None:
    with pytest.raises(VerificationFailed):
        from_base64url(text)


@given(st.integers(0, 10**19 - 1))
def test_decimals_survive_a_round_trip(number: int) -> None:
    assert parse_decimal(str(number)) == number


@pytest.mark.parametrize(
    "text",
    ["", "00", "01", "-1", "+1", " 1", "1\n", "1_0", "\N{ARABIC-INDIC DIGIT ONE}", "1" * 20, "1."],
)
def test_other_spellings_of_a_number_are_refused(text: str) -> None:
    with pytest.raises(VerificationFailed):
        parse_decimal(text)


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_always_has_six_digits_in_utc(moment: datetime) -> None:
    try:
        spelled = instant(moment)
    except OverflowError:
        return
    assert is_instant(spelled)
    assert datetime.fromisoformat(spelled) == moment.astimezone(UTC)


def test_moments_sort_as_their_spelling_does() -> None:
    zone = timezone(timedelta(hours=5))
    earlier, later = datetime(2026, 1, 1, 4, 59, tzinfo=zone), datetime(2026, 1, 1, tzinfo=UTC)
    assert instant(earlier) == "2025-12-31T23:59:00.000000Z"
    assert instant(earlier) < instant(later)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T20:03:44Z",
        "2026-11-21T20:03:44.123Z",
        "2026-11-21T20:03:44.123456",
        "2026-11-21T20:03:44.123456+00:00",
        "2026-11-21 20:03:44.123456Z",
        "2026-13-21T20:03:44.123456Z",
        "2026-02-30T20:03:44.123456Z",
        "2026-11-21T25:03:44.123456Z",
        "2026-11-21T20:03:44.123456Z\n",
        "\N{ARABIC-INDIC DIGIT TWO}026-11-21T20:03:44.123456Z",
    ],
)
def test_other_spellings_of_a_moment_are_refused(text: str) -> None:
    assert not is_instant(text)


@pytest.mark.parametrize("text", ["2026-02-29", "20260228", "2026-W01-1", "2026-2-8", "0000-01-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert not is_date(text)


def test_a_real_day_is_a_day() -> None:
    assert is_date("2028-02-29")
