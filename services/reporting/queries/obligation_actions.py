"""Pure: what may be done next about what a participant owes for a cycle, by whom, and why not.

This says what the registry's rules would say, as far as reporting can know: a clearance, a digest
or what is wrong in a document is seen only when the act is sent.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.reporting.queries.actions import Action
from services.reporting.queries.cycles import is_closed
from services.reporting.queries.due import Due
from services.reporting.queries.review import State
from services.reporting.queries.versions import Version

NOTHING_FILED = "Nothing was filed for this participant and cycle."
COMPILED = "An illustrative compilation is not a submission by the participant."
WITHDRAWN = "The report was withdrawn; it can be submitted anew."
RETURNED = "Version {0} was returned; the participant submits the report anew."
STANDS = "Version {0} was submitted and not returned; file a corrigendum to put it right."
FILED = "Version {0} was filed for this cycle already."
CLOSED = "The cycle is closed; its last day was {0}."
NOT_EXPECTED = "The participant is not expected to report for this cycle."
RECEIVED = "The participant has reported for this cycle already."
CLOSES_FIRST = "The cycle closes on {0}; no later due day is left."
REMINDED = "The reminder of this day was sent for the due day {0} already."
NOTHING_TO_RENEW = "No report of an earlier cycle stands that could be renewed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What the actions on an obligation go by, as known at the moment."""

    participant: str
    report_id: str
    cycle: Mapping[Any, Any]
    """Row of the cycle."""
    day: date
    due: Due
    is_expected: bool
    """Whether it is to report, certainly or possibly."""
    reminded: Collection[tuple[str, date]]
    """Reminders sent, by kind and due day."""
    versions: Sequence[Version]
    """All received, oldest first, withdrawn ones too."""
    state: State | None
    """Of the latest version; `None` where nothing stands."""
    may_report: str | None
    """Why nothing can be filed for the cycle on the day; `None` where something can."""
    can_renew: bool
    """Whether a report of an earlier cycle can be renewed."""

    @property
    def latest(self) -> Version | None:
        """Give the newest version."""
        return self.versions[-1] if self.versions else None

    @property
    def is_compiled(self) -> bool:
        """Say whether what was filed is an illustrative compilation."""
        return self.latest is not None and self.latest.origin != "submission"


def why_not_report(
    *, code: str, kinds: Collection[str], kind: str | None, standing: str, opens_on: date, day: date
) -> str | None:
    """Say why a participant cannot report for a cycle on a day; being late is no reason.

    Args:
        code: the participant.
        kinds: of participants that report for the cycle.
        kind: of this one; `None` if it never signed.
        standing: of its signature on the day.
        opens_on: first day to report.
        day: the day asked about.
    """
    if day < opens_on:
        return f"The cycle opens on {opens_on}."
    if kind is None or standing not in {"certain", "possible"}:
        return f"The signature of {code} is not in force on {day}."
    if kind not in kinds:
        return "Participants of this kind do not report for this cycle."
    return None


def obligation_actions(at: Owed) -> list[Action]:
    """Give every action on an obligation, allowed or not."""
    return [*_of_secretariat(at), *_filing(at)]


def _of_secretariat(at: Owed) -> Iterator[Action]:
    base = f"/v1/cycles/{at.cycle['cycle_id']}"
    expected = None if at.is_expected else NOT_EXPECTED
    yield _action("grant-extension", f"{base}/extensions", "secretariat", _no_extension(at))
    due_on = at.due.due_on
    sent = (_reminder_of(at), due_on) in at.reminded
    reminded = REMINDED.format(due_on) if sent else None
    yield _action("remind", f"{base}/reminders", "secretariat", expected or reminded)


def _no_extension(at: Owed) -> str | None:
    """Say why no day is left to which time could be given."""
    last: date | None = at.cycle["closed_on"]
    if last is not None and is_closed(at.cycle, at.day):
        return CLOSED.format(last)
    if not at.is_expected:
        return NOT_EXPECTED
    if any(one.origin == "submission" and one.withdrawn is None for one in at.versions):
        return RECEIVED
    if last is not None and last < max(at.due.due_on + timedelta(days=1), at.day):
        return CLOSES_FIRST.format(last)
    return None


def _reminder_of(at: Owed) -> str:
    """Say which reminder is that of the day: of a sending, the day is not for anybody to choose."""
    if at.day < at.due.due_on:
        return "before_due"
    return "due" if at.day <= at.due.on_time_until else "after_due"


def _filing(at: Owed) -> Iterator[Action]:
    base = f"/v1/reports/{at.report_id}"
    yield _action("begin-draft", "/v1/drafts", "participant", None)
    for rel, href, reason in (
        ("submit", "/v1/reports", _no_submission(at)),
        ("correct", f"{base}/corrigenda", _no_corrigendum(at)),
        ("declare-nothing-new", f"{base}/nothing-new", _no_renewal(at)),
    ):
        yield _action(rel, href, "participant", reason)


def _no_submission(at: Owed) -> str | None:
    """What was received once can be submitted anew for ever, after a return or a withdrawal."""
    if at.is_compiled:
        return COMPILED
    if at.latest is not None and at.state not in {None, "returned"}:
        return STANDS.format(at.latest.number)
    return at.may_report or (None if at.latest else _closed(at))


def _no_corrigendum(at: Owed) -> str | None:
    if at.is_compiled:
        return COMPILED
    if why := not_standing(at.latest):
        return why
    if at.latest is not None and at.state == "returned":
        return RETURNED.format(at.latest.number)
    return at.may_report


def _no_renewal(at: Owed) -> str | None:
    if at.is_compiled:
        return COMPILED
    if at.latest is not None and at.state is not None:
        return FILED.format(at.latest.number)
    return at.may_report or _closed(at) or (None if at.can_renew else NOTHING_TO_RENEW)


def _closed(at: Owed) -> str | None:
    return CLOSED.format(at.cycle["closed_on"]) if is_closed(at.cycle, at.day) else None


def not_standing(latest: Version | None) -> str | None:
    """Say why there is no version to act upon; `None` where there is one."""
    if latest is None:
        return NOTHING_FILED
    return None if latest.withdrawn is None else WITHDRAWN


def _action(rel: str, href: str, by: Any, reason: str | None) -> Action:
    return Action(rel=rel, method="POST", href=href, by=by, reason=reason)
