"""Drafts: what every piece of work on them needs, and who asks for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC

import orjson
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from contracts.authority.actor import Actor
from contracts.authority.policy import Resource
from contracts.envelope import Entry
from contracts.events import RegistryEvent, parse_event
from services.kit.errors import NotFound, Unavailable
from services.registry.admitting import admitted as admitted_to
from services.registry.admitting import admitted_by
from services.registry.domain.authority import Admitted, stream_about
from services.registry.drafts import store
from services.registry.drafts.draft import Draft
from services.registry.drafts.drawer import Cabinet, Drawer
from services.registry.handling import Register
from services.registry.log.store import read_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much drafts may hold."""

    section_bytes: int = 262_144
    """Of the canonical JSON of one section."""
    drafts_per_participant: int = 20
    """Those that are not submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where drafts lie, the register beside them, and what they are given from outside."""

    cabinet: Cabinet
    register: Register
    bounds: Bounds
    new_id: Callable[[], str]
    """Gives a random id of 22 characters at each call."""
    secret: bytes
    """Key of the digests that name requests."""

    def now(self) -> str:
        """Spell the instant as the log does."""
        return self.register.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who asks: a person, by the id of the token, and the participant acted for."""

    by: Actor

    @property
    def party(self) -> str:
        """Give the code of the participant; empty for whom the policy does not let come here."""
        return self.by.party or ""

    @property
    def actor(self) -> str:
        """Give the id of the person."""
        return self.by.id


def admitted(desk: Desk, who: Who, action: str, section: str | None = None) -> Admitted:
    """Find what the register knows of the actor, who is to do this for its own participant.

    Args:
        desk: where drafts lie.
        who: asks.
        action: by its name in the policy.
        section: that it is done to; `None`: the whole.

    Raises:
        Forbidden: the policy does not allow it today.
    """
    register = desk.register
    asking = admitted_to(register.log, who.by, register.circumstances().today)
    asking.check(action, Resource(participant=who.party, unit=section))
    return asking


def still_admitted(
    drawer: Drawer, desk: Desk, who: Who, action: str, section: str | None = None
) -> Admitted:
    """Find the same anew, in a transaction that holds what is to be changed.

    Whoever had to wait for others may have lost the role meanwhile.

    Raises:
        Forbidden: the policy does not allow it any more.
    """
    stream = stream_about(who.by)
    entries = read_stream(drawer.connection, stream) if stream else []
    asking = admitted_by(who.by, entries, desk.register.circumstances().today)
    asking.check(action, Resource(participant=who.party, unit=section))
    return asking


def events_in(stream: list[tuple[Entry, bytes]]) -> Iterator[tuple[int, RegistryEvent]]:
    """Read the events of a stream, each with its position."""
    for entry, body in stream:
        yield entry.position, parse_event(entry.type, orjson.loads(body))


def found(desk: Desk, who: Who, draft_id: str) -> Draft:
    """Read a draft of the participant acted for.

    Raises:
        NotFound: there is none, or it is somebody else's: nobody learns which.
    """
    with desk.cabinet.reading(who.party) as drawer:
        return _theirs(store.find(drawer, draft_id), who)


def each_of(desk: Desk, participant: str) -> Iterator[Draft]:
    """Read the drafts of a participant whole, one at a time, so that no transaction stays open.

    Raises:
        Unavailable: the database does not answer.
    """
    try:
        with desk.cabinet.reading(participant) as drawer:
            ids = [one.draft_id for one in store.list_of(drawer, participant)]
        for draft_id in ids:
            with desk.cabinet.reading(participant) as drawer:
                draft = store.find(drawer, draft_id)
            if draft is not None:  # it may have been deleted meanwhile
                yield draft
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable("the database of the drafts does not answer") from error


@contextmanager
def locked(desk: Desk, who: Who, draft_id: str) -> Iterator[tuple[Drawer, Draft]]:
    """Hold a draft of the participant acted for, to change it.

    Raises:
        NotFound: there is none, or it is somebody else's: nobody learns which.
    """
    with desk.cabinet.writing(who.party) as drawer:
        yield drawer, _theirs(store.find(drawer, draft_id, lock=True), who)


def _theirs(draft: Draft | None, who: Who) -> Draft:
    if draft is None or draft.participant != who.party:
        raise NotFound
    return draft
