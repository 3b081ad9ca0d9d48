"""Pure list of refusals: everything the rules can say no to, by code."""

from collections.abc import Mapping
from typing import Final

from services.kit.errors import Refused
from services.registry.domain import (
    circumstances,
    cycle,
    focal_point,
    obligation,
    participation,
    plan,
    publication,
    renewal,
    report,
    review,
    submission,
)

REFUSALS: Final[Mapping[str, type[Refused]]] = {
    refusal.code: refusal
    for module in (
        circumstances,
        participation,
        focal_point,
        plan,
        publication,
        cycle,
        report,
        obligation,
        submission,
        renewal,
        review,
    )
    for refusal in module.REFUSALS
}
