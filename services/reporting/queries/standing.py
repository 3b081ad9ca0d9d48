"""Questions on one actor: what the register knows of it, for the policy to decide by."""

from sqlalchemy import Connection, select

from contracts.authority.actor import Actor
from contracts.authority.standing import Standing
from services.reporting.projections.people import mandate
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.mandates import standing_under
from services.reporting.queries.people import people_of, standing_by

_ROLES = {"focal_point": "focal_point", "delegate": "drafter"}


def standing_of(connection: Connection, moment: Moment, actor: Actor) -> Standing | None:
    """Give the term and the scope of an actor; `None`: it is not known in the role it names.

    Args:
        connection: a reading transaction.
        moment: the head, for what holds as of now.
        actor: who asks.
    """
    if actor.role == "auditor":
        chosen = select(mandate).where(known(mandate, moment), mandate.c.mandate_id == actor.id)
        row = connection.execute(chosen).mappings().one_or_none()
        return None if row is None else standing_under(row)
    if actor.party is None:
        return None
    for person in people_of(connection, moment, actor.party):
        if (person.person_id, _ROLES[person.role]) == (actor.id, actor.role):
            return standing_by(person, actor.party)
    return None
