"""Questions on measures shown in reports: how the commitments stand that they carry out."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.commitments import Promise, list_promises
from services.reporting.queries.rows import Row


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
