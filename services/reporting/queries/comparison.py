"""Questions on two versions of a report: what differs, as JSON Patch and in sentences."""

from typing import Any

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment, missing
from services.reporting.queries.difference import changes, patch
from services.reporting.queries.heading import look
from services.reporting.queries.review import version_rows
from services.reporting.queries.reviewing import NOT_REVIEWED, list_reviewed
from services.reporting.queries.rows import Row
from services.reporting.queries.sentences import told
from services.reporting.queries.submitted import get_document
from services.reporting.queries.versions import Version


def get_difference(
    connection: Connection, moment: Moment, *, code: str, cycle_id: str, older: int, newer: int
) -> Row:
    """Give what differs between two versions, each as it stands in the log.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        code: of the participant.
        cycle_id: of the cycle.
        older: number of the version to begin with; it may be the later one.
        newer: number of the version to end with.

    Raises:
        NotFound: no such version was received, as known at the moment.
        Unavailable: a version may be among what is held back.
    """
    looked = look(connection, moment, code, cycle_id)
    reviewed = list_reviewed(connection, moment, [looked.report_id])
    own = reviewed.get(looked.report_id, NOT_REVIEWED)
    found_rows = version_rows(looked.versions, own, looked.carriers, moment)
    rows = {row["report_version"]: row for row in found_rows}
    if older not in rows or newer not in rows:
        raise missing(moment, code)
    documents = {
        version.number: _document(connection, moment, version)
        for version in looked.versions
        if version.number in {older, newer}
    }
    found = list(changes(documents[older], documents[newer]))
    return {
        **looked.heading,
        "from": rows[older],
        "to": rows[newer],
        "patch": patch(found),
        "changes": [told(change, looked.instrument) for change in found],
    }


def _document(connection: Connection, moment: Moment, version: Version) -> dict[str, Any]:
    """Give the document that a version carries, or the one it renews."""
    report_id, number = version.renews or (version.report_id, version.number)
    return get_document(connection, moment, report_id, number).document
