"""Authority: what the register knows of an actor as of now, and the day that is judged by."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The term of a focal point, a delegation or an auditor's mandate, and what it is for."""

    first_day: date
    last_day: date | None
    """Last day of the term as it stands, whatever ended it; `None` while it is open."""
    units: frozenset[str] | None = None
    """Parts of reports that were delegated; `None`: no delegation, so all of them."""
    participants: frozenset[str] | None = None
    """Whom it is for; `None`: everybody."""
    cycles: frozenset[str] | None = None
    """For which reporting cycles; `None`: all."""
    is_erased: bool = False
    """Whether what identified the person was destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision goes by beside who asks for what."""

    today: date
    standing: Standing | None
    """Of the actor; `None`: the register does not know the actor in this role."""
