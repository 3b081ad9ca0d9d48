"""Pure list of refusals: everything the rules can say no to, by code."""

from collections.abc import Mapping
from typing import Final

from services.kit.errors import Refused
from services.registry.domain import (
    circumstances,
    cycle,
    declaration,
    delegation,
    erasure,
    focal_point,
    mandate,
    objection,
    participation,
    people,
    plan,
    renewal,
    report,
    review,
    submission,
    succession,
)

REFUSALS: Final[Mapping[str, type[Refused]]] = {
    refusal.code: refusal
    for module in (
        circumstances,
        participation,
        declaration,
        objection,
        succession,
        people,
        focal_point,
        delegation,
        mandate,
        erasure,
        plan,
        cycle,
        report,
        submission,
        renewal,
        review,
    )
    for refusal in module.REFUSALS
}
