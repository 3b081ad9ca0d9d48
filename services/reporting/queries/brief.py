"""Questions on the national overview: one participant and cycle, each part with its entries."""

from collections.abc import Mapping

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.assistance import Chosen, list_assistance
from services.reporting.queries.before import Before, look_before
from services.reporting.queries.findings import list_findings
from services.reporting.queries.heading import Looked, look
from services.reporting.queries.participants import get_participant
from services.reporting.queries.parts import spoken
from services.reporting.queries.plans import list_plans
from services.reporting.queries.record import Record
from services.reporting.queries.rows import Page, Row
from services.reporting.queries.statements import cells

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
    before = look_before(connection, moment, looked)
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
        "previous_cycle_id": before.cycle["cycle_id"] if before else None,
        "postulates": _postulates(connection, moment, looked, before),
        "needs": assistance.rows,
        "findings": findings.rows,
        "positions": looked.heading["positions"],
        "asserted_by": looked.heading["asserted_by"],
    }


def _postulates(
    connection: Connection, moment: Moment, looked: Looked, before: Before | None
) -> list[Row]:
    """Give what is said under each unit, beside what was said in the cycle before."""
    now = _as_seen(connection, moment, looked.record)
    earlier: Mapping[str, Row] = {}
    if before is not None and not before.is_other_voice:
        earlier = cells(before.instrument, _as_seen(connection, moment, before.record))
    return [
        {"unit": unit, "now": cell, "before": earlier.get(unit)}
        for unit, cell in cells(looked.instrument, now).items()
    ]


def _as_seen(connection: Connection, moment: Moment, record: Record | None) -> Record | None:
    """Give a record with what was disclosed to the reader; for everybody it needs no words."""
    return record if moment.reader is None else spoken(connection, moment, record)
