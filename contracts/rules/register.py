"""Contracts room: rules against the register as of the day: days, plans, people, what is cited."""

from contracts.rules.checks import Found, Place, Unseen, of_measures, on_register
from contracts.rules.facts import Facts, Plan
from contracts.rules.reading import DONE, SCALE, Report

_COMMITMENTS = of_measures("commitments")


@on_register("G-R01", "/cover/origin", "/cover/period_from", "/cover/period_to", needs=("cycle",))
def period_of_the_cycle(report: Report, facts: Facts) -> Found:
    """The period is the cycle's."""
    cycle = facts.cycle
    if cycle is None or not report.is_submission:
        return
    for member, day in (("period_from", cycle.period_from), ("period_to", cycle.period_to)):
        said = report.cover.get(member)
        if said is not None and said != day.isoformat():
            yield Place(f"/cover/{member}", {"expected": day.isoformat()})


@on_register("G-R02", "/cover/transmission/dated_on")
def transmitted_by_today(report: Report, facts: Facts) -> Found:
    """What transmits the report is not dated in the future."""
    if report.cover.get("transmission", {}).get("dated_on", "") > facts.day.isoformat():
        yield Place("/cover/transmission/dated_on", {"day": facts.day.isoformat()})


@on_register("G-R03", *of_measures("dated_on", "date_precision"), each="measure")
def measures_by_today(report: Report, facts: Facts) -> Found:
    """What was done was done by today."""
    today = facts.day.isoformat()
    if report.last_day <= today:
        return
    for one in report.measures:
        if one.dated_on > today:
            yield Place(f"{one.at}/dated_on", {"day": today})


@on_register("G-R04", "/treaties/*/consent_on", "/treaties/*/signed_on", each="treaty")
def treaties_by_today(report: Report, facts: Facts) -> Found:
    """Treaty acts are not dated in the future."""
    today = facts.day.isoformat()
    for at, row in report.treaties:
        for member in ("signed_on", "consent_on"):
            if row.get(member, "") > today:
                yield Place(f"{at}/{member}", {"day": today})


@on_register("G-R05", "/plans/*/plan_id", each="plan")
def plans_are_registered(report: Report, facts: Facts) -> Found:
    """A plan that is named by an id is in the register."""
    for at, row in report.plans:
        if "plan_id" in row and row["plan_id"] not in facts.plans:
            yield Place(f"{at}/plan_id")


@on_register("G-R06", "/plans/*/plan_id", each="plan")
def national_plans_are_ones_own(report: Report, facts: Facts) -> Found:
    """A national plan is reported on by whose plan it is."""
    for at, row in report.plans:
        plan = facts.plans.get(row.get("plan_id", ""))
        if plan and plan.scope == "national" and plan.participant != facts.participant:
            yield Place(f"{at}/plan_id")


@on_register("G-R07", "/plans/*/plan_id", "/plans/*/status", each="plan")
def plan_status_of_the_register(report: Report, facts: Facts) -> Found:
    """A plan is concluded here if it is concluded in the register, and only then."""
    for at, row in report.plans:
        plan = facts.plans.get(row.get("plan_id", ""))
        if plan is None or "status" not in row:
            continue
        if (row["status"] == "concluded") != plan.is_concluded_on(facts.day):
            yield Place(f"{at}/status")


@on_register("G-R08", "/plans/*/plan_id", "/plans/*/scope", each="plan")
def plan_scope_of_the_register(report: Report, facts: Facts) -> Found:
    """A plan has the scope that it was registered with."""
    for at, row in report.plans:
        plan = facts.plans.get(row.get("plan_id", ""))
        if plan and row.get("scope", plan.scope) != plan.scope:
            yield Place(f"{at}/scope", {"expected": plan.scope})


@on_register("G-R09", *_COMMITMENTS, each="measure")
def commitments_exist(report: Report, facts: Facts) -> Found:
    """What a measure carries out was declared in that plan."""
    for link in report.links:
        plan = facts.plans.get(link.plan_id)
        if plan is None or link.commitment_id not in plan.commitments:
            yield Place(link.at)


@on_register("G-R10", *_COMMITMENTS, each="measure")
def commitments_stand(report: Report, facts: Facts) -> Found:
    """What a measure carries out was not withdrawn."""
    for link in report.links:
        known = facts.commitment(link.plan_id, link.commitment_id)
        if known and not known.stands_on(facts.day):
            yield Place(link.at)


@on_register("G-R11", *_COMMITMENTS, "/cover/form", "/cover/origin")
def open_commitments_are_spoken_of(report: Report, facts: Facts) -> Found:
    """A commitment that is past its target and not reported as done is carried out by a measure."""
    if not report.is_submission or not report.is_full:
        return
    spoken_of = {(link.plan_id, link.commitment_id) for link in report.links}
    for plan in facts.own_plans:
        for name in sorted(plan.commitments):
            if (plan.plan_id, name) not in spoken_of and _is_open(plan, name, facts):
                yield Place("/statements", {"plan": plan.plan_id, "commitment": name})


