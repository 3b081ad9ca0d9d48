"""Pure rules of participation: who signs, withdraws, declares; and what may be put right.

An act is recorded word for word as it was notified, so the command carries the act itself and
deciding means: may it be recorded? Where precision leaves the days open, an order of acts is
refused only if it is certainly wrong.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import assert_never

from contracts.events import RegistryEvent
from contracts.events.participation import (
    Act,
    ActContested,
    ActRectified,
    DeclarationLodged,
    DeclarationWithdrawn,
    MembershipRecorded,
    ParticipantRenamed,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import (
    Circumstances,
    OnlyInDemonstrations,
    check_received,
)
from services.registry.domain.declaration import check_order, check_withdrawn
from services.registry.domain.objection import RectifiesAnObjection, check_contested
from services.registry.domain.participant import (
    Newcomer,
    Participant,
    Participation,
    ParticipationAct,
    Phase,
    evolve,
)
from services.registry.domain.repetition import is_repetition
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import participation_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAct:
    """Record an act of participation as it was notified."""

    act: ParticipationAct
    circumstances: Circumstances
    is_own: bool = False
    """Of an objection: whether the participant itself recorded the act that it names."""


# --- refusals


class NotAParticipant(Refused):
    """Everything but a signature needs one."""

    code = "not-a-participant"
    title = "No signature is recorded under this code."


class NotASignatory(Refused):
    """Only a participant whose signature is, or may be, in force acts under the instrument."""

    code = "not-a-signatory"
    title = "The participant has no signature in force on this day."


class AlreadyASignatory(Refused):
    """A participant signs once, and again only after its withdrawal took effect."""

    code = "already-a-signatory"
    title = "The signature recorded earlier is in force on this day."


class CodeDoesNotFitKind(Refused):
    """An organisation's code begins with `ORG-`, and nobody else's does."""

    code = "code-does-not-fit-kind"
    title = "The code of an organisation begins with ORG-; the code of a State does not."


class SignedBeforeOpening(Refused):
    """Nobody signed before the instrument was opened."""

    code = "signed-before-opening"
    title = "A signature cannot take effect before the instrument was opened."


class WithdrawnBeforeSigning(Refused):
    """A withdrawal takes effect after the signature it ends."""

    code = "withdrawn-before-signing"
    title = "A withdrawal cannot take effect before the signature it ends."


class AlreadyWithdrawn(Refused):
    """One notice of withdrawal stands at a time."""

    code = "already-withdrawn"
    title = "A notice of withdrawal already stands against this signature."


class NotAWithdrawal(Refused):
    """A rescission names the withdrawal it takes back."""

    code = "not-a-withdrawal"
    title = "The act that the rescission names is not a notice of withdrawal."


class WithdrawalNoLongerStands(Refused):
    """What was taken back, or followed by a new signature, cannot be taken back."""

    code = "withdrawal-no-longer-stands"
    title = "This withdrawal was taken back already, or the participant has signed again since."


class WithdrawalInEffect(Refused):
    """A withdrawal is taken back only before it takes effect."""

    code = "withdrawal-in-effect"
    title = "The withdrawal had taken effect; a new signature is needed."


class NotAnOrganisation(Refused):
    """Membership is in an organisation, and in another than oneself."""

    code = "not-an-organisation"
    title = "Membership names an organisation other than the participant itself."


class MembershipEndsBeforeItBegins(Refused):
    """A membership has at least one day."""

    code = "membership-ends-before-it-begins"
    title = "The first day without membership does not lie after its first day."


class NoSuchAct(Refused):
    """A rectification names the act it puts right, an objection the one it is to."""

    code = "no-such-act"
    title = "The participant's stream has no act by this number."


class RectifiesARectification(Refused):
    """A rectification is put right by rectifying the act itself once more."""

    code = "rectifies-a-rectification"
    title = "Rectify the act itself once more, not its rectification."


class DateDoesNotFitPrecision(Refused):
    """The date says no more and no less than its precision."""

    code = "date-does-not-fit-precision"
    title = "A date is given unless it is unknown; for a month or a year it is the first day of it."


REFUSALS = (
    NotAParticipant,
    NotASignatory,
    AlreadyASignatory,
    CodeDoesNotFitKind,
    SignedBeforeOpening,
    WithdrawnBeforeSigning,
    AlreadyWithdrawn,
    NotAWithdrawal,
    WithdrawalNoLongerStands,
    WithdrawalInEffect,
    NotAnOrganisation,
    MembershipEndsBeforeItBegins,
    NoSuchAct,
    RectifiesARectification,
    DateDoesNotFitPrecision,
)

# --- rules


def decide(command: RecordAct, state: Participation) -> tuple[RegistryEvent, ...]:
    """Record the act, or refuse it; repeating what was said last of a matter changes nothing."""
    act = command.act
    if isinstance(state, Participant) and is_repetition(act, state):
        return ()
    check_received(act.received_on, command.circumstances)
    if not isinstance(act, ActContested):
        _check_date(act)
    if isinstance(state, Participant):
        _check_next(act, state, is_own=command.is_own)
    after = check_participant(evolve(state, act))
    _check_code(act, command.circumstances)
    _check_order(after, command.circumstances.opened_on)
    return (act,)


def check_participant(participation: Participation) -> Participant:
    """Give the participant, or refuse a code under which nobody ever signed."""
    if isinstance(participation, Newcomer):
        raise NotAParticipant
    return participation


def check_signatory(participation: Participation, day: date) -> Participant:
    """Give the participant, or refuse one whose signature is certainly not in force on `day`."""
    if isinstance(participation, Newcomer) or participation.standing(day) == "none":
        raise NotASignatory(f"on {day}")
    return participation


def _check_date(act: Act) -> None:
    day = act.effective_on
    match act.date_precision:
        case "unknown":
            fits = day is None
        case "month":
            fits = day is not None and day.day == 1
        case "year":
            fits = day is not None and (day.month, day.day) == (1, 1)
        case "day" | "inferred" | "not_later_than":
            fits = day is not None
        case _:
            assert_never(act.date_precision)
    if not fits:
        raise DateDoesNotFitPrecision(f"precision {act.date_precision}")


def _check_next(act: ParticipationAct, state: Participant, *, is_own: bool) -> None:
    match act:
        case WithdrawalNotified():
            if (standing_one := state.phases[-1].withdrawal) is not None:
                raise AlreadyWithdrawn(f"by act {standing_one}")
        case WithdrawalRescinded():
            _check_taken_back(act.withdrawal, state)
        case ActRectified():
            _check_rectified(act, _named(state, act.rectifies))
        case ActContested():
            check_contested(act, _named(state, act.contests), state, is_own=is_own)
        case DeclarationWithdrawn():
            check_withdrawn(act, state)
        case MembershipRecorded():
            if not act.organisation.startswith("ORG-") or act.organisation == act.participant:
                raise NotAnOrganisation
            _check_membership(act.effective_on, act.ended_on)
        case (
            SignatureRecorded() | SuccessionNotified() | DeclarationLodged() | ParticipantRenamed()
        ):
            pass  # a signature's order is checked with all others
        case _:
            assert_never(act)


def _named(state: Participant, version: int) -> ParticipationAct:
    act = state.act(version)
    if act is None:
        raise NoSuchAct
    return act


def _check_taken_back(withdrawal: int, state: Participant) -> None:
    if not isinstance(state.act(withdrawal), WithdrawalNotified):
        raise NotAWithdrawal
    if state.phases[-1].withdrawal != withdrawal:
        raise WithdrawalNoLongerStands


def _check_rectified(rectification: ActRectified, act: ParticipationAct) -> None:
    match act:
        case ActRectified():
            raise RectifiesARectification
        case ActContested():
            raise RectifiesAnObjection
        case MembershipRecorded():
            _check_membership(rectification.effective_on, act.ended_on)
        case _:
            pass


def _check_membership(effective_on: date | None, ended_on: date | None) -> None:
    if effective_on is not None and ended_on is not None and ended_on <= effective_on:
        raise MembershipEndsBeforeItBegins


def _check_code(act: ParticipationAct, circumstances: Circumstances) -> None:
    """Check who signs: code against kind, fictitious codes against the log.

    `ORG` alone is refused for a State too: report ids would have two readings.
    """
    if not isinstance(act, SignatureRecorded | SuccessionNotified):
        return
    code = act.participant
    if code == "ORG" or code.startswith("ORG-") != (act.kind == "organisation"):
        raise CodeDoesNotFitKind(f"kind is {act.kind}")
    if code.removeprefix("ORG-").startswith("ZZ") and not circumstances.is_demonstration:
        raise OnlyInDemonstrations("codes that begin with ZZ are those of fictitious participants")


def _check_order(state: Participant, opened_on: date) -> None:
    """Check the acts as they would stand together; a rectification may disturb them too."""
    check_order(state)
    for phase in state.phases:
        _check_phase(phase, state, opened_on)
    for phase, following in pairwise(state.phases):
        signed = state.days_of(following.signature)
        if phase.withdrawal is None or signed.latest < state.days_of(phase.withdrawal).earliest:
            raise AlreadyASignatory(f"by act {phase.signature}")


def _check_phase(phase: Phase, state: Participant, opened_on: date) -> None:
    signed = state.days_of(phase.signature)
    if signed.latest < opened_on:
        raise SignedBeforeOpening(f"the instrument was opened on {opened_on}")
    if phase.withdrawal is not None and state.days_of(phase.withdrawal).latest < signed.earliest:
        raise WithdrawnBeforeSigning(f"signed by act {phase.signature}")
    for withdrawal, rescission in phase.rescissions.items():
        if state.days_of(withdrawal).latest <= state.days_of(rescission).earliest:
            raise WithdrawalInEffect(f"withdrawn by act {withdrawal}")


DECIDER: Decider[RecordAct, Participation, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=Newcomer()
)


def ruling(command: RecordAct) -> Ruling:
    """Say what recording an act reads: the participant's own stream."""
    return ruling_by(DECIDER, command, target=participation_stream(command.act.participant))
