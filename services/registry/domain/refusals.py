"""Pure list of refusals: everything the rules can say no to, by code."""

from collections.abc import Mapping
from typing import Final

from services.kit.errors import Refused
from services.registry.domain import (
    circumstances,
    clarification,
    commitment,
    course,
    cycle,
    focal_point,
    obligation,
    participation,
    plan,
    publication,
    renewal,
    report,
    review,
    section,
    submission,
)

REFUSALS: Final[Mapping[str, type[Refused]]] = {
    refusal.code: refusal
    for module in (
        circumstances,
        participation,
        focal_point,
        course,
        plan,
        commitment,
        publication,
        cycle,
        report,
        obligation,
        submission,
        renewal,
        review,
        clarification,
        section,
    )
    for refusal in module.REFUSALS
}
