"""What somebody may do next, as answers tell it: the address, whether it is allowed, and why not.

An action is advice: the registry decides when the request comes. Whether a signed-in reader may is
decided by the same policy there and here, on what is known here of the reader. The contract of an
action is the definition `action` of the frame of answers, shared by every answer that has some.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from contracts.authority.policy import NOTHING, Decision, Resource
from services.reporting.queries.reader import Reader
from services.reporting.queries.rows import Row

Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]
By: TypeAlias = Literal["participant", "secretariat", "auditor"]
"""On whose behalf the request is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do."""

    rel: str
    """What it is, in lower case with hyphens: `draft-section`, `submit` …"""
    method: Method
    href: str
    """Path at the registry (reporting for GET); what the caller chooses stands in braces."""
    by: By
    reason: str | None = None
    """Why it is not allowed, in one sentence; `None` where it is."""

    @property
    def allowed(self) -> bool:
        """Say whether nothing is known that speaks against it."""
        return self.reason is None

    def row(self) -> Row:
        """Give it as it stands in an answer."""
        return {
            "rel": self.rel,
            "method": self.method,
            "href": self.href,
            "by": self.by,
            "allowed": self.allowed,
            "reason": self.reason,
        }


def action_rows(
    actions: Iterable[Action], reader: Reader | None = None, on: Resource = NOTHING
) -> list[Row]:
    """Give actions as they stand in an answer.

    Args:
        actions: with what is known of the matter itself that speaks against each.
        reader: who is signed in, and so is told what this one may do; `None`: everybody, who are
            told what can be done at all, and on whose behalf.
        on: what all of them are done to.
    """
    if reader is None:
        return [one.row() for one in actions]
    return [_for_reader(one, reader.may(one.rel, on)) for one in actions]


def _for_reader(action: Action, decision: Decision) -> Row:
    row = action.row()
    return row if decision.allowed else {**row, "allowed": False, "reason": decision.reason}


def allowed_rels(actions: Iterable[Action]) -> list[str]:
    """Name what is allowed, each once, in the order of the actions."""
    return list(dict.fromkeys(one.rel for one in actions if one.allowed))
