"""Questions on changes: what was recorded between two positions, with links to what shows it."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, RowMapping, select

from services.reporting.projections.entries import entry_table
from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import COMPILATION
from services.reporting.queries.rows import Listed, Page, Row
from services.reporting.queries.years import is_compiled

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "assistance": "/v1/assistance",
        "audit": "/v1/findings?participant={participant}&cycle={cycle_id}",
        "cycle": "/v1/cycles",
        "evidence": "/v1/evidence?participant={participant}",
        "focal": "/v1/participants/{participant}/people",
        "instrument": "/v1/publications?kind=instrument",
        "mandate": "/v1/mandates",
        "methodology": "/v1/publications?kind=methodology",
        "obligation": "/v1/obligations?participant={participant}&cycle={cycle_id}",
        "participation": "/v1/participants/{participant}",
        "plan": "/v1/plans/{key}",
        "report": "/v1/reports/{participant}/{cycle_id}",
        "ruleset": "/v1/publications?kind=ruleset",
    }
)
"""By the first word of a stream's name: where reporting shows what it says."""


def list_changes(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    after: int,
    participant: str | None = None,
    event_type: str | None = None,
) -> Listed:
    """List the entries after a position, up to the moment's own, in the order of the log.

    Args:
        connection: a reading transaction.
        moment: where the answer stands; its position is the last one looked at.
        page: which rows; the key is the position.
        after: the position before the first one wanted.
        participant: only what names this participant.
        event_type: only this type of event.
    """
    table = entry_table.c
    since = after if page.after is None else max(after, int(page.after))
    wanted = [
        table.generation == moment.generation,
        table.position > since,
        table.position <= moment.position,
    ]
    if participant is not None:
        wanted.append(table.participant == participant)
    if event_type is not None:
        wanted.append(table.type == event_type)
    compiled = is_compiled(moment).label("compiled")
    query = (
        select(entry_table, compiled).where(*wanted).order_by(table.position).limit(page.limit + 1)
    )
    found = list(connection.execute(query).mappings())
    rows = [_row(row) for row in found[: page.limit]]
    more = len(found) > page.limit
    return Listed(
        rows=rows,
        next_after=str(rows[-1]["position"]) if more else None,
        beside={"after": after},
    )


def shown_at(stream: str, participant: str | None) -> str | None:
    """Give the address in reporting that shows what a stream says; `None` where there is none."""
    category, _, key = stream.partition("-")
    address = SHOWN.get(category)
    if address is None:
        return None
    cycle_id = key.removeprefix(f"{participant}-")
    return address.format(participant=participant, key=key, cycle_id=cycle_id)


def _row(row: RowMapping) -> Row:
    position = row["position"]
    return {
        "position": position,
        "recorded_at": row["recorded_at"],
        "type": row["type"],
        "participant": row["participant"],
        "origin": COMPILATION if row["compiled"] else None,
        "occurred_on": row["occurred_on"],
        "effective_on": row["effective_on"],
        "stream": row["stream"],
        "version": row["version"],
        "leaf_hash": row["leaf_hash"].hex(),
        "links": {
            "shown": shown_at(row["stream"], row["participant"]),
            "event": f"/v1/events?after={position - 1}",
            "receipt": f"/v1/receipts/{position}",
        },
        "positions": [position],
        "asserted_by": "system",
    }
