"""The decider: two functions and a value to start from."""

from services.kit.decider import Decider, fold


def _add(total: int, amount: int) -> int:
    return total + amount


def test_events_are_folded_oldest_first() -> None:
    assert fold(lambda text, letter: text + letter, "", ["a", "b", "c"]) == "abc"


def test_a_decider_decides_on_what_it_has_folded() -> None:
    def fill_up_to(limit: int, total: int) -> tuple[int, ...]:
        return (limit - total,) if total < limit else ()

    decider: Decider[int, int, int] = Decider(decide=fill_up_to, evolve=_add, initial=0)
    assert decider.decide(10, decider.fold([3, 4])) == (3,)
    assert decider.decide(10, decider.fold([3, 4, 3])) == ()
    assert decider.fold([]) == 0
