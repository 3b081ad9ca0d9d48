"""Pure: where a version stands in the secretariat's technical step, and in its own sequence."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

from services.reporting.queries.as_of import Moment
from services.reporting.queries.passages import disclosed
from services.reporting.queries.reader import Reader
from services.reporting.queries.reviewing import Reviewed
from services.reporting.queries.rows import ASSERTED_BY, Row, decoded, positions
from services.reporting.queries.statements import aged
from services.reporting.queries.versions import Version, Withdrawal

State: TypeAlias = Literal["submitted", "under_review", "returned", "accepted"]


def state_of(version: Version, reviewed: Reviewed) -> State:
    """Give where a version stands: by the last decision on it, else whether it was taken up.

    An acceptance that was taken back leaves it under review.
    """
    own = [row["decision"] for row in _on(version, reviewed.decisions)]
    if own and own[-1] != "acceptance_revoked":
        return "returned" if own[-1] == "returned" else "accepted"
    return "under_review" if own or any(_on(version, reviewed.openings)) else "submitted"


def open_questions(version: Version, reviewed: Reviewed) -> list[Row]:
    """Give the questions on a version that nobody has answered, while it is under review."""
    if state_of(version, reviewed) != "under_review":
        return []
    return [row for row in _on(version, reviewed.questions) if row["answered_at"] is None]


def waiting_since(version: Version, reviewed: Reviewed) -> Mapping[Any, Any]:
    """Give the act, by `position` and `recorded_at`, since which a version waits where it is."""
    steps: list[Mapping[Any, Any]] = [
        version.row,
        *_on(version, reviewed.openings),
        *_on(version, reviewed.decisions),
        *_on(version, reviewed.questions),
    ]
    steps += [
        {"position": row["answered_by"], "recorded_at": row["answered_at"]}
        for row in _on(version, reviewed.questions)
        if row["answered_at"] is not None
    ]
    waiting = open_questions(version, reviewed)
    return max(waiting or steps, key=lambda step: int(step["position"]))


def version_rows(
    versions: Sequence[Version],
    reviewed: Reviewed,
    carriers: Mapping[tuple[str, int], Version],
    moment: Moment,
) -> list[Row]:
    """Give the versions of a report with what was said on each, oldest first.

    Args:
        versions: of one report.
        reviewed: of the same report.
        carriers: the versions that renewals stand for, by report and number.
        moment: whose day ages are counted on, and who looks.
    """
    day, reader = moment.effective_on, moment.reader
    newest = versions[-1].number if versions else 0
    return [
        {
            **version_row(version),
            "age_days": (day - version.received_on).days,
            "substance": _substance(version, carriers, day),
            "state": state_of(version, reviewed),
            "is_superseded": version.number < newest,
            "is_withdrawn": version.withdrawn is not None,
            "withdrawal": withdrawal_row(version.withdrawn),
            "decisions": [decision_row(row, reader) for row in _on(version, reviewed.decisions)],
            "clarifications": [
                _clarification_row(
                    row,
                    reader,
                    is_open=version.number == newest
                    and version.withdrawn is None
                    and row in open_questions(version, reviewed),
                )
                for row in _on(version, reviewed.questions)
            ],
        }
        for version in versions
    ]


def _substance(
    version: Version, carriers: Mapping[tuple[str, int], Version], day: date
) -> Row | None:
    """Say which version carries the text, and how old that is; `None` where it is not known."""
    if version.renews is None:
        return aged(version, day)
    carrier = carriers.get(version.renews)
    return aged(carrier, day) if carrier else None


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


def withdrawal_row(withdrawal: Withdrawal | None) -> Row | None:
    """Give a withdrawal, with its reason."""
    if withdrawal is None:
        return None
    return {
        "report_version": withdrawal.report_version,
        "recorded_at": withdrawal.recorded_at,
        "withdrawn_on": withdrawal.withdrawn_on,
        "reason": decoded(withdrawal.reason),
        "positions": positions(withdrawal.position),
        "asserted_by": "participant",
    }


def decision_row(row: Mapping[Any, Any], reader: Reader | None) -> Row:
    """Give a decision; its reasons are sealed, the units they speak of are not."""
    reasons = _told(reader, row, "reasons")
    return {
        **reasons,
        "decision": row["decision"],
        "report_version": row["report_version"],
        "recorded_at": row["recorded_at"],
        "digest": row["digest"],
        "ruleset_version": row["ruleset_version"],
        "units": decoded(row["units"]),
        "positions": positions(row["position"]),
        "asserted_by": "secretariat",
    }


def _told(
    reader: Reader | None, row: Mapping[Any, Any], name: str, *, at: str = "position"
) -> dict[str, Any]:
    """Give what an act of the review says, if it was disclosed to the reader; else nothing."""
    said = disclosed(reader, row, name, at=at)
    return {} if said is None else {name: said}


def _clarification_row(row: Row, reader: Reader | None, *, is_open: bool) -> Row:
    """Give a question and its answer: when, and on which parts; what they say is sealed."""
    answer = None
    if row["answered_at"] is not None:
        answer = {
            **_told(reader, row, "answers", at="answered_by"),
            "recorded_at": row["answered_at"],
            "units": decoded(row["answered_units"]),
            "positions": positions(row["answered_by"]),
            "asserted_by": "participant",
        }
    return {
        **_told(reader, row, "questions"),
        "clarification_id": row["clarification_id"],
        "report_version": row["report_version"],
        "state": "answered" if answer else "open" if is_open else "lapsed",
        "recorded_at": row["recorded_at"],
        "digest": row["digest"],
        "ruleset_version": row["ruleset_version"],
        "units": decoded(row["units"]),
        "due_on": row["due_on"],
        "answer": answer,
        "positions": positions(row["position"]),
        "asserted_by": "secretariat",
    }


def _on(version: Version, rows: Sequence[Mapping[Any, Any]]) -> Iterator[Any]:
    return (row for row in rows if row["report_version"] == version.number)
