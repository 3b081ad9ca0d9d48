"""Questions on acts: each as it was first recorded and as it was put right, both clocks shown."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from contracts.acts import effect
from services.reporting.projections.participation import membership, participation_act
from services.reporting.queries.as_of import Moment
from services.reporting.queries.participation import span_of
from services.reporting.queries.rows import Row, decoded, positions


def act_row(row: Mapping[Any, Any]) -> Row:
    """Give what every act says of itself; `None` where no earliest day is known."""
    return {
        "act": row["act"],
        "version": row["version"],
        "position": row["position"],
        "recorded_at": row["recorded_at"],
        "received_on": row["received_on"],
        "effective_on": row["effective_on"],
        "date_precision": row["date_precision"],
        "earliest_on": None if row["earliest_on"] == date.min else row["earliest_on"],
        "latest_on": row["latest_on"],
        "claim_status": row["claim_status"],
        "contested_by": row["contested_by"],
        "sources": decoded(row["sources"]),
    }


def list_acts(connection: Connection, moment: Moment, code: str) -> Iterator[Row]:
    """Give every act as it was first recorded and as it was put right, oldest first."""
    act = participation_act.c
    rows = connection.execute(
        select(participation_act)
        .where(
            act.generation == moment.generation,
            act.participant == code,
            act.known_from <= moment.position,
        )
        .order_by(act.version, act.known_from)
    )
    for row in rows.mappings():
        is_contest = row["act"] == "contest"
        said = decoded(row["text"])
        yield {
            **act_row(row),
            **_known_between(row, moment),
            "in_effect": effect(span_of(row), moment.effective_on),
            "name": decoded(row["name"]),
            "predecessor": row["predecessor"],
            "text": None if is_contest else said,
            "concerns": row["concerns"],
            "reason": said if is_contest else row["reason"],
            "asserted_by": "participant" if is_contest else "secretariat",
        }


def list_memberships(connection: Connection, moment: Moment, code: str) -> Iterator[Row]:
    """Give every organisation the participant is, was or will be in, as acts like any other."""
    rows = connection.execute(
        select(membership)
        .where(
            membership.c.generation == moment.generation,
            membership.c.participant == code,
            membership.c.known_from <= moment.position,
        )
        .order_by(membership.c.organisation, membership.c.version, membership.c.known_from)
    )
    for row in rows.mappings():
        yield {
            "organisation": row["organisation"],
            "status": row["status"],
            "ended_on": row["ended_on"],
            **act_row({**row, "act": "membership"}),
            **_known_between(row, moment),
            "in_effect": effect(span_of(row), moment.effective_on),
            "asserted_by": "secretariat",
        }


def _known_between(row: RowMapping, moment: Moment) -> Row:
    """Give the positions between which a row was what the register knew, as known at the moment."""
    ended = row["known_to"]
    is_closed = ended is not None and ended <= moment.position
    changed = (row["rectified_by"], row.get("rescinded_by"))
    return {
        "known_from": row["known_from"],
        "known_to": ended if is_closed else None,
        "rectified_by": changed[0],
        "rescinded_by": changed[1],
        "positions": positions(row["position"], row["known_from"]),
    }
