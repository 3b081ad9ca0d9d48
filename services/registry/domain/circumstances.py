"""Pure facts around a command: the moment, the log it goes to, the instrument as published.

Nothing in the rules reads a clock or knows a fact of the instrument; whoever builds a command
says them here. The refusals that several aggregates share stand here too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from services.kit.errors import Refused
from services.registry.domain.shipped import Shipped


class ReceivedInTheFuture(Refused):
    """A communication cannot be recorded before it came."""

    code = "received-in-the-future"
    title = "A communication cannot have been received on a day that is still to come."


class ReceivedBeforeOpening(Refused):
    """No communication on the instrument is older than the instrument."""

    code = "received-before-opening"
    title = "A communication cannot have been received before the instrument was opened."


class PeriodReversed(Refused):
    """A period ends before it begins."""

    code = "period-reversed"
    title = "The last day lies before the first day."


class OnlyInDemonstrations(Refused):
    """Fictitious participants and illustrative compilations never enter a real register."""

    code = "only-in-demonstrations"
    title = "This is accepted only by a log whose origin says that it is a demonstration."


class UnknownEdition(Refused):
    """The edition of the instrument is not among those published."""

    code = "unknown-edition"
    title = "No such edition of the instrument is published."


REFUSALS = (
    ReceivedInTheFuture,
    ReceivedBeforeOpening,
    PeriodReversed,
    OnlyInDemonstrations,
    UnknownEdition,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the rules need to know besides the command and the log."""

    now: datetime
    """The moment of the command, with its offset."""
    log_origin: str
    """Origin of the log that is written to, as its checkpoints say it."""
    opened_on: date
    """The day the instrument was opened for signature."""
    editions: Mapping[str, Collection[str]]
    """Reporting units (`P1` … `P8.a` …) by published edition of the instrument."""
    shipped: Shipped
    """What governs reports and figures, as this edition of the registry has it."""

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.astimezone(UTC).date()

    @property
    def is_demonstration(self) -> bool:
        """Whether the log says of itself that it is a demonstration."""
        return self.log_origin.startswith("demonstration")

    def day_in(self, time_zone: str) -> date:
        """Give the day in an IANA time zone that was checked when it was recorded."""
        return self.now.astimezone(ZoneInfo(time_zone)).date()

    def units(self, edition: str) -> Collection[str]:
        """Give the reporting units of an edition.

        Raises:
            UnknownEdition: it is not published.
        """
        if edition not in self.editions:
            raise UnknownEdition
        return self.editions[edition]


def check_received(received_on: date, circumstances: Circumstances) -> None:
    """Refuse a day of receipt that is still to come or older than the instrument."""
    if received_on > circumstances.today:
        raise ReceivedInTheFuture(f"today is {circumstances.today}")
    if received_on < circumstances.opened_on:
        raise ReceivedBeforeOpening(f"the instrument was opened on {circumstances.opened_on}")


def check_period(first: date, last: date | None) -> None:
    """Refuse a period whose last day lies before its first; `None` is an open end."""
    if last is not None and last < first:
        raise PeriodReversed
