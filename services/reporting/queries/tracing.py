"""The way from a figure to what it rests on: explanation, entries, their events and proofs."""

from collections.abc import Iterable
from dataclasses import asdict
from urllib.parse import urlencode

from sqlalchemy import Connection, select

from services.reporting.projections.entries import entry_table
from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import Slot
from services.reporting.queries.rows import Row, some_at_a_time

EXPLAINED = "/v1/aggregates/explain"
COLUMNS = ("position", "type", "stream", "version", "recorded_at", "participant")


def explained_at(moment: Moment, path: str, **asked: str | None) -> str:
    """Write the address at which a figure is explained as it stands here, on this day."""
    given = {name: value for name, value in asked.items() if value is not None}
    pinned = {"as_of": str(moment.position), "effective_on": moment.effective_on.isoformat()}
    return f"{path}?{urlencode({**given, **pinned})}"


def traced(moment: Moment, aggregate: str, slot: Slot, code: str | None = None) -> str:
    """Write the address at which a figure of an aggregate is explained."""
    asked = {"cycle" if one == "cycle_id" else one: said for one, said in asdict(slot).items()}
    return explained_at(moment, EXPLAINED, aggregate=aggregate, **asked, counted_under=code)


def list_entries(connection: Connection, moment: Moment, found: Iterable[int]) -> list[Row]:
    """Say what stands at some positions, and where the registry shows event and proof.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        found: positions, in any order.
    """
    wanted = sorted(set(found))
    entry = entry_table.c
    columns = [entry[name] for name in COLUMNS]
    rows: list[Row] = []
    for some in some_at_a_time(wanted):
        statement = (
            select(*columns)
            .where(entry.generation == moment.generation, entry.position.in_(some))
            .order_by(entry.position)
        )
        rows += (dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(statement))
    return [{**row, **_at_the_registry(row["position"])} for row in rows]


def _at_the_registry(position: int) -> Row:
    """Give addresses below the registry's: a page that begins with the event, and the receipt."""
    return {
        "event": f"/v1/events?after={position - 1}",
        "receipt": f"/v1/receipts/{position}",
    }
