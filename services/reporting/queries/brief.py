"""Questions on the national overview: one participant and cycle, each part with its entries."""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping

from services.reporting.queries.as_of import Moment
from services.reporting.queries.assistance import Chosen, list_assistance
from services.reporting.queries.cycles import cycle_rows
from services.reporting.queries.findings import list_findings
from services.reporting.queries.heading import Looked, look
from services.reporting.queries.overview import overview
from services.reporting.queries.participants import get_participant
from services.reporting.queries.plans import list_plans
from services.reporting.queries.rows import Page, Row
from services.reporting.queries.statements import cells, edition_of

EVERYTHING = Page(limit=1_000)
HEADING = ("participant", "name", "regional_group", "cycle_id", "cycle_title", "report_id")


def get_brief(connection: Connection, moment: Moment, *, code: str, cycle_id: str) -> Row:
    """Give facts, plans, postulates, needs, and findings with their responses, side by side.

    Nothing is counted anew: every row is the one that its own list has, of which it takes the
    first page.

    Raises:
        NotFound: nobody with this code had signed, or no such cycle, as known at the moment.
        Unavailable: all that was recorded of the participant is held back.
    """
    facts = get_participant(connection, moment, code=code)
    looked = look(connection, moment, code, cycle_id)
    before = _cycle_before(connection, moment, looked.seen.cycle)
    needs = Chosen(participant=code, kind="need")
    findings = list_findings(connection, moment, EVERYTHING, participant=code, cycle_id=cycle_id)
    plans = list_plans(connection, moment, EVERYTHING, participant=code)
    assistance = list_assistance(connection, moment, EVERYTHING, chosen=needs)
    return {
        **{name: looked.heading[name] for name in HEADING},
        "origin": looked.heading["origin"],
        "report_version": looked.heading["report_version"],
        "facts": facts,
        "obligation": looked.heading["obligation"],
        "plans": plans.rows,
        "previous_cycle_id": before["cycle_id"] if before else None,
        "postulates": _postulates(connection, moment, looked, before, code),
        "needs": assistance.rows,
        "findings": findings.rows,
        "positions": looked.heading["positions"],
        "asserted_by": looked.heading["asserted_by"],
    }


def _cycle_before(connection: Connection, moment: Moment, cycle: RowMapping) -> RowMapping | None:
    """Give the cycle whose period began last before this one's; `None` where it is the first."""
    earlier = [
        row for row in cycle_rows(connection, moment) if row["period_from"] < cycle["period_from"]
    ]
    return max(earlier, key=lambda row: (row["period_from"], row["cycle_id"]), default=None)


def _postulates(
    connection: Connection,
    moment: Moment,
    looked: Looked,
    before: RowMapping | None,
    code: str,
) -> list[Row]:
    """Give what is said under each unit, beside what was said in the cycle before."""
    earlier: Mapping[str, Row] = {}
    if before is not None:
        seen = overview(connection, moment, before, participant=code)
        earlier = cells(edition_of(before), seen.records.get(code))
    return [
        {"unit": unit, "now": cell, "before": earlier.get(unit)}
        for unit, cell in cells(looked.instrument, looked.record).items()
    ]
