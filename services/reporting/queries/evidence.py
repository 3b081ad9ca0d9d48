"""Questions on evidence: which files a participant put forward, and what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from sqlalchemy import Connection, RowMapping, select

from contracts.authority.policy import Resource
from contracts.authority.table import UNMARKED
from services.reporting.projections.evidence import NOTHING_SINCE, evidence
from services.reporting.queries.actions import Action, action_rows
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.passages import passage
from services.reporting.queries.reader import Reader
from services.reporting.queries.rows import Listed, Page, Row, decoded, positions, take
from services.reporting.queries.streams import stream_versions

STREAM = "evidence-"
State: TypeAlias = Literal["current", "expired", "replaced", "withdrawn", "redacted"]
STATES: tuple[State, ...] = ("current", "expired", "replaced", "withdrawn", "redacted")

NOT_LATEST = "Other bytes have taken the place of these."
WITHDRAWN = "The piece of evidence was withdrawn."
DESTROYED = "The bytes were destroyed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which files are asked for; `None` chooses all."""

    participant: str | None = None
    cycle_id: str | None = None
    unit: str | None = None


def list_evidence(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    chosen: Chosen,
    state: State | None = None,
) -> Listed:
    """List the files put forward by the day, by participant, piece and digest.

    Days are those on which things were recorded (UTC). The counts by state are of all chosen.
    """
    found = [_as_of_the_day(row, moment) for row in _rows(connection, moment, chosen)]
    found = [row for row in _of_pieces(found) if _is_chosen(row, chosen)]
    keyed = [
        (f"{row['participant']}/{row['evidence_id']}/{row['digest']}", row)
        for row in found
        if state in (None, state_of(row, moment.effective_on))
    ]
    taken = take(keyed, page)
    streams = {STREAM + row["participant"] for row in taken.items}
    versions = stream_versions(connection, moment, streams)
    counts = {"total": len(found)}
    for name in STATES:
        counts[name] = sum(state_of(row, moment.effective_on) == name for row in found)
    return taken.shown(
        moment.reader,
        lambda row, reader: _row(reader, row, moment.effective_on, versions),
        counts=counts,
    )


def _rows(connection: Connection, moment: Moment, chosen: Chosen) -> Iterator[RowMapping]:
    """Give the files put forward by the day, with those they took the place of before them."""
    statement = select(evidence).where(known(evidence, moment)).order_by(evidence.c.position)
    if chosen.participant is not None:
        statement = statement.where(evidence.c.participant == chosen.participant)
    for row in connection.execute(statement).mappings():
        if _day(row["recorded_at"]) <= moment.effective_on:
            yield row


def _as_of_the_day(row: RowMapping, moment: Moment) -> Row:
    """Give a file without what became of it after the day."""
    found: Row = dict(row)
    for act, members in _SINCE.items():
        at = found[f"{act}_at"]
        if at is not None and _day(at) > moment.effective_on:
            found |= {name: NOTHING_SINCE[name] for name in members}
    return found


_SINCE: Mapping[str, tuple[str, ...]] = {
    "replaced": ("replaced_by", "replaced_at"),
    "withdrawn": ("withdrawn_by", "withdrawn_at", "withdrawal_reason"),
    "redacted": ("redacted_by", "redacted_at", "redaction_reason", "redaction_reference"),
}
"""By act, the members of a row that it fills."""


def _of_pieces(rows: Sequence[Row]) -> Iterator[Row]:
    """Give files with what their piece has: the cycle and unit of its deposit, and its end.

    Args:
        rows: of whole pieces, in order of position: a deposit stands before what revises it.
    """
    deposits: dict[tuple[str, str], Row] = {}
    for row in rows:
        deposits.setdefault(_piece(row), row)
    withdrawn = {_piece(row) for row in rows if row["withdrawn_at"] is not None}
    for row in rows:
        about = {name: deposits[_piece(row)][name] for name in ("cycle_id", "unit")}
        yield {**row, **about, "is_piece_withdrawn": _piece(row) in withdrawn}


def _piece(row: Row) -> tuple[str, str]:
    return row["participant"], row["evidence_id"]


def state_of(row: Mapping[str, object], day: date) -> State:
    """Say how a file stands on a day; what was destroyed is so whatever else became of it."""
    if row["redacted_at"] is not None:
        return "redacted"
    if row["withdrawn_at"] is not None:
        return "withdrawn"
    if row["replaced_at"] is not None:
        return "replaced"
    valid_to = row["valid_to"]
    return "expired" if isinstance(valid_to, date) and valid_to < day else "current"


def _is_chosen(row: Row, chosen: Chosen) -> bool:
    return all(
        wanted in (None, row[name])
        for name, wanted in (("cycle_id", chosen.cycle_id), ("unit", chosen.unit))
    )


def _row(reader: Reader | None, row: Row, day: date, versions: Mapping[str, int]) -> Row:
    stream, state = STREAM + row["participant"], state_of(row, day)
    is_open = _resource(row).visibility == "public" and state != "redacted"
    return {
        "evidence_id": row["evidence_id"],
        "participant": row["participant"],
        "cycle_id": row["cycle_id"],
        "unit": row["unit"],
        "digest": row["digest"],
        "media_type": row["media_type"],
        "size_bytes": row["size_bytes"],
        "collected_on": row["collected_on"],
        "valid_to": row["valid_to"],
        "state": state,
        **passage(reader, row, "description", resource=_resource(row)),
        "replaces": row["replaces"],
        "withdrawal_reason": decoded(row["withdrawal_reason"]),
        "redaction_reason": decoded(row["redaction_reason"]),
        "redaction_reference": row["redaction_reference"],
        "href": f"/v1/evidence/{row['participant']}/{row['digest']}" if is_open else None,
        "recorded_at": row["recorded_at"],
        "positions": positions(
            row["position"], row["replaced_by"], row["withdrawn_by"], row["redacted_by"]
        ),
        "asserted_by": "participant",
        "actions": action_rows(_actions(row), reader, Resource(participant=row["participant"])),
        "stream": stream,
        "version": versions[stream],
    }


def _resource(row: Row) -> Resource:
    """Describe a file, and what is said of it, as something that may be read.

    The registry says the same of the bytes: a piece that was withdrawn is for its participant and
    the secretariat.
    """
    return Resource(
        participant=row["participant"],
        cycle_id=row["cycle_id"],
        unit=row["unit"],
        visibility=UNMARKED if row["is_piece_withdrawn"] else row["description_visibility"],
    )


def _actions(row: Row) -> Iterator[Action]:
    href = f"/v1/participants/{row['participant']}/evidence"
    ended = WITHDRAWN if row["withdrawn_at"] else NOT_LATEST if row["replaced_at"] else None
    destroyed = DESTROYED if row["redacted_at"] else None
    for rel, reason in (
        ("revise-evidence", ended),
        ("withdraw-evidence", ended),
        ("redact-evidence", destroyed),
    ):
        yield Action(rel=rel, method="POST", href=href, by="participant", reason=reason)


def _day(recorded_at: str) -> date:
    return date.fromisoformat(recorded_at[:10])
