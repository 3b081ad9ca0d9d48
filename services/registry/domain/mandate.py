"""Pure rules of mandates: which auditors may examine whose claims, from when to when.

The secretariat alone gives mandates, for participants and cycles that the register knows on the
day. The person comes in sealed.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from contracts.events import MandateGranted, MandateRevoked, PersonalDataErased, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import scope
from services.registry.domain.circumstances import Circumstances, check_period, check_received
from services.registry.domain.people import PersonErased, check_last_day
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.scope import NOTHING_KNOWN, Scope, check_scope
from services.registry.domain.streams import (
    cycle_stream,
    mandate_stream,
    participation_stream,
)

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMandate:
    """Record that an auditor has a mandate; `person` in it is sealed already."""

    mandate: MandateGranted
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeMandate:
    """Record that a mandate ends before its term."""

    revocation: MandateRevoked
    circumstances: Circumstances


MandateCommand: TypeAlias = GrantMandate | RevokeMandate

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What happened to one mandate; `None` while it did not."""

    granted: MandateGranted | None = None
    revoked: MandateRevoked | None = None
    erased: PersonalDataErased | None = None
    scope: Scope = NOTHING_KNOWN
    """What it could name."""


def evolve(state: Mandate, event: RegistryEvent) -> Mandate:
    """Give the state after an event of the mandate, or of what it could name."""
    match event:
        case MandateGranted():
            return replace(state, granted=event)
        case MandateRevoked():
            return replace(state, revoked=event)
        case PersonalDataErased():
            return replace(state, erased=event)
        case _:
            return replace(state, scope=scope.evolve(state.scope, event))


# --- refusals


class MandateIdTaken(Refused):
    """Each mandate has its own id, for ever."""

    code = "mandate-id-taken"
    title = "Another mandate carries this id."


class NoSuchMandate(Refused):
    """Only what was granted can be revoked."""

    code = "no-such-mandate"
    title = "No mandate was granted under this id."


class MandateAlreadyRevoked(Refused):
    """A mandate is revoked once."""

    code = "mandate-already-revoked"
    title = "This mandate was revoked already."


REFUSALS = (MandateIdTaken, NoSuchMandate, MandateAlreadyRevoked)

# --- rules


def decide(command: MandateCommand, state: Mandate) -> tuple[RegistryEvent, ...]:
    """Record the mandate or its end; the very same a second time changes nothing."""
    match command:
        case GrantMandate():
            return _grant(command, state)
        case RevokeMandate():
            return _revoke(command, state)
        case _:
            assert_never(command)


def _grant(command: GrantMandate, state: Mandate) -> tuple[RegistryEvent, ...]:
    mandate = command.mandate
    if state.erased is not None:
        raise PersonErased
    if state.granted == mandate:
        return ()
    if state.granted is not None:
        raise MandateIdTaken
    check_received(mandate.received_on, command.circumstances)
    check_period(mandate.term_from, mandate.term_to)
    check_scope(mandate, state.scope)
    return (mandate,)


def _revoke(command: RevokeMandate, state: Mandate) -> tuple[RegistryEvent, ...]:
    revocation = command.revocation
    if state.granted is None:
        raise NoSuchMandate
    if state.revoked == revocation:
        return ()
    if state.revoked is not None:
        raise MandateAlreadyRevoked(f"on {state.revoked.revoked_on}")
    check_received(revocation.received_on, command.circumstances)
    check_last_day(revocation.revoked_on, state.granted.term_from, state.granted.term_to)
    return (revocation,)


DECIDER: Decider[MandateCommand, Mandate, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=Mandate()
)


def ruling(command: MandateCommand) -> Ruling:
    """Say what a command reads: the mandate's own stream; to grant one, what it names, too."""
    match command:
        case GrantMandate(mandate=mandate):
            return ruling_by(
                DECIDER,
                command,
                target=mandate_stream(mandate.mandate_id),
                also=(
                    *map(participation_stream, mandate.participants or ()),
                    *map(cycle_stream, mandate.cycles or ()),
                ),
            )
        case RevokeMandate():
            mandate_id = command.revocation.mandate_id
            return ruling_by(DECIDER, command, target=mandate_stream(mandate_id))
        case _:
            assert_never(command)
