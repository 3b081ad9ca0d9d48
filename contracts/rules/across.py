"""Contracts room: rules across the sections of a report: what one says of what another says."""

from contracts.rules.checks import (
    MEASURES,
    PASSAGES,
    Found,
    Place,
    of_measures,
    on_document,
)
from contracts.rules.reading import SCALE, Measure, Report


@on_document("X-R01", "/cover/form", "/cover/origin", "/statements/")
def full_means_every_unit(report: Report) -> Found:
    """A full report speaks of every unit of the edition."""
    if not (report.is_full and report.is_submission):
        return
    said = {unit for _, unit, _ in report.statements}
    missing = [unit for unit in report.edition.units if unit not in said]
    if missing:
        yield Place("/statements", {"units": missing})


@on_document("X-R02", "/cover/language", *PASSAGES, each="passage")
def language_of_the_report(report: Report) -> Found:
    """Every part is said in the language of the report, too."""
    language = report.cover.get("language")
    for at, _, texts in report.passages:
        if language and language not in texts:
            yield Place(at, {"language": language})


@on_document("X-R03", *MEASURES)
def same_measure_same_content(report: Report) -> Found:
    """A measure that stands in several sections is the same in all."""
    if not report.repeated_measures:
        return
    seen: dict[str, Measure] = {}
    for one in report.measures:
        name = one.row.get("measure_id")
        if name is None:
            continue
        first = seen.setdefault(name, one)
        if first.section != one.section and first.row != one.row:
            yield Place(f"{one.at}/measure_id", {"section": first.section})


@on_document(
    "X-R04", "/cover/period_to", *of_measures("dated_on", "date_precision"), each="measure"
)
def measures_within_the_period(report: Report) -> Found:
    """No measure is dated after the period reported on."""
    if not report.period_to or report.last_day <= report.period_to:
        return
    for one in report.measures:
        if one.dated_on > report.period_to:
            yield Place(f"{one.at}/dated_on", {"period_to": report.period_to})


@on_document(
    "X-R05",
    "/cover/period_from",
    "/cover/form",
    "/cover/origin",
    "/statements/*/changed",
    "/statements/*/measures",
    each="statement",
)
def change_within_the_period(report: Report) -> Found:
    """An update on a unit names something that is no older than the period."""
    if report.is_full or not report.is_submission or not report.period_from:
        return
    days: dict[str, list[str]] = {}
    for one in report.measures:
        days.setdefault(one.section, []).append(one.dated_on)
    for at, _, said in report.statements:
        dated = days.get(at, ())
        if said.get("changed") and dated and all("" < day < report.period_from for day in dated):
            yield Place(f"{at}/changed", {"period_from": report.period_from})


@on_document("X-R06", "/human_rights/", *of_measures("pillars"), "/cover/origin")
def pillar_of_rights_has_its_part(report: Report) -> Found:
    """Where measures serve pillar IV, part E says how."""
    if report.human_rights is not None or "IV" not in report.pillars or not report.is_submission:
        return
    units = {one.unit for one in report.measures if "IV" in one.row.get("pillars", ())}
    yield Place("/human_rights", {"units": sorted(units)})


@on_document("X-R07", "/statements/", each="statement")
def units_of_an_edition(report: Report) -> Found:
    """Statements are made on units of the instrument."""
    for at, unit, _ in report.statements:
        if unit not in report.edition.units:
            yield Place(at, {"edition": report.edition.version})


@on_document(
    "X-R08", *of_measures("commitments"), "/plans/*/plan_id", "/cover/origin", each="measure"
)
def plans_of_commitments_are_named(report: Report) -> Found:
    """The plan whose commitment a measure carries out stands in part B."""
    named = {plan.get("plan_id") for _, plan in report.plans} if report.links else set()
    for link in report.links:
        if link.plan_id not in named:
            yield Place(f"{link.at}/plan_id")


@on_document(
    "X-R09",
    "/cover/period_from",
    "/cover/period_to",
    "/treaties/*/consent_on",
    "/treaties/*/signed_on",
    *of_measures("measure_type", "dated_on", "date_precision"),
    each="measure",
)
def treaty_action_is_in_the_table(report: Report) -> Found:
    """A treaty action of the period has a day in part C that lies in the period."""
    first, last = report.period_from, report.period_to
    actions = [one for one in report.measures if one.row.get("measure_type") == "treaty_action"]
    if not first or not last or not actions:
        return
    days = (row.get(name, "") for _, row in report.treaties for name in ("consent_on", "signed_on"))
    if any(first <= day <= last for day in days):
        return
    for one in actions:
        if first <= one.dated_on <= last:
            yield Place(f"{one.at}/measure_type")


