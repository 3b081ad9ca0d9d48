"""A decider: rules as two pure functions and a value to start from.

`decide` may refuse (it raises a `Refused`) and answers `()` where nothing changes; `evolve` may
not refuse, since an event has happened.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[C, S, E]):
    """What may happen (`decide`), and what it means that it happened (`evolve`)."""

    decide: Callable[[C, S], tuple[E, ...]]
    evolve: Callable[[S, E], S]
    initial: S

    def fold(self, events: Iterable[E]) -> S:
        """Give the state after `events`, oldest first."""
        return fold(self.evolve, self.initial, events)


def fold(evolve: Callable[[S, E], S], initial: S, events: Iterable[E]) -> S:
    """Give the state that `evolve` makes of `initial` by `events`, oldest first."""
    return reduce(evolve, events, initial)
