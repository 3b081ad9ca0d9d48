"""Who belongs to which organisation on a day, as known at a position."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection, RowMapping, select

from contracts.acts import effect
from services.reporting.projections.participation import membership
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.participation import span_of
from services.reporting.queries.rows import positions

MEMBER = "member"
"""The one status that counts; observers and the like have rows of their own in the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """That a participant is a member of an organisation on a day."""

    is_certain: bool
    """Otherwise it is possible: it stands beside the figures."""
    positions: tuple[int, ...]


Organisations: TypeAlias = Mapping[str, Mapping[str, Belonging]]
"""By organisation, those who were ever a member in it: members on the day, by participant."""

NO_ORGANISATIONS: Organisations = {}


def list_organisations(connection: Connection, moment: Moment, *, on: date) -> Organisations:
    """Give the members of every organisation on a day, in the order of codes.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        on: the day the memberships are looked at.
    """
    act = membership.c
    rows = connection.execute(
        select(membership)
        .where(known(membership, moment))
        .order_by(act.organisation, act.participant, act.version)
    )
    found: defaultdict[str, dict[str, list[RowMapping]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.mappings():
        found[row["organisation"]][row["participant"]].append(row)
    return {
        organisation: {
            code: belonging
            for code, own in sorted(by_code.items())
            if (belonging := _belonging(own, on)) is not None
        }
        for organisation, by_code in sorted(found.items())
        if any(row["status"] == MEMBER for own in by_code.values() for row in own)
    }


def _belonging(rows: list[RowMapping], on: date) -> Belonging | None:
    """Let the act that was recorded last decide, as far as it is certain.

    Args:
        rows: of one participant in one organisation, in the order of its stream.
        on: the day.
    """
    is_certain, is_possible = False, False
    rests_on: list[int] = []
    for row in rows:
        took = effect(span_of(row), on)
        if took == "not_yet" or (row["ended_on"] is not None and row["ended_on"] <= on):
            continue
        rests_on += positions(row["position"], row["known_from"])
        if took == "certain":
            is_certain = is_possible = row["status"] == MEMBER
        elif row["status"] == MEMBER:
            is_possible = True
        else:
            is_certain = False
    if not is_possible:
        return None
    return Belonging(is_certain=is_certain, positions=tuple(positions(*rests_on)))
