"""What somebody may do next, as answers tell it: the address, whether it is allowed, and why not.

An action is advice: the registry decides when the request comes. Its contract is the definition
`action` of the frame of answers, shared by every answer that has `actions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

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


def action_rows(actions: Iterable[Action]) -> list[Row]:
    """Give actions as they stand in an answer."""
    return [one.row() for one in actions]


def allowed_rels(actions: Iterable[Action]) -> list[str]:
    """Name what is allowed, each once, in the order of the actions."""
    return list(dict.fromkeys(one.rel for one in actions if one.allowed))
