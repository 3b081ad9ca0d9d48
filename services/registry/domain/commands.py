"""Pure entrance to the rules: every command, and the ruling each of them asks for."""

from typing import TypeAlias, assert_never

from contracts.events.participation import SuccessionNotified
from services.registry.domain import (
    cycle,
    delegation,
    erasure,
    focal_point,
    mandate,
    participation,
    plan,
    renewal,
    review,
    submission,
    succession,
)
from services.registry.domain.cycle import OpenCycle
from services.registry.domain.delegation import GrantDelegation, RevokeDelegation
from services.registry.domain.erasure import ErasePersonalData
from services.registry.domain.focal_point import DesignateFocalPoint, EndDesignation
from services.registry.domain.mandate import GrantMandate, RevokeMandate
from services.registry.domain.participation import RecordAct
from services.registry.domain.plan import RegisterPlan
from services.registry.domain.renewal import DeclareNothingNew
from services.registry.domain.review import AcceptReport, ReturnReport
from services.registry.domain.ruling import Ruling
from services.registry.domain.submission import FileCorrigendum, SubmitReport

Command: TypeAlias = (
    RecordAct
    | DesignateFocalPoint
    | EndDesignation
    | GrantDelegation
    | RevokeDelegation
    | GrantMandate
    | RevokeMandate
    | ErasePersonalData
    | RegisterPlan
    | OpenCycle
    | SubmitReport
    | FileCorrigendum
    | DeclareNothingNew
    | ReturnReport
    | AcceptReport
)


def ruling_for(  # noqa: C901, PLR0911  one line per aggregate
    command: Command,
) -> Ruling:
    """Say which streams a command reads, where its events go, and what it decides."""
    match command:
        case RecordAct(act=SuccessionNotified() as act):
            return succession.ruling(command, act)
        case RecordAct():
            return participation.ruling(command)
        case DesignateFocalPoint() | EndDesignation():
            return focal_point.ruling(command)
        case GrantDelegation() | RevokeDelegation():
            return delegation.ruling(command)
        case GrantMandate() | RevokeMandate():
            return mandate.ruling(command)
        case ErasePersonalData():
            return erasure.ruling(command)
        case RegisterPlan():
            return plan.ruling(command)
        case OpenCycle():
            return cycle.ruling(command)
        case SubmitReport() | FileCorrigendum():
            return submission.ruling(command)
        case DeclareNothingNew():
            return renewal.ruling(command)
        case ReturnReport() | AcceptReport():
            return review.ruling(command)
        case _:
            assert_never(command)
