"""Questions on what participants owe: everything that the actions on obligations go by."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection

from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import cycle_rows
from services.reporting.queries.obligation_actions import Owed, why_not_report
from services.reporting.queries.overview import Overview
from services.reporting.queries.participation import list_signatories
from services.reporting.queries.review import State, state_of
from services.reporting.queries.reviewing import NOT_REVIEWED, Reviewed, list_reviewed
from services.reporting.queries.rows import decoded
from services.reporting.queries.versions import Version, list_versions

Asked: TypeAlias = tuple[Overview, str]
"""A cycle, and a participant."""


def list_owed(connection: Connection, moment: Moment, asked: Sequence[Asked]) -> list[Owed]:
    """Give what bears on the actions of some participants for some cycles, in the same order.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        asked: those of one page; the questions are the same, however many there are.
    """
    codes = {code for _, code in asked}
    participant = next(iter(codes)) if len(codes) == 1 else None
    signatories = list_signatories(connection, moment, participant=participant)
    filed = [_report_id(seen, code) for seen, code in asked if seen.received(code)]
    reviewed = list_reviewed(connection, moment, filed) if filed else {}
    renewable = _list_renewable(connection, moment, _who_may_renew(asked))
    owed = []
    for seen, code in asked:
        cycle, versions = seen.cycle, seen.received(code)
        signatory = signatories.get(code)
        earliest = renewable.get(code)
        owed.append(
            Owed(
                participant=code,
                report_id=_report_id(seen, code),
                cycle=cycle,
                day=moment.effective_on,
                due=seen.due(code),
                is_expected=code in seen.expected,
                reminded=[(row["reminder"], row["due_on"]) for row in seen.reminders.get(code, ())],
                versions=versions,
                state=standing_state(versions, reviewed.get(_report_id(seen, code), NOT_REVIEWED)),
                may_report=why_not_report(
                    code=code,
                    kinds=decoded(cycle["participant_kinds"]),
                    kind=signatory.kind if signatory else None,
                    standing=signatory.standing if signatory else "not_yet",
                    opens_on=cycle["opens_on"],
                    day=moment.effective_on,
                ),
                can_renew=earliest is not None and earliest < cycle["period_from"],
            )
        )
    return owed


def standing_state(versions: Sequence[Version], reviewed: Reviewed) -> State | None:
    """Give where the latest version stands; `None` where nothing stands."""
    if not versions or versions[-1].withdrawn is not None:
        return None
    return state_of(versions[-1], reviewed)


def _who_may_renew(asked: Iterable[Asked]) -> set[str]:
    """Name those of whom nothing stands: of the others, nobody asks what could be renewed."""
    latest = ((code, seen.received(code)[-1:]) for seen, code in asked)
    return {code for code, found in latest if not any(one.withdrawn is None for one in found)}


def _list_renewable(
    connection: Connection, moment: Moment, codes: Collection[str]
) -> Mapping[str, date]:
    """Give, by participant, the first day of the earliest period whose report can be renewed."""
    if not codes:
        return {}
    theirs = report_version.c.participant.in_(codes)
    versions = list_versions(connection, moment, theirs)
    reviewed = list_reviewed(connection, moment, versions) if versions else {}
    begins = {row["cycle_id"]: row["period_from"] for row in cycle_rows(connection, moment)}
    found: dict[str, date] = {}
    for report_id, own in versions.items():
        if is_renewable(own, reviewed.get(report_id, NOT_REVIEWED)):
            first = begins[own[0].cycle_id]
            found[own[0].participant] = min(first, found.get(own[0].participant, first))
    return found


def is_renewable(versions: Sequence[Version], reviewed: Reviewed) -> bool:
    """Say whether a report has a version with a document that a later report may stand on.

    It is the last one that was not returned, if it carries a document and was not withdrawn.
    """
    for version in reversed(versions):
        if state_of(version, reviewed) == "returned":
            continue
        is_own_word = version.origin == "submission" and version.renews is None
        return is_own_word and version.withdrawn is None
    return False


def _report_id(seen: Overview, code: str) -> str:
    return f"{code}-{seen.cycle['cycle_id']}"
