"""Pure: what may be done next with a finding and with what is recommended on it; and why not.

Whether a mandate covers whoever acts is for the registry to see when the request comes.
"""

from collections.abc import Iterator

from services.reporting.queries.actions import Action, By
from services.reporting.queries.audit import Found

CLOSED = "The finding was closed on {0}."


def finding_actions(one: Found) -> Iterator[Action]:
    """Give every action on a finding.

    Closing is always open to whoever takes the finding back; other outcomes wait for a response.
    """
    reason = _reason(one)
    yield _action(one, "respond-to-finding", "participant", reason)
    yield _action(one, "issue-recommendation", "auditor", reason)
    yield _action(one, "close-finding", "auditor", reason)


def recommendation_actions(one: Found) -> Iterator[Action]:
    """Give every action on a recommendation."""
    reason = _reason(one)
    yield _action(one, "respond-to-recommendation", "participant", reason)
    yield _action(one, "follow-up-recommendation", "auditor", reason)


def _reason(one: Found) -> str | None:
    return CLOSED.format(one.row["closed_on"]) if one.is_closed else None


def _action(one: Found, rel: str, by: By, reason: str | None) -> Action:
    below = "responses" if by == "participant" else "findings"
    href = f"/v1/reports/{one.row['report_id']}/{below}"
    return Action(rel=rel, method="POST", href=href, by=by, reason=reason)
