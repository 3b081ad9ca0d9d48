"""Questions on reports: the national implementation report of one participant for one cycle."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.reporting.queries.actions import Action
from services.reporting.queries.as_of import Moment, missing
from services.reporting.queries.carrying import with_commitments
from services.reporting.queries.commitments import METHOD, list_promises, seen
from services.reporting.queries.heading import Looked, look
from services.reporting.queries.participation import list_signatories
from services.reporting.queries.parts import list_parts, spoken
from services.reporting.queries.record import Record
from services.reporting.queries.report_actions import (
    Situation,
    report_actions,
    submission_state,
    why_closed,
    why_not_report,
)
from services.reporting.queries.review import version_rows
from services.reporting.queries.reviewing import NOT_REVIEWED, Reviewed, list_reviewed
from services.reporting.queries.rows import Row, decoded
from services.reporting.queries.shown import notices
from services.reporting.queries.statements import section, statements
from services.reporting.queries.submitted import document_row


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
    return {
        **looked.heading,
        "submission_state": submission_state(looked.versions, own),
        "versions": version_rows(looked.versions, own, looked.carriers, moment.effective_on),
        **_documents(connection, moment, record),
        "commitments": _commitments(connection, moment, code),
        "state_method": METHOD,
        "statements": with_commitments(connection, moment, said),
        "human_rights": section(stated.get("human_rights"), moment.effective_on),
        "observations": section(stated.get("observations"), moment.effective_on),
        "notices": notices([one.part for one in stated.values()]),
        "actions": [one.row() for one in _actions(connection, moment, looked, own)],
    }


def _actions(
    connection: Connection, moment: Moment, looked: Looked, reviewed: Reviewed
) -> list[Action]:
    """Say what may be done next, on the day asked about."""
    cycle, code, day = looked.seen.cycle, looked.heading["participant"], moment.effective_on
    signatory = list_signatories(connection, moment, on=day, participant=code).get(code)
    newest = [(one.report_id, one.number) for one in looked.versions[-1:]]
    parts = list_parts(connection, moment, [looked.report_id], with_sections=True)
    return report_actions(
        Situation(
            report_id=looked.report_id,
            versions=looked.versions,
            reviewed=reviewed,
            parts=[part for one in newest for part in parts.get(one, {}).values()],
            may_report=why_not_report(
                code=code,
                kinds=decoded(cycle["participant_kinds"]),
                kind=signatory.kind if signatory else None,
                standing=signatory.standing if signatory else "not_yet",
                opens_on=cycle["opens_on"],
                day=day,
            ),
            closed=why_closed(closed_on=cycle["closed_on"], day=day),
        )
    )


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
            (shown,) = with_commitments(connection, moment, [row])
            return {**looked.heading, "statement": shown, "notices": notices(parts)}
    raise missing(moment, code)


def _commitments(connection: Connection, moment: Moment, code: str) -> Sequence[Row]:
    """Give how everything stands that the participant promised in its plans, beside part B."""
    return [seen(one, moment) for one in list_promises(connection, moment, participant=code)]


def _documents(connection: Connection, moment: Moment, record: Record | None) -> Row:
    """Give parts A, B and C: the newest document's; an update without plans leaves them be."""
    parts: Row = {"cover": None, "plans": [], "treaties": []}
    for version in record.documents if record else ():
        row = document_row(connection, moment, version.report_id, version.number)
        parts["cover"] = decoded(row["cover"])
        for name in ("plans", "treaties"):
            parts[name] = decoded(row[name]) or parts[name]
    return parts
