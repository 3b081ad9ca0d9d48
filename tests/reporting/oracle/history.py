"""Oracle: what happened, as a plain list; nothing here knows how reporting stores or asks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from contracts.events import CycleOpened, RegistryEvent
from services.registry.domain.streams import stream_of

E = TypeVar("E", bound=RegistryEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One entry of the log."""

    position: int
    at: datetime
    version: int
    """In its stream."""
    event: RegistryEvent


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was recorded up to a position, oldest first."""

    entries: Sequence[Happened]

    def up_to(self, position: int) -> "History":
        """Forget what came later."""
        return History(self.entries[:position])

    def of(self, *kinds: type[RegistryEvent]) -> Iterator[Happened]:
        """Give the entries of some kinds."""
        return (one for one in self.entries if isinstance(one.event, kinds))

    def cycles(self) -> dict[str, CycleOpened]:
        """Give the cycles by id."""
        return {
            one.event.cycle_id: one.event
            for one in self.entries
            if isinstance(one.event, CycleOpened)
        }


def history_of(told: Iterable[tuple[datetime, RegistryEvent]]) -> History:
    """Number events as a log does."""
    versions: dict[str, int] = {}
    entries = []
    for position, (at, event) in enumerate(told, start=1):
        stream = stream_of(event)
        versions[stream] = versions.get(stream, 0) + 1
        entries.append(Happened(position=position, at=at, version=versions[stream], event=event))
    return History(entries)


def day_in(at: datetime, time_zone: str) -> date:
    """Give the day of an instant in a time zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()
