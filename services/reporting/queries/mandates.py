"""Questions on mandates: which auditors could examine whose claims on a day."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, RowMapping, select

from contracts.authority.actor import Actor
from contracts.authority.policy import Resource, may
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import READ
from services.reporting.projections.people import mandate
from services.reporting.queries.actions import Action, action_rows, allowed_rels
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.people import own_term
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions
from services.reporting.queries.streams import stream_versions

STREAM = "mandate-"


def list_mandates(
    connection: Connection, moment: Moment, page: Page, *, participant: str | None = None
) -> Listed:
    """List all mandates ever given, by id, with what each allows on the day.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only those under which the claims of this one may be examined.
    """
    found = list(connection.execute(select(mandate).where(known(mandate, moment))).mappings())
    versions = stream_versions(connection, moment, (STREAM + row["mandate_id"] for row in found))
    rows = [
        (row["mandate_id"], _row(row, moment, versions))
        for row in found
        if participant is None or participant in (decoded(row["participants"]) or (participant,))
    ]
    return cut(rows, page)


def _row(row: RowMapping, moment: Moment, versions: dict[str, int]) -> Row:
    term, stream = own_term(row, "the mandate"), STREAM + row["mandate_id"]
    obstacle = term.obstacle(moment.effective_on)
    is_erased = row["erased_at"] is not None
    actions = list(_actions(row, moment.effective_on, obstacle))
    return {
        "mandate_id": row["mandate_id"],
        "role": "auditor",
        "participants": decoded(row["participants"]),
        "cycles": decoded(row["cycles"]),
        "term_from": row["term_from"],
        "term_to": row["term_to"],
        "ended_on": row["ended_on"],
        "last_on": term.last,
        "in_force": obstacle is None,
        "erased": is_erased,
        "may": allowed_rels(actions),
        "actions": action_rows(actions),
        "received_on": row["received_on"],
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"], row["ended_at"], row["erased_at"]),
        "asserted_by": "secretariat",
        "stream": stream,
        "version": versions.get(stream, 0),
    }


def standing_under(row: RowMapping) -> Standing:
    """Give what the register knows of an auditor, for the policy to decide by."""
    term = own_term(row, "the mandate")
    participants, cycles = decoded(row["participants"]), decoded(row["cycles"])
    return Standing(
        first_day=term.first,
        last_day=term.last,
        participants=None if participants is None else frozenset(participants),
        cycles=None if cycles is None else frozenset(cycles),
        is_erased=row["erased_at"] is not None,
    )


def _actions(row: RowMapping, day: date, obstacle: str | None) -> Iterator[Action]:
    """Give what the mandate is for: examining the reports in its scope.

    Whether the auditor may is for the policy to say; the words are those of the register.
    """
    participants, cycles = decoded(row["participants"]), decoded(row["cycles"])
    auditor = Actor(id=row["mandate_id"], role="auditor", party=None, scopes=frozenset({READ}))
    within = Resource(
        participant=participants[0] if participants else None,
        cycle_id=cycles[0] if cycles else None,
    )
    facts = Facts(today=day, standing=standing_under(row))
    decision = may(auditor, "examine", within, facts)
    erased = "what identified this person was erased" if row["erased_at"] is not None else None
    reason = None if decision.allowed else obstacle or erased or decision.reason
    code = participants[0] if participants and len(participants) == 1 else "{participant}"
    cycle_id = cycles[0] if cycles and len(cycles) == 1 else "{cycle_id}"
    href = f"/v1/reports/{code}/{cycle_id}"
    yield Action(rel="examine", method="GET", href=href, by="auditor", reason=reason)
