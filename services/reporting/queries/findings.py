"""Questions on audits: findings with their responses, recommendations, observations."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection

from contracts.authority.policy import Resource
from services.reporting.queries.actions import action_rows
from services.reporting.queries.as_of import Moment
from services.reporting.queries.audit import (
    Chosen,
    Found,
    Recommended,
    holding,
    list_found,
    list_observed,
)
from services.reporting.queries.audit_actions import finding_actions, recommendation_actions
from services.reporting.queries.passages import disclosed, passage
from services.reporting.queries.reader import Reader
from services.reporting.queries.responses import response_row
from services.reporting.queries.rows import Listed, Page, Row, positions, take
from services.reporting.queries.streams import stream_versions

STREAM = "audit-"
State: TypeAlias = Literal["awaiting_response", "responded", "closed"]
STATES: tuple[State, ...] = ("awaiting_response", "responded", "closed")


def list_findings(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    cycle_id: str | None = None,
    unit: str | None = None,
    state: State | None = None,
) -> Listed:
    """List findings by report and id, each with the response or the day on which it was asked.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only those on claims of this one.
        cycle_id: only those on reports for this cycle.
        unit: only those on claims under this reporting unit.
        state: only those that stand so on the day; the counts are of all.
    """
    chosen = Chosen(participant=participant, cycle_id=cycle_id)
    found = [
        one for one in list_found(connection, moment, chosen) if unit in (None, one.row["unit"])
    ]
    keyed = [(_key(one.row, "finding_id"), one) for one in found if state in (None, state_of(one))]
    taken = take(keyed, page)
    versions = _versions(connection, moment, [one.row for one in taken.items])
    return taken.shown(
        moment.reader,
        lambda one, reader: finding_row(reader, one, versions),
        counts=_counts(found),
    )


def list_recommendations(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    cycle_id: str | None = None,
) -> Listed:
    """List recommendations by report and id, each with its response and what was found since."""
    chosen = Chosen(participant=participant, cycle_id=cycle_id)
    found = list_found(connection, moment, chosen)
    keyed = [
        (_key(each.row, "recommendation_id"), (one, each))
        for one in found
        for each in one.recommendations
    ]
    taken = take(keyed, page)
    versions = _versions(connection, moment, [one.row for one, _ in taken.items])
    return taken.shown(
        moment.reader,
        lambda pair, reader: {
            **_on_finding(reader, pair[0]),
            **recommendation_row(reader, *pair),
            **_versioned(pair[0].row, versions),
        },
    )


def list_observations(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    cycle_id: str | None = None,
) -> Listed:
    """List what auditors recorded of claims, by report and id, found anything or not."""
    chosen = Chosen(participant=participant, cycle_id=cycle_id)
    found = list_observed(connection, moment, chosen)
    taken = take([(_key(row, "observation_id"), row) for row in found.values()], page)
    versions = _versions(connection, moment, taken.items)
    return taken.shown(
        moment.reader,
        lambda row, reader: {
            **claim_row(row),
            **observation_row(reader, row),
            **_versioned(row, versions),
        },
    )


def state_of(one: Found) -> State:
    """Say how a finding stands on the day."""
    if one.is_closed:
        return "closed"
    return "responded" if one.responses else "awaiting_response"


def finding_row(reader: Reader | None, one: Found, versions: Mapping[str, int]) -> Row:
    """Show a finding; its response, or that there is none yet, is a part of it."""
    row = one.row
    said = disclosed(reader, row, "finding")
    return {
        **claim_row(row),
        "finding_id": row["finding_id"],
        "state": state_of(one),
        "assessment": (row if said is None else said)["assessment"],
        **passage(reader, row, "finding"),
        "issued_on": row["day"],
        "respond_by": row["respond_by"],
        "response": response_row(reader, row, one.responses),
        "observations": [observation_row(reader, seen) for seen in one.observations],
        "recommendations": [recommendation_row(reader, one, each) for each in one.recommendations],
        "closing": _closing(reader, row),
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"], row["closed_by"]),
        "asserted_by": "auditor",
        "actions": action_rows(finding_actions(one), reader, claimed(row)),
        **_versioned(row, versions),
    }


def _on_finding(reader: Reader | None, one: Found) -> Row:
    """Name the finding that a recommendation is on, with the response to it."""
    row = one.row
    return {
        "report_id": row["report_id"],
        "participant": row["participant"],
        "cycle_id": row["cycle_id"],
        "unit": row["unit"],
        "measure_id": row["measure_id"],
        "finding_id": row["finding_id"],
        "finding_state": state_of(one),
        "finding_response": response_row(reader, row, one.responses),
    }


def claimed(row: Row) -> Resource:
    """Say whose claim something is said of, and for which cycle, as the policy asks."""
    return Resource(participant=row["participant"], cycle_id=row["cycle_id"])


def claim_row(row: Row) -> Row:
    """Name the claim that something is said of, and the mandate under which it is."""
    return {
        "report_id": row["report_id"],
        "participant": row["participant"],
        "cycle_id": row["cycle_id"],
        "report_version": row["report_version"],
        "digest": row["digest"],
        "unit": row["unit"],
        "measure_id": row["measure_id"],
        "mandate_id": row["mandate_id"],
    }


def observation_row(reader: Reader | None, row: Row) -> Row:
    """Show an observation."""
    return {
        "observation_id": row["observation_id"],
        "method": row["method"],
        "observed_on": row["observed_on"],
        **passage(reader, row, "observation"),
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"]),
        "asserted_by": "auditor",
    }


def recommendation_row(reader: Reader | None, one: Found, each: Recommended) -> Row:
    """Show a recommendation with its response, and how far it was found to be carried out."""
    row, latest = each.row, holding(each.follow_ups)
    return {
        "recommendation_id": row["recommendation_id"],
        "mandate_id": row["mandate_id"],
        **passage(reader, row, "recommendation"),
        "issued_on": row["day"],
        "respond_by": row["respond_by"],
        "response": response_row(reader, row, each.responses),
        "status": latest["status"] if latest else None,
        "status_of": latest["effective_on"] if latest else None,
        "follow_ups": [
            {
                "effective_on": said["effective_on"],
                "status": said["status"],
                "holds": said is latest,
                "mandate_id": said["mandate_id"],
                **passage(reader, said, "note"),
                "recorded_at": said["recorded_at"],
                "positions": positions(said["position"]),
                "asserted_by": "auditor",
            }
            for said in each.follow_ups
        ],
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"], latest["position"] if latest else None),
        "asserted_by": "auditor",
        "actions": action_rows(recommendation_actions(one), reader, claimed(one.row)),
    }


def _closing(reader: Reader | None, row: Row) -> Row | None:
    if row["closed_at"] is None:
        return None
    return {
        "outcome": row["outcome"],
        **passage(reader, row, "closing", at="closed_by"),
        "mandate_id": row["closing_mandate_id"],
        "closed_on": row["closed_on"],
        "recorded_at": row["closed_at"],
        "positions": positions(row["closed_by"]),
        "asserted_by": "auditor",
    }


def _counts(found: list[Found]) -> Row:
    counts: dict[str, Any] = {"total": len(found)}
    for state in STATES:
        counts[state] = sum(state_of(one) == state for one in found)
    return counts


def _key(row: Row, name: str) -> str:
    return f"{row['report_id']}/{row[name]}"


def _stream(row: Row) -> str:
    return STREAM + str(row["report_id"])


def _versioned(row: Row, versions: Mapping[str, int]) -> Row:
    return {"stream": _stream(row), "version": versions[_stream(row)]}


def _versions(connection: Connection, moment: Moment, rows: list[Row]) -> dict[str, int]:
    return stream_versions(connection, moment, {_stream(row) for row in rows})
