"""Pure shape of a ruling: which streams a command reads, where its events go, what is decided.

It is called a ruling since a decision, in this project, is what the secretariat says on a report.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from contracts.events import RegistryEvent
from services.kit.decider import Decider

C = TypeVar("C")
S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A command, ready to be decided once the streams it depends on are read.

    The handling reads `reads`, calls `decide` with all their events, and appends what comes back
    to `target`, expecting of *every* stream in `reads` the version it read (0: no such stream).
    """

    target: str
    """Stream to which the events are appended; the first of `reads`."""
    reads: tuple[str, ...]
    """Every stream on which it depends, each once."""
    decide: Callable[[Iterable[RegistryEvent]], tuple[RegistryEvent, ...]]
    """From the events of all `reads` (each stream in its own order; streams in any order).

    `()` means that nothing changes; a broken rule raises a `Refused`.
    """


def ruling_by(
    decider: Decider[C, S, RegistryEvent], command: C, *, target: str, also: tuple[str, ...] = ()
) -> Ruling:
    """Bind a command to its decider and to the streams that it needs.

    Args:
        decider: its state may be made of several streams; `evolve` sorts the events itself.
        command: what is asked for.
        target: stream the events go to.
        also: further streams to read; may name one twice.
    """
    return Ruling(
        target=target,
        reads=tuple(dict.fromkeys((target, *also))),
        decide=lambda events: decider.decide(command, decider.fold(events)),
    )
