"""Contracts room: the days an act may have taken effect on, and who is in force then.

Pure, and in the published language, since registry and reporting must read the same days.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from contracts.events.shared import Act
from contracts.instrument import opened_on

Standing: TypeAlias = Literal["certain", "possible", "none"]
"""Whether a participation is in force on a day; figures count the certain, show the possible."""

Effect: TypeAlias = Literal["certain", "possible", "not_yet"]
"""Whether an act has taken effect by a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days between which an act took effect, both included; `earliest` ≤ `latest`."""

    earliest: date
    latest: date
    is_confirmed: bool = True
    """Whether it is confirmed that the act took place, and the participant does not object to it;
    what is not makes nothing certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A withdrawal that speaks of a signature."""

    days: Span
    taken_back: Span | None = None
    """Days of the act that took it back; `None` where none did."""


def span(act: Act, *, not_before: date | None = None) -> Span:
    """Give the earliest and the latest day on which `act` may have taken effect.

    A rectification is an act too: its span is the one that the act it puts right should have had.

    Args:
        act: any participation act.
        not_before: earliest day to assume where the act names none (precision `not_later_than`
            or `unknown`); `None` is the day the instrument was opened, `date.min` what may be
            older than the instrument, as a membership of an organisation.
    """
    earliest, latest = _days(act, opened_on() if not_before is None else not_before)
    return Span(earliest=earliest, latest=latest, is_confirmed=act.claim_status == "confirmed")


def contested(days: Span) -> Span:
    """Give the days of an act to which its participant objects.

    From the objection's position on it counts as possible, never as certain, on whatever day. A
    rectification of the act settles that: its own span, as recorded, takes the place of this one.
    """
    return replace(days, is_confirmed=False)


def effect(days: Span, day: date) -> Effect:
    """Say whether an act has taken effect by `day`."""
    if day < days.earliest:
        return "not_yet"
    return "certain" if _is_certain(days, day) else "possible"


def standing(signed: Span, withdrawals: Iterable[Withdrawn], day: date) -> Standing:
    """Say whether a signature is in force on `day`.

    On the day a withdrawal takes effect the signature is no longer in force; on the day it is
    taken back, it is again. What is not confirmed makes nothing certain.

    Args:
        signed: days of the signature.
        withdrawals: those recorded after it.
        day: the day asked about.
    """
    against = tuple(withdrawals)
    if day < signed.earliest or any(_is_certainly_out(one, day) for one in against):
        return "none"
    in_doubt = any(_is_possibly_out(one, day) for one in against)
    return "certain" if _is_certain(signed, day) and not in_doubt else "possible"


def _is_certainly_out(withdrawn: Withdrawn, day: date) -> bool:
    back = withdrawn.taken_back
    return _is_certain(withdrawn.days, day) and (back is None or day < back.earliest)


def _is_possibly_out(withdrawn: Withdrawn, day: date) -> bool:
    back = withdrawn.taken_back
    return withdrawn.days.earliest <= day and (back is None or not _is_certain(back, day))


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
