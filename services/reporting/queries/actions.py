"""Pure: what somebody may do next, and why not: affordances of an answer."""

from dataclasses import asdict, dataclass
from typing import Literal

from services.reporting.queries.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that can be asked of the registry; it decides when it is asked."""

    rel: str
    """What it is, in kebab-case."""
    method: str
    href: str
    """Path at the registry."""
    by: Literal["participant", "secretariat"]
    """Who may ask for it."""
    allowed: bool
    """Whether the rules would let it be, as known at the moment."""
    reason: str | None
    """Why not; `None` where it is allowed."""

    def row(self) -> Row:
        """Give it as it stands in an answer."""
        return asdict(self)
