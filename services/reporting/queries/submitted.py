"""Questions on versions: one document as it was submitted, with what was decided on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment, known, missing
from services.reporting.queries.heading import look
from services.reporting.queries.parts import list_words
from services.reporting.queries.record import Part
from services.reporting.queries.review import version_rows
from services.reporting.queries.reviewing import NOT_REVIEWED, list_reviewed
from services.reporting.queries.rows import Row, decoded, positions
from services.reporting.queries.shown import notices, publication_row


def get_version(
    connection: Connection, moment: Moment, *, code: str, cycle_id: str, number: int
) -> Row:
    """Give one version as it was submitted, with what was decided on it.

    Raises:
        NotFound: no such version was received, as known at the moment.
        Unavailable: the version may be among what is held back.
    """
    looked = look(connection, moment, code, cycle_id)
    reviewed = list_reviewed(connection, moment, [looked.report_id])
    own = reviewed.get(looked.report_id, NOT_REVIEWED)
    for row in version_rows(looked.versions, own, looked.carriers, moment):
        if row["report_version"] == number:
            return {
                **looked.heading,
                **row,
                **_as_submitted(connection, moment, looked.report_id, number),
            }
    raise missing(moment, code)


def document_row(connection: Connection, moment: Moment, report_id: str, number: int) -> RowMapping:
    """Give a version with parts A, B and C of its document."""
    found = connection.execute(
        select(report_version).where(
            known(report_version, moment),
            report_version.c.report_id == report_id,
            report_version.c.report_version == number,
        )
    )
    return found.mappings().one()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a version carries."""

    document: dict[str, Any]
    """Part by part, as it stands in the log and may be shown: content, or its seal."""
    unchanged: frozenset[str]
    """Units of which it says that nothing changed; what was never opened does not tell."""


def get_document(connection: Connection, moment: Moment, report_id: str, number: int) -> Carried:
    """Give a version's document as it may be shown."""
    row = document_row(connection, moment, report_id, number)
    own = _words(connection, moment, report_id, number)
    whole = {
        "cover": decoded(row["cover"]),
        "plans": decoded(row["plans"]),
        "treaties": decoded(row["treaties"]),
        "statements": {name: _part(part) for name, part in own.items() if "unit" in part},
        "human_rights": _part(own.get("human_rights")),
        "observations": _part(own.get("observations")),
    }
    return Carried(
        document={name: part for name, part in whole.items() if part},
        unchanged=frozenset(name for name, part in own.items() if part.get("changed") is False),
    )


def _as_submitted(connection: Connection, moment: Moment, report_id: str, number: int) -> Row:
    row = document_row(connection, moment, report_id, number)
    own = _words(connection, moment, report_id, number)
    return {
        "template_version": row["template_version"],
        "ruleset_version": row["ruleset_version"],
        "validated_at_position": row["validated_at_position"],
        "exception_reference": row["exception_reference"],
        "reason": decoded(row["reason"]),
        "findings": decoded(row["findings"]),
        "explanations": decoded(row["explanations"]),
        "cover": decoded(row["cover"]),
        "plans": decoded(row["plans"]),
        "treaties": decoded(row["treaties"]),
        "statements": {name: _part(part) for name, part in own.items() if "unit" in part},
        "human_rights": _part(own.get("human_rights")),
        "observations": _part(own.get("observations")),
        "sections": [_section(name, part) for name, part in sorted(own.items())],
        "notices": notices(list(own.values())),
    }


def _words(
    connection: Connection, moment: Moment, report_id: str, number: int
) -> Mapping[str, Part]:
    """Give the parts of a version, with what was disclosed to the reader."""
    version = (report_id, number)
    return list_words(connection, moment, [version], reader=moment.reader).get(version, {})


def _part(part: Part | None) -> Row | None:
    """Give a part as it stands in the log and may be shown: its content, else its seal, if any.

    To a reader to whom it was disclosed, it is its content.
    """
    if part is None:
        return None
    if "disclosed" in part:
        told: Row = part["disclosed"]
        return told
    said = publication_row(part)
    if said["state"] == "restricted":
        restriction = {"position": said["position"], "reason": said["reason"]}
        seal = {} if part["seal"] is None else {"sealed": part["seal"]}
        return {**seal, "restricted": restriction}
    if part["restricted"]:
        return {"sealed": part["seal"], "visibility": part["visibility"]}
    content: Row = decoded(part["content"])
    return content


def _section(name: str, part: Part) -> Row:
    """Say of a section whether it is shown, and of a sealed one which digest it opens."""
    return {
        "section": name,
        "visibility": part["visibility"],
        "seal": part["seal"],
        "publication": publication_row(part),
        "positions": positions(part["position"], *part.get("shown_by", ())),
        "asserted_by": "participant" if part["origin"] == "submission" else "system",
    }
