"""Pure list of refusals: everything the rules can say no to, by code."""

from collections.abc import Mapping
from typing import Final

from services.kit.errors import Refused
from services.registry.domain import (
    assistance,
    audit,
    circumstances,
    clarification,
    commitment,
    course,
    cycle,
    declaration,
    delegation,
    erasure,
    evidence,
    finding,
    focal_point,
    mandate,
    objection,
    obligation,
    openness,
    participation,
    people,
    plan,
    publication,
    recommendation,
    renewal,
    report,
    review,
    scope,
    section,
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
        course,
        delegation,
        scope,
        mandate,
        erasure,
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
        openness,
        audit,
        finding,
        recommendation,
        assistance,
        evidence,
    )
    for refusal in module.REFUSALS
}
