"""Pure rules of reporting cycles: a cycle is opened once, with everything that governs it."""

from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from contracts.events import CycleOpened, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances, check_period
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import cycle_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCycle:
    """Open a reporting cycle; it may open on a later day."""

    cycle: CycleOpened
    circumstances: Circumstances


# --- state

Cycle: TypeAlias = CycleOpened | None
"""What governs the cycle; `None`: there is no such cycle."""


def evolve(state: Cycle, event: RegistryEvent) -> Cycle:
    """Give the state after an event of the cycle."""
    return event if isinstance(event, CycleOpened) else state


# --- refusals


class CycleIdTaken(Refused):
    """A cycle is opened once under its id."""

    code = "cycle-id-taken"
    title = "Another cycle was opened under this id."


class DueBeforeOpening(Refused):
    """Reports are due when the cycle has opened."""

    code = "due-before-opening"
    title = "Reports cannot be due before the cycle opens."


class NegativeGrace(Refused):
    """Days of grace come on top of the due day."""

    code = "negative-grace"
    title = "The number of days of grace is zero or more."


class UnknownTimeZone(Refused):
    """The day of receipt is counted in a zone that everybody can look up."""

    code = "unknown-time-zone"
    title = "The time zone is not a name of the IANA time zone database."


REFUSALS = (CycleIdTaken, DueBeforeOpening, NegativeGrace, UnknownTimeZone)

# --- rules


def decide(command: OpenCycle, state: Cycle) -> tuple[RegistryEvent, ...]:
    """Open the cycle; the very same a second time changes nothing."""
    cycle = command.cycle
    if state == cycle:
        return ()
    if state is not None:
        raise CycleIdTaken
    check_period(cycle.period_from, cycle.period_to)
    if cycle.due_on < cycle.opens_on:
        raise DueBeforeOpening(f"opens on {cycle.opens_on}, due on {cycle.due_on}")
    if cycle.grace_days < 0:
        raise NegativeGrace
    if not _is_time_zone(cycle.time_zone):
        raise UnknownTimeZone
    command.circumstances.units(cycle.instrument_edition)
    return (cycle,)


def _is_time_zone(name: str) -> bool:
    """Say whether a zone has this name everywhere.

    `localtime`, and what stands under `posix` and `right`, are files of one machine.
    """
    area, _, place = name.partition("/")
    if name != "UTC" and (not place or area in {"posix", "right"}):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


DECIDER: Decider[OpenCycle, Cycle, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=None
)


def ruling(command: OpenCycle) -> Ruling:
    """Say what opening reads: the cycle's own stream."""
    return ruling_by(DECIDER, command, target=cycle_stream(command.cycle.cycle_id))
