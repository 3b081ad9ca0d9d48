"""Questions on two methods: whose part in the figures of a cycle changes between them."""

from typing import Any

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.methodology import METRICS
from services.reporting.queries.participants import group_of
from services.reporting.queries.rates import look, traced
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.tally import Counted, Scope, Tally, figure, tally

TOTAL = Scope("total", None)


def list_changes_of_method(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    cycle_id: str,
    methodology: str,
    against: str | None = None,
) -> Listed:
    """List, by code, the participants whom two methods count differently in a cycle.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        cycle_id: of which cycle.
        methodology: version of the method to recount by.
        against: version to compare with; `None`: the one that the cycle names.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    before, _ = look(connection, moment, cycle_id, against)
    after, _ = look(connection, moment, cycle_id, methodology)
    tallies = tally(before, TOTAL), tally(after, TOTAL)
    counted, recounted = (_by_code(one) for one in tallies)
    rows: list[tuple[str, Row]] = []
    for code in sorted(counted | recounted):
        old, new = counted.get(code), recounted.get(code)
        if _standing(old) != _standing(new):
            rows.append((code, _row(code, cycle_id, old, new)))
    totals = zip((before, after), tallies, strict=True)
    figures = [
        [traced(moment, figure(seen, TOTAL, one, found)) for one in METRICS]
        for seen, found in totals
    ]
    return cut(rows, page, counted=figures[0], recounted=figures[1])


def _by_code(found: Tally) -> dict[str, Counted]:
    return {one.signatory.participant: one for one in (*found.certain, *found.possible)}


def _standing(one: Counted | None) -> Row:
    """Say in which figures one is, and how surely."""
    counted: dict[str, Any] = {
        "expectation": one.signatory.standing if one else None,
        "is_expected": one is not None and one.is_certain,
        "is_actual": one is not None and one.is_actual,
        "is_on_time": one is not None and one.is_on_time,
    }
    return counted


def _row(code: str, cycle_id: str, old: Counted | None, new: Counted | None) -> Row:
    return {
        "participant": code,
        "regional_group": group_of(code),
        "cycle_id": cycle_id,
        "counted": _standing(old),
        "recounted": _standing(new),
        "positions": positions(
            *(
                at
                for one in (old, new)
                if one is not None
                for at in (*one.expected_at, *one.received_at)
            )
        ),
        "asserted_by": "system",
    }
