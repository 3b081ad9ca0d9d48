"""Pure: what may be done next with a report, by whom, and why not.

This says what the registry's rules would say of the latest version, as far as reporting can know:
a clearance, a digest or what was erased is seen only when the act is sent.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.reporting.queries.actions import Action
from services.reporting.queries.record import Part
from services.reporting.queries.review import State, open_questions, state_of
from services.reporting.queries.reviewing import Reviewed
from services.reporting.queries.shown import publication_row
from services.reporting.queries.versions import Version

NOTHING_FILED = "Nothing was filed for this participant and cycle."
COMPILED = "An illustrative compilation is not a submission by the participant."
WITHDRAWN = "The report was withdrawn; it can be submitted anew."
NOT_TAKEN_UP = "Version {0} is not under review: it was not taken up yet."
WAITS = "Version {0} is with the participant: {1} asked and not answered."
TAKEN_UP = "Version {0} is under review already."
RETURNED = "Version {0} was returned; the participant submits the report anew."
ACCEPTED = "Version {0} is accepted."
NOT_ACCEPTED = "Version {0} is not accepted."
NOTHING_ASKED = "No question on version {0} waits for an answer."
STANDS = "Version {0} was submitted and not returned; file a corrigendum to put it right."
FILED = "Version {0} was filed for this cycle already."
NO_SECTIONS = "Version {0} renews another one and has no sections of its own."
ALL_SHOWN = "Every section of version {0} is shown."
NONE_SHOWN = "No section of version {0} is shown."


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the actions on a report go by."""

    report_id: str
    versions: tuple[Version, ...]
    """All received, oldest first."""
    reviewed: Reviewed
    parts: Collection[Part]
    """Of the latest version."""
    may_report: str | None
    """Why nothing can be filed for the cycle now; `None` where something can."""
    closed: str | None
    """Why nothing new is received for the cycle any more; what was received can be put right."""


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


def why_closed(*, closed_on: date | None, day: date) -> str | None:
    """Say why a cycle receives nothing new on a day; `None` where it does.

    Args:
        closed_on: last day on which it received reports; `None` while none is named.
        day: the day asked about.
    """
    if closed_on is None or day <= closed_on:
        return None
    return f"The last day on which the cycle received reports was {closed_on}."


def report_actions(situation: Situation) -> list[Action]:
    """Give every action on a report, allowed or not, in the order of its life."""
    return [*_filing(situation), *_reviewing(situation), *_keeping(situation)]


def _filing(at: Situation) -> Iterator[Action]:
    latest = at.versions[-1] if at.versions else None
    stands = latest is not None and latest.withdrawn is None
    state = state_of(latest, at.reviewed) if latest and stands else None
    number = latest.number if latest else 0
    is_compiled = latest is not None and latest.origin != "submission"
    against = COMPILED if is_compiled else None
    submit = against or (STANDS.format(number) if stands and state != "returned" else None)
    correct = against or _not_standing(latest)
    if correct is None and state == "returned":
        correct = RETURNED.format(number)
    renew = against or (FILED.format(number) if stands else None)
    first = None if at.versions else at.closed
    yield _action("submit", "/v1/reports", "participant", submit or at.may_report or first)
    for rel, tail, why in (
        ("correct", "corrigenda", correct or at.may_report),
        ("declare-nothing-new", "nothing-new", renew or at.may_report or at.closed),
    ):
        yield _action(rel, f"/v1/reports/{at.report_id}/{tail}", "participant", why)


def _reviewing(at: Situation) -> Iterator[Action]:
    latest = at.versions[-1] if at.versions else None
    against = _not_standing(latest) or (COMPILED if _is_compiled(latest) else None)
    state = state_of(latest, at.reviewed) if latest else "submitted"
    waiting = open_questions(latest, at.reviewed) if latest else []
    number = latest.number if latest else 0
    decided = {"returned": RETURNED.format(number), "accepted": ACCEPTED.format(number)}.get(state)
    asked = ", ".join(row["clarification_id"] for row in waiting)
    base = f"/v1/reports/{at.report_id}"
    open_review = decided or (TAKEN_UP.format(number) if state == "under_review" else None)
    question = decided or (NOT_TAKEN_UP.format(number) if state == "submitted" else None)
    accept = decided or (WAITS.format(number, asked) if waiting else None)
    revoke = None if state == "accepted" else NOT_ACCEPTED.format(number)
    for rel, tail, why in (
        ("open-review", "reviews", open_review),
        ("request-clarification", "clarifications", question),
        ("return", "decisions", decided),
        ("accept", "decisions", accept),
        ("revoke-acceptance", "decisions", revoke),
    ):
        yield _action(rel, f"{base}/{tail}", "secretariat", against or why)
    for row in waiting if against is None else ():
        href = f"{base}/clarifications/{row['clarification_id']}/answers"
        yield _action("provide-clarification", href, "participant", None)
    if against or not waiting:
        href = f"{base}/clarifications/{{clarification_id}}/answers"
        why = against or NOTHING_ASKED.format(number)
        yield _action("provide-clarification", href, "participant", why)


def _keeping(at: Situation) -> Iterator[Action]:
    latest = at.versions[-1] if at.versions else None
    number = latest.number if latest else 0
    compiled = COMPILED if _is_compiled(latest) else None
    gone = _not_standing(latest)
    states = [publication_row(part)["state"] for part in at.parts]
    none = NO_SECTIONS.format(number) if not states else None
    is_any_shown = any(state in {"open", "revealed"} for state in states)
    is_any_hidden = any(state in {"sealed", "restricted"} for state in states)
    show = none or (None if is_any_hidden else ALL_SHOWN.format(number))
    hide = none or (None if is_any_shown else NONE_SHOWN.format(number))
    nothing = None if latest else NOTHING_FILED
    for rel, tail, why in (
        ("withdraw", "withdrawal", gone or compiled),
        ("authorise-publication", "publication", gone or compiled or show),
        ("restrict-publication", "publication", nothing or compiled or hide),
    ):
        yield _action(rel, f"/v1/reports/{at.report_id}/{tail}", "participant", why)


def _not_standing(latest: Version | None) -> str | None:
    if latest is None:
        return NOTHING_FILED
    return None if latest.withdrawn is None else WITHDRAWN


def _is_compiled(latest: Version | None) -> bool:
    return latest is not None and latest.origin != "submission"


def _action(
    rel: str, href: str, by: Literal["participant", "secretariat"], why_not: str | None
) -> Action:
    return Action(rel=rel, method="POST", href=href, by=by, reason=why_not)


def submission_state(versions: tuple[Version, ...], reviewed: Reviewed) -> State | None:
    """Give where the latest version stands; `None` where nothing stands."""
    if not versions or versions[-1].withdrawn is not None:
        return None
    return state_of(versions[-1], reviewed)
