"""Questions on reviews: what waits, since when, and for whom to act."""

from collections.abc import Iterator
from typing import get_args

from sqlalchemy import Connection

from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.record import standing, voice_of
from services.reporting.queries.review import State, open_questions, state_of, waiting_since
from services.reporting.queries.reviewing import NOT_REVIEWED, Reviewed, list_reviewed
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.statements import aged
from services.reporting.queries.versions import Version, list_versions, with_renewed

STATES: tuple[State, ...] = get_args(State)
THAT_WAIT: tuple[State, ...] = ("submitted", "under_review", "returned")
"""States in which somebody is to act."""


def list_reviews(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    state: State | None = None,
    cycle_id: str | None = None,
) -> Listed:
    """List the latest version of each report, as long as it stands; who waits longest comes first.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        state: only what stands there; `None` gives all that waits for somebody.
        cycle_id: only this cycle.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    chosen = [report_version.c.origin == "submission"]
    if cycle_id is not None:
        get_cycle_row(connection, moment, cycle_id)
        chosen.append(report_version.c.cycle_id == cycle_id)
    received = list_versions(connection, moment, *chosen)
    everything = with_renewed(connection, moment, received)
    carriers = {(one.report_id, one.number): one for own in everything.values() for one in own}
    reviewed = list_reviewed(connection, moment, list(received))
    rows = []
    for report_id, versions in received.items():
        for latest in standing(voice_of(versions))[-1:]:
            own = reviewed.get(report_id, NOT_REVIEWED)
            if state_of(latest, own) in ((state,) if state else THAT_WAIT):
                carrier = carriers.get(latest.renews) if latest.renews else latest
                row = _row(latest, own, carrier, moment)
                rows.append((f"{row['waiting_since']} {report_id}", row))
    return cut(rows, page, states=list(_counts(rows)))


def _counts(rows: list[tuple[str, Row]]) -> Iterator[Row]:
    """Count the rows by state and by who is to act."""
    for state in STATES:
        found = [row for _, row in rows if row["state"] == state]
        if found:
            by_participant = sum(row["waits_for"] == "participant" for row in found)
            yield {"state": state, "reports": len(found), "wait_for_participant": by_participant}


def _row(latest: Version, reviewed: Reviewed, carrier: Version | None, moment: Moment) -> Row:
    state, waiting = state_of(latest, reviewed), open_questions(latest, reviewed)
    since = waiting_since(latest, reviewed)
    due = [row["due_on"] for row in waiting if row["due_on"] is not None]
    return {
        "report_id": latest.report_id,
        "participant": latest.participant,
        "cycle_id": latest.cycle_id,
        "report_version": latest.number,
        "digest": latest.digest,
        "form": latest.form,
        "state": state,
        "waits_for": _waits_for(state, is_asked=bool(waiting)),
        "waiting_since": since["recorded_at"],
        "received_on": latest.received_on,
        "age_days": (moment.effective_on - latest.received_on).days,
        "substance": aged(carrier, moment.effective_on) if carrier else None,
        "open_clarifications": [row["clarification_id"] for row in waiting],
        "answer_due_on": min(due, default=None),
        "stream": f"report-{latest.report_id}",
        "positions": positions(latest.position, since["position"]),
        "asserted_by": "system",
    }


def _waits_for(state: State, *, is_asked: bool) -> str | None:
    if state == "accepted":
        return None
    return "participant" if state == "returned" or is_asked else "secretariat"
