"""Pure entrance to the rules: every command, and the ruling each of them asks for."""

from typing import TypeAlias, assert_never

from services.registry.domain import (
    cycle,
    focal_point,
    obligation,
    participation,
    plan,
    publication,
    renewal,
    review,
    submission,
)
from services.registry.domain.cycle import CloseCycle, OpenCycle
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.obligation import GrantExtension, RecordReminder
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import RegisterPlan
from services.registry.domain.publication import DeactivateRule, Publish
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.review import AcceptReport, ReturnReport
from services.registry.domain.ruling import Ruling
from services.registry.domain.submission import FileCorrigendum, SubmitReport

Command: TypeAlias = (
    RecordAct
    | DesignateFocalPoint
    | EndDesignation
    | RegisterPlan
    | Publish
    | DeactivateRule
    | OpenCycle
    | CloseCycle
    | GrantExtension
    | RecordReminder
    | SubmitReport
    | FileCorrigendum
    | DeclareNothingNew
    | ReturnReport
    | AcceptReport
)


def ruling_for(command: Command) -> Ruling:  # noqa: PLR0911  one line per aggregate
    """Say which streams a command reads, where its events go, and what it decides."""
    match command:
        case RecordAct():
            return participation.ruling(command)
        case DesignateFocalPoint() | EndDesignation():
            return focal_point.ruling(command)
        case RegisterPlan():
            return plan.ruling(command)
        case Publish() | DeactivateRule():
            return publication.ruling(command)
        case OpenCycle() | CloseCycle():
            return cycle.ruling(command)
        case GrantExtension() | RecordReminder():
            return obligation.ruling(command)
        case SubmitReport() | FileCorrigendum():
            return submission.ruling(command)
        case DeclareNothingNew():
            return renewal.ruling(command)
        case ReturnReport() | AcceptReport():
            return review.ruling(command)
        case _:
            assert_never(command)
