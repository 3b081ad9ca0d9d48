"""Kit: budgets are kept to the request, and whoever waits gets them back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.budgets import MINUTE, SECOND, Budget, Tally, headers_of, seconds, spend

BUDGET = Budget(name="read", per_minute=60, burst=3)
BUDGETS = st.builds(
    Budget,
    name=st.just("any"),
    per_minute=st.integers(1, 6_000_000),
    burst=st.integers(1, 10_000),
)
NOW = 1_000 * SECOND


def test_a_burst_may_be_spent_at_once_and_not_one_request_more() -> None:
    tally = Tally(BUDGET)
    spent = [tally.spend("a", NOW) for _ in range(5)]
    assert [one.is_allowed for one in spent] == [True, True, True, False, False]
    assert [one.remaining for one in spent] == [2, 1, 0, 0, 0]
    assert [one.wait for one in spent] == [SECOND] * 5


def test_what_was_spent_comes_back_evenly() -> None:
    tally = Tally(BUDGET)
    for _ in range(3):
        tally.spend("a", NOW)
    assert not tally.spend("a", NOW + SECOND - 1).is_allowed
    assert tally.spend("a", NOW + SECOND).is_allowed
    assert not tally.spend("a", NOW + SECOND).is_allowed
    assert tally.spend("a", NOW + 100 * SECOND).remaining == 2


def test_nobody_spends_what_is_anothers() -> None:
    tally = Tally(BUDGET)
    for _ in range(9):
        tally.spend("a", NOW)
    assert tally.spend("b", NOW).remaining == 2


@given(BUDGETS, st.lists(st.integers(0, 2 * MINUTE), max_size=60))
def test_nobody_ever_gets_more_than_the_burst_and_what_came_back(
    budget: Budget, pauses: list[int]
) -> None:
    due, now, allowed = NOW, NOW, 0
    for pause in pauses:
        now += pause
        spent = spend(budget, due, now)
        due, allowed = spent.due, allowed + spent.is_allowed
        assert allowed <= budget.burst + (now - NOW) // budget.interval
        assert 0 <= spent.remaining < budget.burst
        assert due <= now + budget.most


@given(BUDGETS, st.lists(st.integers(0, SECOND), min_size=1, max_size=60))
def test_whoever_comes_back_when_told_gets_one_more(budget: Budget, pauses: list[int]) -> None:
    due, now = NOW, NOW
    for pause in pauses:
        now += pause
        due = spend(budget, due, now).due
    before = spend(budget, due, now)
    after = spend(budget, before.due, now + before.wait)
    assert after.is_allowed
    assert after.remaining == before.remaining
    if not before.is_allowed:
        assert not spend(budget, before.due, now + before.wait - 1).is_allowed


def test_whoever_has_everything_again_is_forgotten() -> None:
    tally = Tally(BUDGET)
    for number in range(1_000):
        tally.spend(f"a{number}", NOW + number * SECOND)
    assert len(tally) <= 4


def test_no_number_of_addresses_takes_more_memory() -> None:
    tally = Tally(BUDGET, most=100)
    for number in range(1_000):
        tally.spend(f"a{number}", NOW)
    assert len(tally) == 100
    for _ in range(3):
        last = tally.spend("a999", NOW)
    assert not last.is_allowed  # whoever was seen lately is remembered


@pytest.mark.parametrize(("microseconds", "told"), [(0, 1), (1, 1), (SECOND, 1), (SECOND + 1, 2)])
def test_nobody_is_told_to_come_back_too_early(microseconds: int, told: int) -> None:
    assert seconds(microseconds) == told


def test_an_answer_tells_of_the_tightest_budget() -> None:
    wide = Budget(name="wide", per_minute=600, burst=50)
    spent = [spend(BUDGET, NOW, NOW), spend(wide, NOW, NOW)]
    expected = ((b"ratelimit-policy", b'"read";q=3;w=3'), (b"ratelimit", b'"read";r=2;t=1'))
    assert headers_of(spent) == expected
    assert headers_of([]) == ()


def test_an_answer_that_refuses_tells_of_the_budget_that_was_spent() -> None:
    other = Budget(name="other", per_minute=6, burst=1)
    refused = spend(other, NOW + other.most, NOW)
    last_of_its_kind = spend(BUDGET, NOW + 2 * SECOND, NOW)
    assert (last_of_its_kind.remaining, refused.is_allowed) == (0, False)
    assert headers_of([last_of_its_kind, refused])[1] == (b"ratelimit", b'"other";r=0;t=10')
