"""Contracts room: the days an act may have taken effect on, and who is in force then.

Pure, and in the published language, since registry and reporting must read the same days.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from contracts.events.shared import Act

Standing: TypeAlias = Literal["certain", "possible", "none"]
"""Whether a participation is in force on a day; figures count the certain, show the possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days between which an act took effect, both included; `earliest` ≤ `latest`."""

    earliest: date
    latest: date
    is_confirmed: bool = True
    """Whether it is confirmed that the act took place; what is not makes nothing certain."""


def span(act: Act, *, not_before: date = date.min) -> Span:
    """Give the earliest and the latest day on which `act` may have taken effect.

    A rectification is an act too: its span is the one that the act it puts right should have had.

    Args:
        act: any participation act.
        not_before: earliest day to assume where the act names none (precision `not_later_than`
            or `unknown`), for instance the day the instrument was opened.
    """
    earliest, latest = _days(act, not_before)
    return Span(earliest=earliest, latest=latest, is_confirmed=act.claim_status == "confirmed")


def standing(signed: Span, withdrawn: Span | None, day: date) -> Standing:
    """Say whether a signature is in force on `day`.

    On the day a withdrawal takes effect the signature is no longer in force.

    Args:
        signed: days of the signature.
        withdrawn: days of the withdrawal that stands against it; `None` where none does.
        day: the day asked about.
    """
    if day < signed.earliest or (withdrawn is not None and _is_certain(withdrawn, day)):
        return "none"
    is_certain = _is_certain(signed, day) and (withdrawn is None or day < withdrawn.earliest)
    return "certain" if is_certain else "possible"


def _is_certain(days: Span, day: date) -> bool:
    return days.is_confirmed and days.latest <= day


def _days(act: Act, not_before: date) -> tuple[date, date]:
    known = _known_by(act)
    day = act.effective_on
    if day is None or act.date_precision == "unknown":
        return min(not_before, known), known
    match act.date_precision:
        case "day":
            return day, day
        case "month":
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        case "year":
            return date(day.year, 1, 1), date(day.year, 12, 31)
        case "inferred":
            return day, max(day, known)
        case "not_later_than":
            return min(not_before, day), day


def _known_by(act: Act) -> date:
    """Give the day by which the act was known: its first published source, else its receipt."""
    published = (source.published_on for source in act.sources if source.published_on is not None)
    return min(published, default=act.received_on)
