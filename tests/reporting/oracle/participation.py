"""Oracle: who takes part, read off the acts one by one."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from contracts.events import (
    ActContested,
    ActRectified,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.shared import Act
from tests.reporting.oracle.history import History

OPENED = date(2018, 9, 28)


@dataclass
class Dated:
    """An act with the days between which it took effect."""

    event: Act
    earliest: date
    latest: date
    sure: bool
    taken_back_by: "Dated | None" = None

    def certainly_by(self, day: date) -> bool:
        return self.sure and self.latest <= day

    def possibly_by(self, day: date) -> bool:
        return self.earliest <= day


def standing_of(history: History, code: str, day: date) -> tuple[str, str] | None:
    """Give standing and kind of a participant on a day; `None` if it never signed."""
    acts = _acts(history, code)
    signatures = {
        number: one
        for number, one in acts.items()
        if isinstance(one.event, SignatureRecorded | SuccessionNotified)
    }
    if not signatures:
        return None
    found = {number: _of_one(number, acts, day) for number in signatures}
    for wanted in ("certain", "possible"):
        those = [number for number, standing in found.items() if standing == wanted]
        if those:
            return wanted, _kind(signatures[those[-1]].event)
    began = [number for number, one in signatures.items() if one.possibly_by(day)]
    last = (began or list(signatures))[-1]
    return ("ended" if began else "not_yet"), _kind(signatures[last].event)


def codes_of(history: History) -> set[str]:
    """Give everybody who ever signed or succeeded."""
    return {
        one.event.participant
        for one in history.entries
        if isinstance(one.event, SignatureRecorded | SuccessionNotified)
    }


def _kind(event: Act) -> str:
    return str(getattr(event, "kind"))  # noqa: B009 - only signatures and successions have one


def _of_one(number: int, acts: dict[int, Dated], day: date) -> str:
    """Say how one signature stands: withdrawals recorded after it may have ended it."""
    signature = acts[number]
    if not signature.possibly_by(day):
        return "no"
    in_doubt = False
    for later, act in acts.items():
        if later < number or not isinstance(act.event, WithdrawalNotified):
            continue
        back = act.taken_back_by
        if act.certainly_by(day) and not (back and back.possibly_by(day)):
            return "no"
        if act.possibly_by(day) and not (back and back.certainly_by(day)):
            in_doubt = True
    return "certain" if signature.certainly_by(day) and not in_doubt else "possible"


def _acts(history: History, code: str) -> dict[int, Dated]:
    """Give the acts by version, as last put right or objected to."""
    acts: dict[int, Dated] = {}
    for one in history.entries:
        event = one.event
        if not isinstance(event, Act | ActContested) or event.participant != code:
            continue
        if isinstance(event, ActContested):
            if event.contests in acts:
                acts[event.contests].sure = False
            continue
        acts[one.version] = _dated(event)
        if isinstance(event, ActRectified) and event.rectifies in acts:
            right, wrong = acts[one.version], acts[event.rectifies]
            wrong.earliest, wrong.latest, wrong.sure = right.earliest, right.latest, right.sure
        if isinstance(event, WithdrawalRescinded) and event.withdrawal in acts:
            acts[event.withdrawal].taken_back_by = acts[one.version]
    return acts


def _dated(event: Act) -> Dated:
    """The earliest and the latest day, by precision."""
    published = [one.published_on for one in event.sources if one.published_on]
    known = min(published) if published else event.received_on
    day, sure = event.effective_on, event.claim_status == "confirmed"
    if day is None or event.date_precision == "unknown":
        return Dated(event, min(OPENED, known), known, sure)
    if event.date_precision == "month":
        last = monthrange(day.year, day.month)[1]
        return Dated(event, date(day.year, day.month, 1), date(day.year, day.month, last), sure)
    if event.date_precision == "year":
        return Dated(event, date(day.year, 1, 1), date(day.year, 12, 31), sure)
    if event.date_precision == "inferred":
        return Dated(event, day, max(day, known), sure)
    if event.date_precision == "not_later_than":
        return Dated(event, min(OPENED, day), day, sure)
    return Dated(event, day, day, sure)
