"""Pure rules of delegations: what a focal point may let others draft, and for how long.

A delegation lies within the term of the focal point who grants it, as that term stands on the day
of the grant. If the term is ended earlier later on, the delegation ends with it: that follows from
both entries, so queries derive it and no event says it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from contracts.events import DelegationGranted, DelegationRevoked, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances, check_period, check_received
from services.registry.domain.focal_point import NoSuchFocalPoint
from services.registry.domain.participation import check_signatory
from services.registry.domain.people import (
    NOBODY,
    Designation,
    People,
    check_known,
    check_last_day,
    evolve,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import focal_point_stream, participation_stream

OTHER_PARTS: Final = frozenset({"cover", "plans", "treaties", "human_rights", "observations"})
"""Parts of a report besides the reporting units of the instrument."""

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDelegation:
    """Record that a focal point lets a person draft; `person` in it is sealed already."""

    delegation: DelegationGranted
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDelegation:
    """Record that a delegation ends before its term."""

    revocation: DelegationRevoked
    circumstances: Circumstances


DelegationCommand: TypeAlias = GrantDelegation | RevokeDelegation

# --- refusals


class DelegationIdTaken(Refused):
    """Each delegation has its own id, for ever; focal points have theirs from the same ids."""

    code = "delegation-id-taken"
    title = "Another delegation, or a designation, carries this id."


class GrantorNotInOffice(Refused):
    """A focal point grants what begins in its own term."""

    code = "grantor-not-in-office"
    title = "The term of the focal point who grants does not cover the first day."


class DelegationOutlastsTheTerm(Refused):
    """Nobody delegates for longer than its own term."""

    code = "delegation-outlasts-the-term"
    title = "The delegation goes on after the term of the focal point who grants it."


class NothingDelegated(Refused):
    """A delegation is for something."""

    code = "nothing-delegated"
    title = "A delegation names at least one part of a report."


class UnknownPart(Refused):
    """Reports consist of the instrument's reporting units and a few other parts."""

    code = "unknown-part"
    title = "The delegation names a part of a report that no published edition has."


class NoSuchDelegation(Refused):
    """Only what was granted can be revoked."""

    code = "no-such-delegation"
    title = "The participant has no delegation by this id."


class DelegationAlreadyRevoked(Refused):
    """A delegation is revoked once."""

    code = "delegation-already-revoked"
    title = "This delegation was revoked already."


REFUSALS = (
    DelegationIdTaken,
    GrantorNotInOffice,
    DelegationOutlastsTheTerm,
    NothingDelegated,
    UnknownPart,
    NoSuchDelegation,
    DelegationAlreadyRevoked,
)

# --- rules


def decide(command: DelegationCommand, state: People) -> tuple[RegistryEvent, ...]:
    """Record the delegation or its end; the very same a second time changes nothing."""
    match command:
        case GrantDelegation():
            return _grant(command, state)
        case RevokeDelegation():
            return _revoke(command, state)
        case _:
            assert_never(command)


def _grant(command: GrantDelegation, state: People) -> tuple[RegistryEvent, ...]:
    delegation, around = command.delegation, command.circumstances
    check_known(state, delegation.delegation_id)
    known = state.delegations.get(delegation.delegation_id)
    if known is not None and known.granted == delegation:
        return ()
    check_signatory(state.participation, around.today)
    check_received(delegation.received_on, around)
    check_period(delegation.term_from, delegation.term_to)
    if state.knows(delegation.delegation_id):
        raise DelegationIdTaken
    _check_parts(delegation.units, around)
    grantor = state.designations.get(delegation.granted_by)
    if grantor is None:
        raise NoSuchFocalPoint
    check_known(state, delegation.granted_by)
    _check_term(delegation, grantor)
    return (delegation,)


def _check_parts(parts: Collection[str], circumstances: Circumstances) -> None:
    if not parts:
        raise NothingDelegated
    known = OTHER_PARTS.union(*circumstances.editions.values())
    if unknown := sorted(set(parts) - known):
        raise UnknownPart(", ".join(unknown))


def _check_term(delegation: DelegationGranted, grantor: Designation) -> None:
    first, last = grantor.designated.term_from, grantor.last_day
    term = f"the term is {first} to {last or 'open'}"
    if delegation.term_from < first or (last is not None and delegation.term_from > last):
        raise GrantorNotInOffice(term)
    if last is not None and delegation.term_to > last:
        raise DelegationOutlastsTheTerm(term)


def _revoke(command: RevokeDelegation, state: People) -> tuple[RegistryEvent, ...]:
    revocation = command.revocation
    known = state.delegations.get(revocation.delegation_id)
    if known is None:
        raise NoSuchDelegation
    if known.revoked == revocation:
        return ()
    if known.revoked is not None:
        raise DelegationAlreadyRevoked(f"on {known.revoked.revoked_on}")
    check_received(revocation.received_on, command.circumstances)
    check_last_day(revocation.revoked_on, known.granted.term_from, known.granted.term_to)
    return (revocation,)


DECIDER: Decider[DelegationCommand, People, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOBODY
)


def ruling(command: DelegationCommand) -> Ruling:
    """Say what a command reads: the participant's people, and its participation."""
    match command:
        case GrantDelegation():
            participant_code = command.delegation.participant
        case RevokeDelegation():
            participant_code = command.revocation.participant
        case _:
            assert_never(command)
    return ruling_by(
        DECIDER,
        command,
        target=focal_point_stream(participant_code),
        also=(participation_stream(participant_code),),
    )
