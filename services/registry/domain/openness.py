"""Pure: who may read a section, and that what is said of something is no more open than it."""

from typing import Final, TypeAlias

from contracts.events.shared import Passage, Sealed
from services.kit.errors import Refused

Section: TypeAlias = Passage | Sealed

_FROM_CLOSED_TO_OPEN: Final = ("secretariat", "auditors", "participants", "public")


class MoreOpenThanItsSubject(Refused):
    """What is said of something restricted is at least as restricted, or it would give it away."""

    code = "more-open-than-its-subject"
    title = "More people could read this than may read what it speaks of."


REFUSALS = (MoreOpenThanItsSubject,)


def check_not_more_open(said: Section, subject: Section) -> None:
    """Refuse what more people could read than may read what it speaks of."""
    if _openness(said) > _openness(subject):
        raise MoreOpenThanItsSubject


def _openness(section: Section) -> int:
    return _FROM_CLOSED_TO_OPEN.index(section.visibility or "secretariat")
