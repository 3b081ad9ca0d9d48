"""Questions on one actor: what the register knows of it, for the policy to decide by."""

from sqlalchemy import Connection, RowMapping, Table, select

from contracts.authority.actor import Actor
from contracts.authority.standing import Standing
from services.reporting.projections.people import delegation, focal_point, mandate
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.people import Term, delegated_term, own_term
from services.reporting.queries.rows import decoded


def standing_of(connection: Connection, moment: Moment, actor: Actor) -> Standing | None:
    """Give the term and the scope of an actor; `None`: it is not known in the role it names.

    Args:
        connection: a reading transaction.
        moment: the head, for what holds as of now.
        actor: who asks.
    """
    match actor.role:
        case "focal_point":
            row = _row(connection, moment, focal_point, actor, "focal_point_id")
            return None if row is None else _standing(row, own_term(row, "the designation"), actor)
        case "drafter":
            row = _row(connection, moment, delegation, actor, "delegation_id")
            if row is None:
                return None
            grantor = _grantor(connection, moment, row)
            return _standing(row, delegated_term(row, grantor), actor, units=decoded(row["units"]))
        case "auditor":
            row = _row(connection, moment, mandate, actor, "mandate_id")
            return None if row is None else _examining(row)
        case _:
            return None


def _row(
    connection: Connection, moment: Moment, table: Table, actor: Actor, name: str
) -> RowMapping | None:
    chosen = select(table).where(known(table, moment), table.c[name] == actor.id)
    if actor.party is not None:
        chosen = chosen.where(table.c.participant == actor.party)
    return connection.execute(chosen).mappings().one_or_none()


def _grantor(connection: Connection, moment: Moment, row: RowMapping) -> RowMapping | None:
    chosen = select(focal_point).where(
        known(focal_point, moment),
        focal_point.c.participant == row["participant"],
        focal_point.c.focal_point_id == row["granted_by"],
    )
    return connection.execute(chosen).mappings().one_or_none()


def _standing(
    row: RowMapping, term: Term, actor: Actor, units: list[str] | None = None
) -> Standing:
    return Standing(
        first_day=term.first,
        last_day=term.last,
        units=None if units is None else frozenset(units),
        participants=frozenset({actor.party} if actor.party else ()),
        is_erased=row["erased_at"] is not None,
    )


def _examining(row: RowMapping) -> Standing:
    term = own_term(row, "the mandate")
    participants, cycles = decoded(row["participants"]), decoded(row["cycles"])
    return Standing(
        first_day=term.first,
        last_day=term.last,
        participants=None if participants is None else frozenset(participants),
        cycles=None if cycles is None else frozenset(cycles),
        is_erased=row["erased_at"] is not None,
    )
