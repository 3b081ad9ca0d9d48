"""Who belongs to which organisation on a day, as known at a position."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
    return {
        organisation: {
            code: belonging
            for code, own in by_code.items()
            if (belonging := _belonging(own, on)) is not None
        }
        for organisation, by_code in list_acts(connection, moment).items()
        if any(row["status"] == MEMBER for own in by_code.values() for row in own)
    }


def list_acts(
    connection: Connection, moment: Moment
) -> Mapping[str, Mapping[str, Sequence[RowMapping]]]:
    """Give the acts of membership by organisation and participant, in the order of streams."""
    act = membership.c
    rows = connection.execute(
        select(membership)
        .where(known(membership, moment))
        .order_by(act.organisation, act.participant, act.version)
    )
    found: defaultdict[str, dict[str, list[RowMapping]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.mappings():
        found[row["organisation"]][row["participant"]].append(row)
    return {name: dict(sorted(by_code.items())) for name, by_code in sorted(found.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An act of membership that holds on a day."""

    row: RowMapping
    is_certain: bool
    positions: tuple[int, ...]
    """Of the act, of what changed it, and of what may have ended it."""


def acts_held(rows: Sequence[RowMapping], on: date) -> Iterator[Held]:
    """Give the acts that hold on a day.

    That somebody left is recorded as the same membership with its end. It ends what was recorded
    before under the same status, unless that began after the end.

    Args:
        rows: of one participant in one organisation, in the order of its stream.
        on: the day.
    """
    for number, row in enumerate(rows, 1):
        took = effect(span_of(row), on)
        if took == "not_yet" or _has_ended(row, on):
            continue
        ends = {effect(span_of(one), on): one for one in rows[number:] if _is_end_of(one, row, on)}
        if "certain" not in ends:
            found = [row, *ends.values()]
            yield Held(
                row=row,
                is_certain=took == "certain" and not ends,
                positions=tuple(
                    positions(*(at for one in found for at in (one["position"], one["known_from"])))
                ),
            )


def _has_ended(row: RowMapping, on: date) -> bool:
    return row["ended_on"] is not None and row["ended_on"] <= on


def _is_end_of(later: RowMapping, row: RowMapping, on: date) -> bool:
    """Say whether an act says when the status ended that an earlier one speaks of."""
    is_same = later["status"] == row["status"]
    return is_same and _has_ended(later, on) and row["earliest_on"] < later["ended_on"]


def _belonging(rows: Sequence[RowMapping], on: date) -> Belonging | None:
    """Let the act that was recorded last decide, as far as it is certain."""
    is_certain, is_possible = False, False
    rests_on: list[int] = []
    for held in acts_held(rows, on):
        rests_on += held.positions
        if held.is_certain:
            is_certain = is_possible = held.row["status"] == MEMBER
        elif held.row["status"] == MEMBER:
            is_possible = True
        else:
            is_certain = False
    if not is_possible:
        return None
    return Belonging(is_certain=is_certain, positions=tuple(positions(*rests_on)))