def _is_open(plan: Plan, name: str, facts: Facts) -> bool:
    commitment = plan.commitments[name]
    if plan.is_concluded_on(facts.day) or not commitment.stands_on(facts.day):
        return False
    done = commitment.implementation_status in {"in_place", "not_applicable"}
    return commitment.target_on < facts.day and not done


@on_register("G-R12", "/plans/*/plan_id", "/plans/", "/cover/form", "/cover/origin")
def plans_in_force_are_named(report: Report, facts: Facts) -> Found:
    """A full report names the participant's plans that are in force."""
    if not report.is_submission or not report.is_full:
        return
    named = {row.get("plan_id") for _, row in report.plans}
    for plan in facts.own_plans:
        if plan.plan_id not in named and plan.runs_on(facts.day):
            yield Place("/plans", {"plan": plan.plan_id})


@on_register("G-R13", *_COMMITMENTS, *of_measures("implementation_status"), each="measure")
def progress_of_the_register(report: Report, facts: Facts) -> Found:
    """A measure that is done agrees with the progress reported on its commitment."""
    for link in report.links:
        known = facts.commitment(link.plan_id, link.commitment_id)
        if known is None or link.measure.row.get("implementation_status") not in DONE:
            continue
        if SCALE.get(known.implementation_status or "", 4) <= SCALE["planned"]:
            yield Place(link.at, {"reported": known.implementation_status})


@on_register("G-R14", "/cover/origin", needs=("clearance",))
def drafted_by_who_may(report: Report, facts: Facts) -> Found:
    """Who drafted is a focal point or a delegate on the day."""
    if report.clearance and report.is_submission and not facts.person(report.clearance.drafted_by):
        yield Place("")


@on_register("G-R15", "/cover/origin", needs=("clearance",))
def cleared_by_a_focal_point(report: Report, facts: Facts) -> Found:
    """Who released is a focal point on the day."""
    if report.clearance is None or not report.is_submission:
        return
    person = facts.person(report.clearance.cleared_by)
    if person is None or person.role != "focal_point":
        yield Place("")


@on_register(
    "G-R16",
    "/cover/origin",
    "/statements/",
    "/statements/*/changed",
    "/human_rights/",
    needs=("clearance",),
)
def drafted_within_the_delegation(report: Report, facts: Facts) -> Found:
    """A delegate drafts what was delegated."""
    person = facts.person(report.clearance.drafted_by) if report.clearance else None
    if person is None or person.role != "delegate" or not report.is_submission:
        return
    for at, unit, said in report.statements:
        if said.get("changed") and unit not in person.parts:
            yield Place(at)
    if report.human_rights is not None and "human_rights" not in person.parts:
        yield Place("/human_rights")


@on_register("G-R17", *of_measures("evidence"), each="measure")
def evidence_is_deposited(report: Report, facts: Facts) -> Found:
    """The evidence that a measure names is deposited."""
    for one in report.measures:
        if "evidence" not in one.row:
            continue
        for number, digest in enumerate(one.row["evidence"]):
            place = f"{one.at}/evidence/{number}"
            if facts.evidence is None:
                yield Unseen(place, "evidence")
            elif digest not in facts.evidence:
                yield Place(place)


@on_register("G-R25", "/statements/*/assistance_cited", each="statement")
def cited_assistance_exists(report: Report, facts: Facts) -> Found:
    """A need or an offer that is cited is in the register, and stood by the day."""
    for one in report.citations:
        known = facts.assistance.get(one.assistance_id)
        if known is None or facts.day < known.effective_on:
            yield Place(one.at)


@on_register("G-R26", "/statements/*/assistance_cited", each="statement")
def cited_assistance_concerns_the_participant(report: Report, facts: Facts) -> Found:
    """A need or an offer is cited by whose it is, or by whose it was matched with."""
    for one in report.citations:
        known = facts.assistance.get(one.assistance_id)
        if known and not known.concerns(facts.participant):
            yield Place(one.at)


CHECKS = (
    period_of_the_cycle,
    transmitted_by_today,
    measures_by_today,
    treaties_by_today,
    plans_are_registered,
    national_plans_are_ones_own,
    plan_status_of_the_register,
    plan_scope_of_the_register,
    commitments_exist,
    commitments_stand,
    open_commitments_are_spoken_of,
    plans_in_force_are_named,
    progress_of_the_register,
    drafted_by_who_may,
    cleared_by_a_focal_point,
    drafted_within_the_delegation,
    evidence_is_deposited,
    cited_assistance_exists,
    cited_assistance_concerns_the_participant,
)
