"""Contracts room: rules on the cover (part A) and on plans (part B), by what stands in them."""

from contracts.rules.checks import Found, Place, on_document
from contracts.rules.reading import Report


@on_document("A-R01", "/cover/period_from", "/cover/period_to")
def period_in_order(report: Report) -> Found:
    """The period ends after it begins."""
    if report.period_to and report.period_to < report.period_from:
        yield Place("/cover/period_to")


@on_document("A-R02", "/cover/transmission/dated_on", "/cover/period_to")
def transmitted_after_the_period(report: Report) -> Found:
    """The report is transmitted when the period is over."""
    dated_on = report.cover.get("transmission", {}).get("dated_on", "")
    if dated_on and dated_on <= report.period_to:
        yield Place("/cover/transmission/dated_on")


@on_document("A-R03", "/cover/lead_body", "/cover/contributing_bodies")
def lead_body_once(report: Report) -> Found:
    """The body that leads is not among those that contribute."""
    lead = report.cover.get("lead_body")
    for number, body in enumerate(report.cover.get("contributing_bodies", ())):
        if lead and any(lead.get(tag) == text for tag, text in body.items()):
            yield Place(f"/cover/contributing_bodies/{number}")


@on_document("A-R04", "/cover/contacts/capital", "/cover/contacts/new_york")
def two_offices(report: Report) -> Found:
    """The two contacts are two offices."""
    contacts = report.cover.get("contacts", {})
    if "capital" in contacts and contacts["capital"] == contacts.get("new_york"):
        yield Place("/cover/contacts/new_york")


@on_document("A-R05", "/cover/sources/*/published_on", "/cover/transmission/dated_on")
def sources_before_transmission(report: Report) -> Found:
    """No source was published after the report was transmitted."""
    dated_on = report.cover.get("transmission", {}).get("dated_on")
    for number, source in enumerate(report.cover.get("sources", ())):
        if dated_on and source.get("published_on", "") > dated_on:
            yield Place(f"/cover/sources/{number}/published_on")


@on_document("B-R01", "/plans/*/plan_id", each="plan")
def plan_once(report: Report) -> Found:
    """A registered plan stands in part B once."""
    seen = set()
    for at, plan in report.plans:
        plan_id = plan.get("plan_id")
        if plan_id in seen:
            yield Place(f"{at}/plan_id")
        if plan_id is not None:
            seen.add(plan_id)


@on_document("B-R02", "/plans/*/title", "/plans/*/scope", each="plan")
def plan_titles_differ(report: Report) -> Found:
    """Two plans of one scope do not bear the same title."""
    seen: set[tuple[str | None, str]] = set()
    for at, plan in report.plans:
        names = {(plan.get("scope"), text) for text in plan.get("title", {}).values()}
        if names & seen:
            yield Place(f"{at}/title")
        seen |= names


@on_document("B-R03", "/plans/*/progress", "/cover/language", each="plan")
def progress_in_the_language_of_the_report(report: Report) -> Found:
    """What moved is said in the language of the report, too."""
    language = report.cover.get("language")
    for at, plan in report.plans:
        if language and "progress" in plan and language not in plan["progress"]:
            yield Place(f"{at}/progress", {"language": language})


CHECKS = (
    period_in_order,
    transmitted_after_the_period,
    lead_body_once,
    two_offices,
    sources_before_transmission,
    plan_once,
    plan_titles_differ,
    progress_in_the_language_of_the_report,
)