@on_document("X-R10", "/plans/*/plan_id", "/plans/*/status", *MEASURES, each="measure")
def concluded_plans_are_carried_out(report: Report) -> Found:
    """Of a plan that is concluded, no measure is still to be begun."""
    if not report.links:
        return
    concluded = {
        plan.get("plan_id") for _, plan in report.plans if plan.get("status") == "concluded"
    }
    to_begin = dict.fromkeys(
        link.measure.at
        for link in report.links
        if link.plan_id in concluded
        and link.measure.row.get("implementation_status") in {"not_started", "planned"}
    )
    for at in to_begin:
        yield Place(f"{at}/implementation_status")


@on_document(
    "X-R11",
    "/cover/form",
    "/cover/origin",
    "/statements/",
    "/statements/*/changed",
    "/plans/",
    "/plans/*/progress",
)
def an_update_says_something_new(report: Report) -> Found:
    """An update in which nothing changed is a declaration that nothing is new."""
    if report.cover.get("form") != "update" or not report.is_submission or not report.statements:
        return
    moved = any("progress" in plan for _, plan in report.plans)
    if not moved and not any(said.get("changed", True) for _, _, said in report.statements):
        yield Place("/cover/form")


@on_document("X-R12", "/statements/*/narrative", "/cover/origin", each="statement", among=True)
def units_in_words_of_their_own(report: Report) -> Found:
    """Two units do not have the same narrative."""
    if not report.repeated_texts or not report.is_submission:
        return
    seen: set[str] = set()
    for at, _, said in report.statements:
        texts = said.get("narrative", {}).values()
        if not seen.isdisjoint(texts):
            yield Place(f"{at}/narrative")
        seen.update(texts)


@on_document(
    "X-R13", "/cover/period_to", "/treaties/*/consent_on", "/treaties/*/signed_on", each="treaty"
)
def treaties_within_the_period(report: Report) -> Found:
    """No treaty act is dated after the period reported on."""
    for at, row in report.treaties:
        for member in ("signed_on", "consent_on"):
            if report.period_to and row.get(member, "") > report.period_to:
                yield Place(f"{at}/{member}", {"period_to": report.period_to})


@on_document("X-R14", *MEASURES, each="measure", among=True)
def one_commitment_one_status(report: Report) -> Found:
    """Measures that carry out the same commitment do not contradict one another."""
    seen: dict[tuple[str, str], int] = {}
    for link in report.links:
        step = SCALE.get(link.measure.row.get("implementation_status", ""))
        named = link.plan_id, link.commitment_id
        if step is not None and abs(seen.setdefault(named, step) - step) >= 3:
            yield Place(link.at)


@on_document("X-R15", *MEASURES, "/statements/*/visibility", "/human_rights/visibility")
def one_measure_one_visibility(report: Report) -> Found:
    """What one section keeps from the public does not stand in a public one."""
    if not report.repeated_measures:
        return
    seen = {at: said.get("visibility") for at, _, said in report.statements}
    if report.human_rights is not None:
        seen["/human_rights"] = report.human_rights.get("visibility")
    kept = {
        one.row.get("measure_id")
        for one in report.measures
        if seen.get(one.section, "public") != "public"
    }
    for one in report.measures:
        if seen.get(one.section) == "public" and one.row.get("measure_id", one.at) in kept:
            yield Place(f"{one.at}/measure_id")


@on_document(
    "P8.a-R01",
    "/statements/P8.a/implementation_status",
    *of_measures("pillars"),
)
def integrated_and_balanced(report: Report) -> Found:
    """Where the Strategy is said to be in place, measures serve each of its pillars."""
    for at, unit, said in report.statements:
        if unit != "P8.a" or said.get("implementation_status") != "in_place":
            continue
        missing = [pillar for pillar in report.edition.pillars if pillar not in report.pillars]
        if missing:
            yield Place(f"{at}/implementation_status", {"pillars": missing})


CHECKS = (
    full_means_every_unit,
    language_of_the_report,
    same_measure_same_content,
    measures_within_the_period,
    change_within_the_period,
    pillar_of_rights_has_its_part,
    units_of_an_edition,
    plans_of_commitments_are_named,
    treaty_action_is_in_the_table,
    concluded_plans_are_carried_out,
    an_update_says_something_new,
    units_in_words_of_their_own,
    treaties_within_the_period,
    one_commitment_one_status,
    one_measure_one_visibility,
    integrated_and_balanced,
)
