"""Questions on reports: the national implementation report of one participant for one cycle."""

from collections.abc import Sequence

from sqlalchemy import Connection

from contracts.authority.policy import Resource
from services.reporting.queries.actions import Action, action_rows
from services.reporting.queries.as_of import Moment, missing
from services.reporting.queries.before import before_row, look_before
from services.reporting.queries.carrying import (
    with_assistance,
    with_commitments,
    with_commitments_in_section,
)
from services.reporting.queries.commitments import METHOD, Promise, list_promises, seen, serves
from services.reporting.queries.heading import Looked, look
from services.reporting.queries.owing import list_owed, standing_state
from services.reporting.queries.parts import list_parts, spoken
from services.reporting.queries.plan_progress import list_plan_progress
from services.reporting.queries.record import Record
from services.reporting.queries.report_actions import Situation, report_actions
from services.reporting.queries.review import version_rows
from services.reporting.queries.reviewing import NOT_REVIEWED, Reviewed, list_reviewed
from services.reporting.queries.rows import Row, decoded
from services.reporting.queries.shown import notices
from services.reporting.queries.statements import section, statements
from services.reporting.queries.submitted import document_row
from services.reporting.queries.unit_changes import unit_changes


def get_report(connection: Connection, moment: Moment, *, code: str, cycle_id: str) -> Row:
    """Give the whole report; where nothing was filed, every unit is `not_reported`.

    Raises:
        NotFound: no such participant, or no such cycle, as known at the moment.
    """
    looked = look(connection, moment, code, cycle_id)
    record = spoken(connection, moment, looked.record)
    reviewed = list_reviewed(connection, moment, [looked.report_id])
    own = reviewed.get(looked.report_id, NOT_REVIEWED)
    said = list(statements(looked.instrument, record, moment.effective_on))
    stated = record.stated if record else {}
    human_rights = section(stated.get("human_rights"), moment.effective_on)
    promises = list_promises(connection, moment, participant=code)
    return {
        **looked.heading,
        "submission_state": standing_state(looked.versions, own),
        "versions": version_rows(looked.versions, own, looked.carriers, moment),
        **_documents(connection, moment, record),
        "commitments": [seen(one, moment) for one in promises],
        "state_method": METHOD,
        **_since_the_cycle_before(connection, moment, looked, record, promises),
        "statements": with_assistance(
            connection, moment, with_commitments(connection, moment, said)
        ),
        "human_rights": with_commitments_in_section(connection, moment, human_rights),
        "observations": section(stated.get("observations"), moment.effective_on),
        "notices": notices([one.part for one in stated.values()]),
        "actions": action_rows(
            _actions(connection, moment, looked, own),
            moment.reader,
            Resource(participant=code, cycle_id=cycle_id),
        ),
    }


def _actions(
    connection: Connection, moment: Moment, looked: Looked, reviewed: Reviewed
) -> list[Action]:
    """Say what may be done next, on the day asked about."""
    (owed,) = list_owed(connection, moment, [(looked.seen, looked.heading["participant"])])
    found = list_parts(connection, moment, [looked.report_id], with_sections=True)
    parts = [
        (version, part)
        for version in looked.versions
        for part in found.get((version.report_id, version.number), {}).values()
    ]
    return report_actions(Situation(owed=owed, reviewed=reviewed, parts=parts))


def get_statement(
    connection: Connection, moment: Moment, *, code: str, cycle_id: str, unit: str
) -> Row:
    """Give what stands under one reporting unit.

    Raises:
        NotFound: no such participant, cycle or unit, as known at the moment.
        Unavailable: it may be among what is held back of the participant.
    """
    looked = look(connection, moment, code, cycle_id)
    record = spoken(connection, moment, looked.record, only=unit)
    for row in statements(looked.instrument, record, moment.effective_on):
        if row["unit"] == unit:
            parts = [one.part for one in record.stated.values()] if record else []
            (carrying,) = with_commitments(connection, moment, [row])
            (shown,) = with_assistance(connection, moment, [carrying])
            found = list_promises(connection, moment, participant=code)
            promises = [one for one in found if serves(one, unit)]
            return {
                **looked.heading,
                "statement": shown,
                "commitments": [seen(one, moment) for one in promises],
                "state_method": METHOD,
                **_since_the_cycle_before(connection, moment, looked, record, promises, unit),
                "notices": notices(parts),
            }
    raise missing(moment, code)


def _since_the_cycle_before(
    connection: Connection,
    moment: Moment,
    looked: Looked,
    record: Record | None,
    promises: Sequence[Promise],
    unit: str | None = None,
) -> Row:
    """Give what moved: in plans in force, and under each unit; the cycle meant stands beside.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        looked: the report.
        record: what stands in it, with its words.
        promises: what is promised in plans.
        unit: only for this one.
    """
    code, before = looked.heading["participant"], look_before(connection, moment, looked)
    rows: list[Row] = []
    if before is not None:
        then = spoken(connection, moment, before.record, only=unit)
        found = unit_changes(moment, looked, before, now=record, then=then)
        rows = [row for row in found if unit in (None, row["unit"])]
    return {
        "plan_progress": list_plan_progress(
            connection, moment, promises, before, participant=code, unit=unit
        ),
        "cycle_before": before_row(before, moment),
        "changes": rows,
    }


def _documents(connection: Connection, moment: Moment, record: Record | None) -> Row:
    """Give parts A, B and C: the newest document's; an update without plans leaves them be."""
    parts: Row = {"cover": None, "plans": [], "treaties": []}
    for version in record.documents if record else ():
        row = document_row(connection, moment, version.report_id, version.number)
        parts["cover"] = decoded(row["cover"])
        for name in ("plans", "treaties"):
            parts[name] = decoded(row[name]) or parts[name]
    return parts
