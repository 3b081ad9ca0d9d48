"""Pure entrance to the rules: every command, and the decision each of them asks for."""

from typing import TypeAlias, assert_never

from services.registry.domain import (
    cycle,
    focal_point,
    participation,
    plan,
    renewal,
    review,
    submission,
)
from services.registry.domain.cycle import OpenCycle
from services.registry.domain.decision import Decision
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import RegisterPlan
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.review import AcceptReport, ReturnReport
from services.registry.domain.submission import FileCorrigendum, SubmitReport

Command: TypeAlias = (
    RecordAct
    | DesignateFocalPoint
    | EndDesignation
    | RegisterPlan
    | OpenCycle
    | SubmitReport
    | FileCorrigendum
    | DeclareNothingNew
    | ReturnReport
    | AcceptReport
)


def decision_for(command: Command) -> Decision:  # noqa: PLR0911  one line per aggregate
    """Say which streams a command reads, where its events go, and what it decides."""
    match command:
        case RecordAct():
            return participation.decision(command)
        case DesignateFocalPoint() | EndDesignation():
            return focal_point.decision(command)
        case RegisterPlan():
            return plan.decision(command)
        case OpenCycle():
            return cycle.decision(command)
        case SubmitReport() | FileCorrigendum():
            return submission.decision(command)
        case DeclareNothingNew():
            return renewal.decision(command)
        case ReturnReport() | AcceptReport():
            return review.decision(command)
        case _:
            assert_never(command)
