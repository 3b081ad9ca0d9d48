"""Contracts room: rules against the report of the participant that was accepted last."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.rules.checks import Found, Place, Unseen, of_measures, on_register
from contracts.rules.facts import Accepted, Facts
from contracts.rules.reading import SCALE, Report, Row, Statement

_SUBSTANCE = ("narrative", "measures", "implementation_status", "challenges")
_READ = tuple(f"/statements/*/{member}" for member in ("changed", *_SUBSTANCE))


@on_register(
    "G-R18",
    "/statements/*/implementation_status",
    "/statements/*/challenges",
    each="statement",
)
def no_way_back_without_a_word(report: Report, facts: Facts) -> Found:
    """Where a unit is less far than before, challenges say why."""
    for statement, before in _both(report, facts.accepted):
        if before is None:
            yield Unseen(statement.at, "sealed")
            continue
        was = SCALE.get(before.get("implementation_status", ""))
        now = SCALE.get(statement.row.get("implementation_status", ""))
        if was is not None and now is not None and now < was and "challenges" not in statement.row:
            place = f"{statement.at}/implementation_status"
            yield Place(place, {"before": before["implementation_status"]})


@on_register("G-R19", *_READ, each="statement")
def unchanged_is_unchanged(report: Report, facts: Facts) -> Found:
    """What is said to be unchanged is what was accepted last, as far as it is said again."""
    for statement, before in _both(report, facts.accepted):
        if statement.row.get("changed", True):
            continue
        if before is None:
            yield Unseen(statement.at, "sealed")
        elif any(
            statement.row[member] != before.get(member)
            for member in _SUBSTANCE
            if member in statement.row
        ):
            yield Place(f"{statement.at}/changed")


@on_register("G-R20", *_READ, each="statement")
def changed_is_changed(report: Report, facts: Facts) -> Found:
    """What is said to have changed is not word for word what was accepted last."""
    for statement, before in _both(report, facts.accepted):
        if not statement.row.get("changed", False):
            continue
        if before is None:
            yield Unseen(statement.at, "sealed")
        elif all(statement.row.get(member) == before.get(member) for member in _SUBSTANCE):
            yield Place(f"{statement.at}/changed")


@on_register("G-R21", "/cover/form", "/cover/origin")
def an_update_rests_on_something(report: Report, facts: Facts) -> Found:
    """An update rests on a report that was accepted, or on an earlier version of its own."""
    is_update = report.cover.get("form") == "update"
    rests_on_nothing = facts.accepted is None and not facts.has_version
    if is_update and report.is_submission and rests_on_nothing:
        yield Place("/cover/form")


@on_register(
    "G-R22",
    "/treaties/*/instrument",
    "/treaties/*/consent",
    "/treaties/*/consent_on",
    each="treaty",
)
def consent_as_accepted(report: Report, facts: Facts) -> Found:
    """The act of consent and its day are those that were accepted last."""
    before = _treaties(facts.accepted)
    for at, row in report.treaties:
        known = before.get(row.get("instrument", ""), {})
        if known.get("consent", "none") == "none":
            continue
        for member in ("consent", "consent_on"):
            if member in known and row.get(member) != known[member]:
                yield Place(f"{at}/{member}", {"before": known[member]})


@on_register("G-R23", *of_measures("measure_id", "measure_type"), each="measure", among=True)
def a_measure_stays_itself(report: Report, facts: Facts) -> Found:
    """A measure's id names the same measure in all cycles."""
    if facts.accepted is None:
        return
    kinds = dict(_measures(facts.accepted))
    for one in report.measures:
        kind = one.row.get("measure_type")
        known = kinds.get(one.row.get("measure_id", ""), kind)
        if known != kind:
            yield Place(f"{one.at}/measure_id", {"before": known})


@on_register("G-R24", "/cover/period_from", "/cover/period_to", "/cover/cycle_id")
def periods_do_not_overlap(report: Report, facts: Facts) -> Found:
    """The period shares no day with that of the cycle accepted before, or after."""
    if facts.accepted is None or facts.accepted.cycle_id == report.cover.get("cycle_id"):
        return
    ended = facts.accepted.document.get("cover", {}).get("period_to", "")
    began = facts.accepted.document.get("cover", {}).get("period_from", "")
    if report.period_from and report.period_from <= ended and began <= report.period_to:
        yield Place("/cover/period_from", {"before": ended})


def _both(
    report: Report, accepted: Accepted | None
) -> Iterator[tuple[Statement, Mapping[str, Any] | None]]:
    """Give each statement that was made before, too; `None` where the register cannot read it."""
    if accepted is None:
        return
    earlier = accepted.document.get("statements", {})
    for statement in report.statements:
        before = earlier.get(statement.unit)
        if before is not None:
            yield statement, None if "sealed" in before else before


def _treaties(accepted: Accepted | None) -> Mapping[str, Row]:
    rows = accepted.document.get("treaties", ()) if accepted else ()
    return {row["instrument"]: row for row in rows}


def _measures(accepted: Accepted | None) -> Iterator[tuple[str, str]]:
    document = accepted.document if accepted else {}
    sections = [*document.get("statements", {}).values(), document.get("human_rights", {})]
    for section in sections:
        for row in section.get("measures", ()):
            yield row["measure_id"], row["measure_type"]


CHECKS = (
    no_way_back_without_a_word,
    unchanged_is_unchanged,
    changed_is_changed,
    an_update_rests_on_something,
    consent_as_accepted,
    a_measure_stays_itself,
    periods_do_not_overlap,
)
