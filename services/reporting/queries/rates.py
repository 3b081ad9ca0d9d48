"""Questions on reporting rates, and on the entries behind each figure."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from contracts.codelists import code_list
from services.kit.errors import NotFound
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.methodology import COUNTED_BY, METRICS
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.participants import NO_GROUP
from services.reporting.queries.rows import Listed, Page, Row, cut, positions
from services.reporting.queries.statements import edition_of
from services.reporting.queries.tally import Counted, Scope, figure, is_in_scope, tally

DIMENSIONS = ("total", "regional_group", "reporting_unit")


def list_rates(
    connection: Connection, moment: Moment, page: Page, *, cycle_id: str, dimension: str | None
) -> Listed:
    """List the five metrics of a cycle: in total, by regional group, by reporting unit.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    seen = overview(connection, moment, get_cycle_row(connection, moment, cycle_id))
    rows = []
    for number, scope in enumerate(_scopes(seen)):
        if dimension in (None, scope.dimension):
            found = tally(seen, scope)
            rows += [
                (f"{number:04}-{order}", figure(seen, scope, metric, found))
                for order, metric in enumerate(METRICS)
            ]
    return cut(rows, page, illustrative=len(_illustrative(seen)))


def explain_rate(
    connection: Connection, moment: Moment, *, cycle_id: str, metric: str, scope: Scope
) -> Row:
    """Give a figure with everybody in its numerator and denominator, and their positions.

    Raises:
        NotFound: no such cycle, or no such group or unit in it, as known at the moment.
    """
    seen = overview(connection, moment, get_cycle_row(connection, moment, cycle_id))
    if scope not in _scopes(seen):
        raise NotFound
    found = tally(seen, scope)
    above, below = COUNTED_BY[metric]
    return {
        "figure": figure(seen, scope, metric, found),
        "numerator": _members(found.certain, above),
        "denominator": _members(found.certain, below),
        "possible_numerator": _members(found.possible, above),
        "possible_denominator": _members(found.possible, below),
        "restricted": [_restricted(one) for one in found.certain if one.is_restricted],
        "outside": list(_outside(seen, scope)),
        "asserted_by": "system",
    }


def _scopes(seen: Overview) -> list[Scope]:
    groups = code_list("un-regional-group")
    return [
        Scope("total", None),
        *(Scope("regional_group", group) for group in (*groups, NO_GROUP)),
        *(Scope("reporting_unit", unit) for unit in edition_of(seen.cycle).units),
    ]


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
    if part != "expected" and one.record is not None:
        row |= {
            "report_id": one.record.report_id,
            "report_version": one.record.first.number,
            "received_on": one.record.first.received_on,
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
        "asserted_by": "participant",
    }


def _illustrative(seen: Overview) -> list[str]:
    return [code for code, record in seen.records.items() if not record.is_submission]


def _outside(seen: Overview, scope: Scope) -> Iterator[Row]:
    """Give the reports that no figure counts, and why."""
    for code, record in sorted(seen.records.items()):
        if is_in_scope(code, scope) and (not record.is_submission or code not in seen.expected):
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
        if withdrawal is not None and is_in_scope(code, scope):
            last = seen.received(code)[-1]
            yield {
                "participant": code,
                "report_id": last.report_id,
                "origin": last.origin,
                "why": "withdrawn",
                "positions": positions(last.position, withdrawal.position),
                "asserted_by": "system",
            }
