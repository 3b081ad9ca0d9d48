"""Questions on reporting rates, and on the entries behind each figure."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from services.kit.errors import NotFound
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.memberships import Organisations, list_organisations
from services.reporting.queries.methodology import COUNTED_BY, METRICS, method
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.tally import Counted, Scope, figure, in_scope, scopes, tally
from services.reporting.queries.tracing import explained_at, list_entries

EXPLAINED = "/v1/rates/explain"


def list_rates(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    cycle_id: str,
    dimension: str | None,
    methodology: str | None = None,
) -> Listed:
    """List the five metrics of a cycle, in total and by every other dimension.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        cycle_id: of which cycle.
        dimension: only figures of this one.
        methodology: version of the method to count by; `None`: the one that the cycle names.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    seen, organisations = look(connection, moment, cycle_id, methodology)
    rows = []
    for number, scope in enumerate(scopes(seen, organisations)):
        if dimension in (None, scope.dimension):
            found = tally(seen, scope, organisations)
            rows += [
                (f"{number:04}-{order}", traced(moment, figure(seen, scope, metric, found)))
                for order, metric in enumerate(METRICS)
            ]
    return cut(rows, page, illustrative=len(_illustrative(seen)))


def explain_rate(
    connection: Connection,
    moment: Moment,
    *,
    cycle_id: str,
    metric: str,
    scope: Scope,
    methodology: str | None = None,
) -> Row:
    """Give a figure with everybody in its numerator and denominator, and their positions.

    Raises:
        NotFound: no such cycle, or no such key of the dimension in it, as known at the moment.
    """
    seen, organisations = look(connection, moment, cycle_id, methodology)
    if scope not in scopes(seen, organisations):
        raise NotFound
    found = tally(seen, scope, organisations)
    above, below = COUNTED_BY[metric]
    parts = {
        "numerator": _members(found.certain, above),
        "denominator": _members(found.certain, below),
        "possible_numerator": _members(found.possible, above),
        "possible_denominator": _members(found.possible, below),
        "restricted": [_restricted(one) for one in found.certain if one.is_restricted],
        "outside": list(_outside(seen, scope, organisations)),
    }
    resting = (at for rows in parts.values() for row in rows for at in row["positions"])
    return {
        "figure": traced(moment, figure(seen, scope, metric, found)),
        **parts,
        "entries": list_entries(connection, moment, resting),
        "asserted_by": "system",
    }


def look(
    connection: Connection, moment: Moment, cycle_id: str, methodology: str | None
) -> tuple[Overview, Organisations]:
    """Put a cycle together as one method looks at it, with who belongs where on its day.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    cycle = get_cycle_row(connection, moment, cycle_id)
    counting = None if methodology is None else method(methodology)
    seen = overview(connection, moment, cycle, counting=counting)
    return seen, list_organisations(connection, moment, on=seen.reference_day)


def traced(moment: Moment, row: Row) -> Row:
    """Say where a figure is explained: by the very method, as known here, on this day."""
    address = explained_at(
        moment,
        EXPLAINED,
        cycle=row["cycle_id"],
        metric=row["metric"],
        dimension=row["dimension"],
        key=row["key"],
        methodology=row["methodology_version"],
    )
    return {**row, "explained_at": address}


def _members(counted: Sequence[Counted], part: str | None) -> list[Row]:
    if part is None:
        return []
    return [_member(one, part) for one in counted if one.is_in(part)]


def _member(one: Counted, part: str) -> Row:
    """Say why one is counted: by its signature, or by its report."""
    signature = one.signatory.signature
    row: Row = {
        "participant": one.signatory.participant,
        "standing": one.signatory.standing,
        "signature_effective_on": signature["effective_on"],
        "report_id": None,
        "report_version": None,
        "received_on": None,
        "positions": list(one.expected_at),
        "asserted_by": "secretariat",
    }
    if part != "expected" and one.first is not None:
        row |= {
            "report_id": one.first.report_id,
            "report_version": one.first.number,
            "received_on": one.first.received_on,
            "positions": positions(
                *one.received_at, one.extended_at if part == "on_time" else None
            ),
            "asserted_by": "participant",
        }
    return row


def _restricted(one: Counted) -> Row:
    return {
        "participant": one.signatory.participant,
        "report_id": one.record.report_id if one.record else None,
        "positions": positions(one.record.latest.position) if one.record else [],
        "asserted_by": "participant",
    }


def _illustrative(seen: Overview) -> list[str]:
    return [code for code, record in seen.records.items() if not record.is_submission]


def _outside(seen: Overview, scope: Scope, organisations: Organisations) -> Iterator[Row]:
    """Give the reports that no figure counts, and why."""
    is_in = in_scope(scope, organisations)
    for code, record in sorted(seen.records.items()):
        if is_in(code) and (not record.is_submission or code not in seen.expected):
            yield {
                "participant": code,
                "report_id": record.report_id,
                "origin": record.latest.origin,
                "why": "not_expected" if record.is_submission else "not_a_submission",
                "positions": positions(record.first.position),
                "asserted_by": "system",
            }
    for code in sorted(seen.expected):
        withdrawal = seen.withdrawal(code)
        if withdrawal is not None and is_in(code):
            last = seen.received(code)[-1]
            yield {
                "participant": code,
                "report_id": last.report_id,
                "origin": last.origin,
                "why": "withdrawn",
                "positions": positions(last.position, withdrawal.position),
                "asserted_by": "system",
            }
