"""Pure: what may be done next with a report, by whom, and why not: owing, reviewing, showing it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from services.reporting.queries.actions import Action
from services.reporting.queries.obligation_actions import (
    COMPILED,
    NOTHING_FILED,
    RETURNED,
    Owed,
    not_standing,
    obligation_actions,
)
from services.reporting.queries.record import Part
from services.reporting.queries.review import open_questions, state_of
from services.reporting.queries.reviewing import Reviewed
from services.reporting.queries.shown import publication_row
from services.reporting.queries.versions import Version

NOT_TAKEN_UP = "Version {0} is not under review: it was not taken up yet."
WAITS = "Version {0} is with the participant: {1} asked and not answered."
TAKEN_UP = "Version {0} is under review already."
ACCEPTED = "Version {0} is accepted."
NOT_ACCEPTED = "Version {0} is not accepted."
NOTHING_ASKED = "No question on version {0} waits for an answer."
NO_SECTIONS = "No version that stands has sections of its own."
ALL_SHOWN = "Every section of every version that stands is shown."
NONE_SHOWN = "No section of any version is shown."


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the actions on a report go by."""

    owed: Owed
    reviewed: Reviewed
    parts: Collection[tuple[Version, Part]]
    """Of every version: whichever has sections can be named where they are shown or not."""

    @property
    def latest(self) -> Version | None:
        """Give the newest version."""
        return self.owed.latest

    @property
    def base(self) -> str:
        """Give the address below which the registry takes what is said on the report."""
        return f"/v1/reports/{self.owed.report_id}"


def report_actions(situation: Situation) -> list[Action]:
    """Give every action on a report, allowed or not, in the order of its life."""
    return [
        *obligation_actions(situation.owed),
        *_reviewing(situation),
        *_keeping(situation),
    ]


def _reviewing(at: Situation) -> Iterator[Action]:
    latest = at.latest
    against = not_standing(latest) or (COMPILED if at.owed.is_compiled else None)
    state = state_of(latest, at.reviewed) if latest else "submitted"
    waiting = open_questions(latest, at.reviewed) if latest else []
    number = latest.number if latest else 0
    decided = {"returned": RETURNED.format(number), "accepted": ACCEPTED.format(number)}.get(state)
    asked = ", ".join(row["clarification_id"] for row in waiting)
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
        yield _action(rel, f"{at.base}/{tail}", "secretariat", against or why)
    for row in waiting if against is None else ():
        href = f"{at.base}/clarifications/{row['clarification_id']}/answers"
        yield _action("provide-clarification", href, "participant", None)
    if against or not waiting:
        href = f"{at.base}/clarifications/{{clarification_id}}/answers"
        why = against or NOTHING_ASKED.format(number)
        yield _action("provide-clarification", href, "participant", why)


def _keeping(at: Situation) -> Iterator[Action]:
    compiled = COMPILED if at.owed.is_compiled else None
    gone = not_standing(at.latest)
    nothing = None if at.latest else NOTHING_FILED
    for rel, tail, why in (
        ("withdraw", "withdrawal", gone or compiled),
        ("authorise-publication", "publication", gone or compiled or _no_showing(at)),
        ("restrict-publication", "publication", nothing or compiled or _no_restriction(at)),
    ):
        yield _action(rel, f"{at.base}/{tail}", "participant", why)


def _no_showing(at: Situation) -> str | None:
    states = [_shown(part) for version, part in at.parts if version.withdrawn is None]
    if not states:
        return NO_SECTIONS
    return ALL_SHOWN if all(states) else None


def _no_restriction(at: Situation) -> str | None:
    return None if any(_shown(part) for _, part in at.parts) else NONE_SHOWN


def _shown(part: Part) -> bool:
    return publication_row(part)["state"] in {"open", "revealed"}


def _action(
    rel: str, href: str, by: Literal["participant", "secretariat"], why_not: str | None
) -> Action:
    return Action(rel=rel, method="POST", href=href, by=by, reason=why_not)
