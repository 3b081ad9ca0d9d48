"""Questions on what reports name: how commitments stand, and assistance that is cited."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.assistance import Stated, list_stated, resting_on
from services.reporting.queries.commitments import Promise, list_promises
from services.reporting.queries.rows import Row, positions


def with_commitments(
    connection: Connection, moment: Moment, statements: Sequence[Row]
) -> list[Row]:
    """Show beside each commitment that a measure names how it stands on the day.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        statements: rows with their words; what is sealed has no measures.
    """
    named = {
        link["plan_id"]
        for statement in statements
        for measure in statement["measures"] or ()
        for link in measure.get("commitments", ())
    }
    found = list_promises(connection, moment, plans=named) if named else []
    promises = {one.key: one for one in found}
    return [
        {
            **statement,
            "measures": statement["measures"]
            and [_measure(one, promises) for one in statement["measures"]],
        }
        for statement in statements
    ]


def with_commitments_in_section(
    connection: Connection, moment: Moment, section: Row | None
) -> Row | None:
    """Show the same in part E, whose measures stand in its content."""
    content = section["content"] if section else None
    if section is None or not content or "measures" not in content:
        return section
    (shown,) = with_commitments(connection, moment, [{"measures": content["measures"]}])
    return {**section, "content": {**content, **shown}}


def _measure(measure: Mapping[str, Any], promises: Mapping[tuple[str, str], Promise]) -> Row:
    if "commitments" not in measure:
        return dict(measure)
    return {**measure, "commitments": [_link(one, promises) for one in measure["commitments"]]}


def _link(link: Mapping[str, Any], promises: Mapping[tuple[str, str], Promise]) -> Row:
    """Give the link with the state, `None` where the register knows no such commitment."""
    one = promises.get((link["plan_id"], link["commitment_id"]))
    return {
        **link,
        "state": one.state if one else None,
        "target_on": one.row["target_on"] if one else None,
    }


def with_assistance(connection: Connection, moment: Moment, statements: Sequence[Row]) -> list[Row]:
    """Show how each need or offer that a statement cites stands on the day.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        statements: rows with their words; what is sealed cites nothing.
    """
    if not any(statement["assistance_cited"] for statement in statements):
        return list(statements)
    found = {one.row["assistance_id"]: one for one in list_stated(connection, moment)}
    return [
        {
            **statement,
            "assistance_cited": statement["assistance_cited"]
            and [
                _cited(one["assistance_id"], found.get(one["assistance_id"]))
                for one in statement["assistance_cited"]
            ],
        }
        for statement in statements
    ]


_NOT_KNOWN: Row = {
    "kind": None,
    "participant": None,
    "state": None,
    "concluded_on": None,
    "outcome": None,
    "matched_with": [],
    "positions": [],
}
"""Of what the register does not know; it may be held back."""


def _cited(assistance_id: str, one: Stated | None) -> Row:
    if one is None:
        return {"assistance_id": assistance_id, **_NOT_KNOWN}
    row, is_over = one.row, one.state == "concluded"
    return {
        "assistance_id": assistance_id,
        "kind": row["kind"],
        "participant": row["participant"],
        "state": one.state,
        "concluded_on": row["concluded_on"] if is_over else None,
        "outcome": row["outcome"] if is_over else None,
        "matched_with": [
            match["offer_id"] if row["kind"] == "need" else match["assistance_id"]
            for match in one.matches
        ],
        "positions": positions(*resting_on(one), *(match["position"] for match in one.matches)),
    }
