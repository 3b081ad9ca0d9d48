"""The cycle before one, and what a participant said for it: one mechanism for all who look back.

What a participant submitted is never set against what somebody compiled about it: where the two
cycles speak in different voices, nothing of the earlier one is given for a comparison.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from contracts.instrument import Edition
from contracts.participants import kind
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import cycle_rows
from services.reporting.queries.heading import Looked
from services.reporting.queries.overview import list_records
from services.reporting.queries.record import Record
from services.reporting.queries.rows import ASSERTED_BY, Row, decoded, positions
from services.reporting.queries.statements import edition_of
from services.reporting.queries.tracing import explained_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The cycle before, and what stands for it."""

    participant: str
    cycle: RowMapping
    instrument: Edition
    standing: Record | None
    """In whatever voice, without its words; `None` where nothing stands."""
    is_other_voice: bool
    """Whether it is another voice than that of what it is looked at beside."""

    @property
    def record(self) -> Record | None:
        """Give what may be set beside the later cycle; `None` where nothing may."""
        return None if self.is_other_voice else self.standing


def look_before(connection: Connection, moment: Moment, looked: Looked) -> Before | None:
    """Look at the cycle before the one looked at; `None` where there is none."""
    code = looked.heading["participant"]
    cycle = _cycle_before(connection, moment, looked.seen.cycle, code)
    if cycle is None:
        return None
    records, _ = list_records(connection, moment, cycle, participant=code, depth="figures")
    standing = records.get(code)
    voices = {one.latest.origin for one in (looked.record, standing) if one is not None}
    return Before(
        participant=code,
        cycle=cycle,
        instrument=edition_of(cycle),
        standing=standing,
        is_other_voice=len(voices) > 1,
    )


def before_row(before: Before | None, moment: Moment) -> Row | None:
    """Say which cycle is meant, what stands for it, and where that is shown."""
    if before is None:
        return None
    cycle, latest = before.cycle, before.standing.latest if before.standing else None
    report = f"/v1/reports/{before.participant}/{cycle['cycle_id']}"
    return {
        "cycle_id": cycle["cycle_id"],
        "cycle_title": decoded(cycle["title"]),
        "period_from": cycle["period_from"],
        "period_to": cycle["period_to"],
        "report_id": f"{before.participant}-{cycle['cycle_id']}",
        "report_version": latest.number if latest else None,
        "origin": latest.origin if latest else None,
        "positions": positions(cycle["position"], latest.position if latest else None),
        "explained_at": explained_at(moment, report),
        "asserted_by": ASSERTED_BY.get(latest.origin, "system") if latest else "system",
    }


def _cycle_before(
    connection: Connection, moment: Moment, cycle: RowMapping, code: str
) -> RowMapping | None:
    """Give the cycle whose period began last before, of those for the participant's kind."""
    earlier = [
        row
        for row in cycle_rows(connection, moment)
        if row["period_from"] < cycle["period_from"]
        and kind(code) in decoded(row["participant_kinds"])
    ]
    return max(earlier, key=lambda row: (row["period_from"], row["cycle_id"]), default=None)
