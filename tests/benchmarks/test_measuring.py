"""Benchmarks: ratios are taken pair by pair, and aims are compared with their median."""

import pytest

from benchmarks.measuring import FOLD, Aim, Pairs, interleaved, line, per_second, spell_seconds


def told(_what: str, _done: int, _total: int) -> None:
    """Nobody looks."""


@pytest.mark.parametrize(
    ("aim", "ratio", "is_met"),
    [
        (Aim(">=", 0.6), 0.6, True),
        (Aim(">=", 0.6), 0.599, False),
        (Aim("<=", 4, FOLD), 4.0, True),
        (Aim("<=", 4, FOLD), 4.01, False),
        (Aim(">", 1, FOLD), 1.0, False),
        (Aim(">", 1, FOLD), 1.01, True),
    ],
)
def test_an_aim_is_met_on_its_side(aim: Aim, ratio: float, is_met: bool) -> None:
    assert aim.is_met(ratio) is is_met


def test_the_ratio_is_the_median_of_the_pairs_and_not_that_of_the_medians() -> None:
    # The second pair was disturbed on both sides alike, the third on one.
    pairs = Pairs(ours=[50.0, 5.0, 10.0], limit=[100.0, 10.0, 100.0])
    found = line("ours", "limit", pairs, Aim(">=", 0.5), spell=per_second("things"))
    assert (found.low, found.ratio, found.high) == (0.1, 0.5, 0.5)
    assert found.ours == "10 things/s"
    assert found.limit == "100 things/s"
    assert found.verdict == "pass"


def test_a_line_without_an_aim_has_no_verdict() -> None:
    assert line("a", "b", Pairs([1.0], [2.0]), None, spell=spell_seconds).verdict == ""


def test_measures_take_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []

    def measure(name: str) -> float:
        order.append(name)
        return float(len(order))

    figures = interleaved(
        {"a": lambda: measure("a"), "b": lambda: measure("b")}, rounds=3, told=told, what="it"
    )
    assert order == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert figures == {"a": [4.0, 5.0, 8.0], "b": [3.0, 6.0, 7.0]}


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0123, "12.30 ms"), (0.001, "1.00 ms"), (0.000456, "456 µs")]
)
def test_times_are_spelled_in_a_unit_that_fits(seconds: float, text: str) -> None:
    assert spell_seconds(seconds) == text
