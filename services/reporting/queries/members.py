"""What the members of an organisation say unit by unit, plan and need: as slices of facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.assistance_needs import COUNTED, list_unmet
from services.reporting.queries.counting import COMPILATION, SUBMISSION, Fact, Slice, Slot
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.distributions import (
    CODES,
    METRIC,
    by_whose,
    of_members,
    statement_facts,
)
from services.reporting.queries.memberships import Belonging, Organisations, list_organisations
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.plans import list_courses
from services.reporting.queries.rows import positions
from services.reporting.queries.statements import edition_of

PLANS = "members_with_a_plan_in_force"
IN_FORCE, NONE_IN_FORCE = "in_force", "none_in_force"
NEEDS = "needs_unmet"

ByMember = Mapping[str, Sequence[Fact]]
"""Facts by the participant whose they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A cycle, and what there is of everybody who may be a member of something."""

    seen: Overview
    then: Organisations
    """Members on the cycle's reference day: theirs are the statements and rates."""
    now: Organisations
    """Members on the day asked about: theirs are the plans and needs that stand on it."""
    said: Mapping[str, ByMember]
    """A fact for each unit, by origin."""
    plans: ByMember
    """A fact for each national plan in force."""
    needs: ByMember
    """A fact for each need that nothing was matched with."""


def gather(connection: Connection, moment: Moment, cycle_id: str) -> Gathered:
    """Look at a cycle, and at the plans and needs of the day.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    seen = overview(connection, moment, get_cycle_row(connection, moment, cycle_id))
    said = statement_facts(seen, edition_of(seen.cycle).units)
    return Gathered(
        seen=seen,
        then=list_organisations(connection, moment, on=seen.reference_day),
        now=list_organisations(connection, moment, on=moment.effective_on),
        said={origin: by_whose(facts) for origin, facts in said.items()},
        plans=by_whose(_plans_in_force(connection, moment)),
        needs=by_whose(list_unmet(connection, moment)),
    )


def by_organisation(
    connection: Connection, moment: Moment, cycle_id: str | None
) -> Iterator[Slice]:
    """Give what the members of each organisation say, plan and need; organisations overlap."""
    gathered = gather(connection, moment, cycle_id or "")
    for organisation in gathered.then:
        yield from slices_of(gathered, organisation)


def statements_of(gathered: Gathered, organisation: str) -> Iterator[Slice]:
    """Give the slice that the aggregate `organisations` has of one; then that of compilations."""
    for origin in (SUBMISSION, COMPILATION):
        facts = list(of_members(gathered.said[origin], gathered.then[organisation]))
        if facts or origin == SUBMISSION:
            yield Slice(
                slot=replace(_slot(gathered, organisation), origin=origin),
                codes=CODES,
                facts=facts,
            )


def slices_of(gathered: Gathered, organisation: str) -> Iterator[Slice]:
    """Give the slices of one organisation: its members' statements by unit, plans and needs."""
    own, now = _slot(gathered, organisation), gathered.now[organisation]
    for whole in statements_of(gathered, organisation):
        for unit in edition_of(gathered.seen.cycle).units:
            part = {"dimension": "organisation_and_unit", "key": f"{organisation}.{unit}"}
            facts = [one for one in whole.facts if one.item == unit]
            yield replace(whole, slot=replace(whole.slot, **part), facts=facts)
    planned = [_planned(code, one, gathered.plans.get(code, ())) for code, one in now.items()]
    yield Slice(slot=replace(own, metric=PLANS), codes=(IN_FORCE, NONE_IN_FORCE), facts=planned)
    needed = list(of_members(gathered.needs, now))
    yield Slice(
        slot=replace(own, metric=NEEDS), codes=(COUNTED,), facts=needed, measured_in="needs"
    )


def _slot(gathered: Gathered, organisation: str) -> Slot:
    cycle_id = gathered.seen.cycle["cycle_id"]
    return Slot(metric=METRIC, dimension="organisation", key=organisation, cycle_id=cycle_id)


def _plans_in_force(connection: Connection, moment: Moment) -> Iterator[Fact]:
    """Give the plans that participants themselves registered; compilations are in no figure."""
    for plan_id, one in sorted(list_courses(connection, moment).items()):
        is_own = (one.row["scope"], one.row["origin"]) == ("national", SUBMISSION)
        if is_own and one.status(moment.effective_on) == "in_force":
            described = one.description(moment.effective_on)
            yield Fact(
                participant=one.row["participant"],
                item=plan_id,
                code=IN_FORCE,
                positions=tuple(positions(one.row["position"], described["position"])),
                asserted_by="participant",
            )


def _planned(code: str, belonging: Belonging, plans: Sequence[Fact]) -> Fact:
    """Say of a member whether it has a plan in force; what nobody registered, nobody asserts."""
    registered = (at for one in plans for at in one.positions)
    return Fact(
        participant=code,
        item=None,
        code=IN_FORCE if plans else NONE_IN_FORCE,
        is_certain=belonging.is_certain,
        positions=tuple(positions(*belonging.positions, *registered)),
        asserted_by="participant" if plans else "system",
    )
