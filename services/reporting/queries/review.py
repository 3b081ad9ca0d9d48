"""Pure: where a version stands in the secretariat's technical step, and in its own sequence."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.queries.rows import ASSERTED_BY, Row, decoded, positions
from services.reporting.queries.versions import Version


def state_of(version: Version, decisions: Sequence[Mapping[Any, Any]]) -> str:
    """Give `submitted`, `returned` or `accepted`: the last decision on this very version."""
    own = [row["decision"] for row in decisions if row["report_version"] == version.number]
    return str(own[-1]) if own else "submitted"


def version_rows(versions: Sequence[Version], decisions: Sequence[Mapping[Any, Any]]) -> list[Row]:
    """Give the versions of a report with what was decided on each, oldest first."""
    newest = versions[-1].number if versions else 0
    return [
        {
            **version_row(version),
            "state": state_of(version, decisions),
            "is_superseded": version.number < newest,
            "decisions": [
                decision_row(row) for row in decisions if row["report_version"] == version.number
            ],
        }
        for version in versions
    ]


def version_row(version: Version) -> Row:
    """Give what a version is, without its document."""
    row = version.row
    return {
        "report_id": version.report_id,
        "report_version": version.number,
        "act": row["act"],
        "form": version.form,
        "origin": version.origin,
        "recorded_at": row["recorded_at"],
        "received_on": version.received_on,
        "is_on_time": version.is_on_time,
        "supersedes": row["supersedes"],
        "digest": row["digest"],
        "renews_report": version.renews[0] if version.renews else None,
        "renews_version": version.renews[1] if version.renews else None,
        "positions": positions(version.position),
        "asserted_by": ASSERTED_BY.get(version.origin, "system"),
    }


def decision_row(row: Mapping[Any, Any]) -> Row:
    """Give a decision; the reasons of a return are sealed, the units they speak of are not."""
    return {
        "decision": row["decision"],
        "report_version": row["report_version"],
        "recorded_at": row["recorded_at"],
        "digest": row["digest"],
        "ruleset_version": row["ruleset_version"],
        "units": decoded(row["units"]),
        "positions": positions(row["position"]),
        "asserted_by": "secretariat",
    }
