"""Questions on regional reports: what an organisation filed, and its members as of the day."""

from collections.abc import Mapping

from sqlalchemy import Connection

from contracts import participants
from services.kit.errors import NotFound
from services.reporting.queries.aggregates import rows_of
from services.reporting.queries.as_of import Moment, missing
from services.reporting.queries.assistance import Chosen, list_assistance
from services.reporting.queries.commitments import METHOD, commitment_rows, list_promises
from services.reporting.queries.members import Gathered, gather, slices_of, statements_of
from services.reporting.queries.memberships import Belonging
from services.reporting.queries.methodology import METRICS
from services.reporting.queries.obligations import obligation
from services.reporting.queries.participants import group_of, names
from services.reporting.queries.participation import Signatory, list_signatories
from services.reporting.queries.plans import list_plans
from services.reporting.queries.rates import traced
from services.reporting.queries.reports import get_report
from services.reporting.queries.rows import ASSERTED_BY, Page, Row, decoded, positions
from services.reporting.queries.tally import Scope, figure, tally

EVERYTHING = Page(limit=20_000)


def get_regional_report(
    connection: Connection, moment: Moment, *, organisation: str, cycle_id: str
) -> Row:
    """Give what an organisation says itself, and beside it, apart, what its members say.

    Nothing is counted anew: rates and figures are the rows of their own lists.

    Raises:
        NotFound: no such cycle; or nobody with this code signed, and nobody was ever a member of
            it, as known at the moment.
        Unavailable: all that was recorded of the organisation is held back.
    """
    gathered = gather(connection, moment, cycle_id)
    signatories = list_signatories(connection, moment)
    has_signed = organisation in signatories
    if not has_signed:
        why = missing(moment, organisation)
        if organisation not in gathered.then or not isinstance(why, NotFound):
            raise why
    named = names(connection, moment)
    belonging = gathered.now.get(organisation, {})
    cycle = gathered.seen.cycle
    promises = list_promises(connection, moment, participant=organisation)
    return {
        "organisation": organisation,
        "name": _name(named, organisation),
        "cycle_id": cycle_id,
        "cycle_title": decoded(cycle["title"]),
        "reference_day": gathered.seen.reference_day,
        "report": get_report(connection, moment, code=organisation, cycle_id=cycle_id)
        if has_signed
        else None,
        "plans": list_plans(connection, moment, EVERYTHING, participant=organisation).rows,
        "commitments": commitment_rows(connection, moment, promises),
        "state_method": METHOD,
        "members": [
            _member(moment, gathered, organisation, code, signatories.get(code), _name(named, code))
            for code in sorted({*gathered.then.get(organisation, {}), *belonging})
        ],
        "rates": _rates(moment, gathered, organisation),
        "figures": _figures(moment, gathered, organisation),
        "plans_of_members": _plans(connection, moment, belonging),
        "needs_of_members": _needs(connection, moment, belonging),
        "positions": positions(
            cycle["position"], *(signatories[organisation].positions if has_signed else ())
        ),
        "asserted_by": "system",
    }


def _name(named: Mapping[str, Mapping[str, str]], code: str) -> Mapping[str, str]:
    """Give the name of the register; of who never signed, the one among the published facts."""
    return named.get(code) or dict(participants.names(code))


def _rates(moment: Moment, gathered: Gathered, organisation: str) -> list[Row]:
    """Give the five metrics over the members; none where nobody was ever recorded as one."""
    if organisation not in gathered.then:
        return []
    scope = Scope("organisation", organisation)
    found = tally(gathered.seen, scope, gathered.then)
    return [traced(moment, figure(gathered.seen, scope, metric, found)) for metric in METRICS]


def _figures(moment: Moment, gathered: Gathered, organisation: str) -> list[Row]:
    """Give statements in all and by unit, plans and needs; none where nobody was ever a member."""
    if organisation not in gathered.then:
        return []
    parts = {
        "organisations": statements_of(gathered, organisation),
        "members": slices_of(gathered, organisation),
    }
    return [
        row for name, found in parts.items() for one in found for row in rows_of(name, moment, one)
    ]


def _member(
    moment: Moment,
    gathered: Gathered,
    organisation: str,
    code: str,
    signatory: Signatory | None,
    name: Mapping[str, str],
) -> Row:
    """Give who is a member on the day, or was on the reference day, and what it filed."""
    return {
        "participant": code,
        "name": name,
        "regional_group": group_of(code),
        "membership": _belonging(gathered.now[organisation].get(code)),
        "counted_as": _belonging(gathered.then[organisation].get(code)),
        "standing": signatory.standing if signatory else None,
        "positions": list(signatory.positions) if signatory else [],
        "asserted_by": "secretariat",
        "obligation": obligation(gathered.seen, moment, code),
        "filed": _filed(gathered, code),
    }


def _belonging(one: Belonging | None) -> Row:
    if one is None:
        return {"standing": "none", "positions": []}
    return {
        "standing": "certain" if one.is_certain else "possible",
        "positions": list(one.positions),
    }


def _filed(gathered: Gathered, code: str) -> Row | None:
    """Give the version of a member's report that came last, labelled where it is a compilation."""
    received = gathered.seen.received(code)
    if not received:
        return None
    latest, withdrawal = received[-1], received[-1].withdrawn
    return {
        "report_id": latest.report_id,
        "report_version": latest.number,
        "origin": latest.origin,
        "received_on": latest.received_on,
        "is_withdrawn": withdrawal is not None,
        "positions": positions(latest.position, withdrawal.position if withdrawal else None),
        "asserted_by": ASSERTED_BY.get(latest.origin, "system"),
    }


def _plans(connection: Connection, moment: Moment, members: Mapping[str, Belonging]) -> list[Row]:
    """List the members' national plans in force on the day."""
    found = list_plans(connection, moment, EVERYTHING, scope="national").rows
    return [row for row in found if row["participant"] in members and row["status"] == "in_force"]


def _needs(connection: Connection, moment: Moment, members: Mapping[str, Belonging]) -> list[Row]:
    """List the members' needs that stand on the day and are matched with no offer."""
    needs = Chosen(kind="need", among=members)
    return list(list_assistance(connection, moment, EVERYTHING, chosen=needs, state="open").rows)
