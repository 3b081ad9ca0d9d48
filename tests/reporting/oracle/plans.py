"""Oracle: how commitments stand, and what share each pillar has of what is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from contracts.events import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    PlanConcluded,
    PlanRegistered,
)
from tests.reporting.oracle.history import History
from tests.reporting.oracle.participation import codes_of, standing_of
from tests.reporting.oracle.reports import FILED, standing

Shares = dict[tuple[str | None, str, str], tuple[str | None, int]]
"""By participant (`None`: all together), subject and pillar: the share and the number of items."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment on a day."""

    event: CommitmentDeclared
    state: str
    done_on: date | None


def promised(history: History, day: date) -> dict[tuple[str, str], Promised]:
    """Give every commitment by plan and id."""
    found: dict[tuple[str, str], Promised] = {}
    for one in history.of(CommitmentDeclared):
        event: Any = one.event
        found[event.plan_id, event.commitment_id] = _promised(history, event, day)
    return found


def _promised(history: History, event: CommitmentDeclared, day: date) -> Promised:
    key = (event.plan_id, event.commitment_id)
    withdrawn, said = None, []
    for one in history.entries:
        what: Any = one.event
        if isinstance(what, CommitmentWithdrawn) and (what.plan_id, what.commitment_id) == key:
            withdrawn = what.effective_on
        is_said = isinstance(what, CommitmentProgressReported) and what.effective_on <= day
        if is_said and (what.plan_id, what.commitment_id) == key:
            said.append((what.effective_on, one.position, what.implementation_status))
    by_day = {spoken_of: status for spoken_of, _, status in sorted(said)}
    done_on = None
    for spoken_of, status in by_day.items():  # in the order of days
        done_on = (done_on or spoken_of) if status == "in_place" else None
    if withdrawn is not None and withdrawn <= day:
        return Promised(event, "withdrawn", None)
    if day < event.effective_on:
        return Promised(event, "not_yet", None)
    if done_on is not None:
        return Promised(event, "done", done_on)
    if event.target_on < day:
        return Promised(event, "late", None)
    is_near = event.target_on - day <= timedelta(days=90)
    return Promised(event, "due" if is_near else "open", None)


def balance(history: History, day: date, pillars: Iterable[str]) -> Shares:
    """Give the shares of what participants themselves say, theirs and all together."""
    items: dict[str, dict[str | None, list[frozenset[str]]]] = {"commitments": {}, "measures": {}}
    certain = {
        code
        for code in codes_of(history)
        if (standing_of(history, code, day) or ("", ""))[0] == "certain"
    }
    for code, pillars_named in _commitments(history, day):
        _add(items["commitments"], code, pillars_named, together=code in certain)
    for code, pillars_named in _measures(history, day):
        _add(items["measures"], code, pillars_named, together=code in certain)
    found: Shares = {}
    for subject, own in items.items():
        voices: set[str | None] = {*own, None}
        for whose in voices:
            named = own.get(whose, [])
            for pillar in (*pillars, "none"):
                found[whose, subject, pillar] = _share(named, pillar)
    return found


def _add(
    into: dict[str | None, list[frozenset[str]]],
    code: str,
    named: frozenset[str],
    *,
    together: bool,
) -> None:
    into.setdefault(code, []).append(named)
    if together:
        into.setdefault(None, []).append(named)


def _share(items: list[frozenset[str]], pillar: str) -> tuple[str | None, int]:
    weighing = [one or frozenset({"none"}) for one in items]
    holding = [one for one in weighing if pillar in one]
    if not items:
        return None, 0
    exact = sum((Fraction(100, len(one)) for one in holding), Fraction(0)) / len(items)
    tenths = Decimal(round(exact * 10))  # a fraction rounds half to even, exactly
    return str((tenths / 10).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)), len(holding)


def _commitments(history: History, day: date) -> Iterable[tuple[str, frozenset[str]]]:
    plans: dict[str, PlanRegistered] = {}
    ended: dict[str, date] = {}
    for one in history.entries:
        if isinstance(one.event, PlanRegistered):
            plans[one.event.plan_id] = one.event
        if isinstance(one.event, PlanConcluded):
            ended[one.event.plan_id] = one.event.effective_on
    for promise in promised(history, day).values():
        plan_id = promise.event.plan_id
        is_over = plan_id in ended and ended[plan_id] < day
        is_own = plans[plan_id].origin == "submission"
        if promise.state in {"open", "due", "late", "done"} and not is_over and is_own:
            yield promise.event.participant, frozenset(promise.event.pillars)


def _measures(history: History, day: date) -> Iterable[tuple[str, frozenset[str]]]:
    reports: dict[str, str] = {}
    for one in history.of(*FILED):
        event: Any = one.event
        reports[event.report_id] = event.participant
    standings = []
    for report_id, code in reports.items():
        stands = standing(history, report_id, day)
        if stands and stands.versions[-1].event.origin == "submission":
            standings.append((stands.versions[-1].position, code, stands))
    measures: dict[tuple[str, str], frozenset[str]] = {}
    for _, code, stands in sorted(standings, key=lambda one: one[0]):
        own: dict[str, frozenset[str]] = {}
        for name, section in stands.sections.items():
            if name == "observations" or not section.is_open:
                continue
            for one in (section.content or {}).get("measures", ()):
                before = own.get(one["measure_id"], frozenset())
                own[one["measure_id"]] = before | frozenset(one.get("pillars", ()))
        measures |= {(code, measure_id): named for measure_id, named in own.items()}
    for (code, _), named in measures.items():
        yield code, named
