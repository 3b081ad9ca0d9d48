"""Pure rules of erasure: whose personal data is destroyed, and where it lies.

The entry that named the person stays, sealed for ever; what opened the seal is destroyed in the
transaction that records the erasure. Erasing ends no term: that takes a communication of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.events import PersonalDataErased, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import mandate, people
from services.registry.domain.causation import cause_of
from services.registry.domain.circumstances import Circumstances, check_received
from services.registry.domain.mandate import Mandate
from services.registry.domain.people import NOBODY, People
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import stream_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersonalData:
    """Destroy what identifies a person who acted for a participant, or an auditor."""

    erasure: PersonalDataErased
    circumstances: Circumstances


class NoSuchPerson(Refused):
    """Only what is held can be destroyed."""

    code = "no-such-person"
    title = "Nobody was named under this id."


class AlreadyErased(Refused):
    """What identified a person is destroyed once."""

    code = "already-erased"
    title = "What identified this person was erased already."


REFUSALS = (NoSuchPerson, AlreadyErased)


def erased_by(
    event: RegistryEvent, earlier: Iterable[tuple[int, int, RegistryEvent]]
) -> tuple[int, ...]:
    """Give the positions whose disclosures an event destroys: that of the entry it answers.

    Args:
        event: what was decided.
        earlier: of each entry that the decision read: position, version in its stream, event.
    """
    if not isinstance(event, PersonalDataErased):
        return ()
    named_at = cause_of(event, earlier)
    return () if named_at is None else (named_at,)


def _decide_on_people(command: ErasePersonalData, state: People) -> tuple[RegistryEvent, ...]:
    person_id = command.erasure.person_id
    return _erased(command, state.knows(person_id), state.erased.get(person_id))


def _decide_on_mandate(command: ErasePersonalData, state: Mandate) -> tuple[RegistryEvent, ...]:
    return _erased(command, state.granted is not None, state.erased)


def _erased(
    command: ErasePersonalData,
    is_known: bool,  # noqa: FBT001 - a fact, no switch
    before: PersonalDataErased | None,
) -> tuple[RegistryEvent, ...]:
    erasure = command.erasure
    if not is_known:
        raise NoSuchPerson
    if before == erasure:
        return ()
    if before is not None:
        raise AlreadyErased(f"as asked on {before.received_on}")
    check_received(erasure.received_on, command.circumstances)
    return (erasure,)


OF_PEOPLE: Decider[ErasePersonalData, People, RegistryEvent] = Decider(
    decide=_decide_on_people, evolve=people.evolve, initial=NOBODY
)
OF_AUDITORS: Decider[ErasePersonalData, Mandate, RegistryEvent] = Decider(
    decide=_decide_on_mandate, evolve=mandate.evolve, initial=Mandate()
)


def ruling(command: ErasePersonalData) -> Ruling:
    """Say what an erasure reads: the people of the participant, or the auditor's mandate."""
    target = stream_of(command.erasure)
    if command.erasure.participant is None:
        return ruling_by(OF_AUDITORS, command, target=target)
    return ruling_by(OF_PEOPLE, command, target=target)
