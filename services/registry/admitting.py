"""Registry: who asks, with what the log says of them now; read anew each time, never kept."""

from datetime import date

import orjson

from contracts.authority.actor import Actor
from contracts.authority.standing import Facts
from contracts.envelope import Entry
from contracts.events import parse_event
from services.registry.domain.authority import Admitted, standing_of, stream_about
from services.registry.log import Log


def admitted(log: Log, actor: Actor, today: date) -> Admitted:
    """Find what the register knows of an actor.

    Args:
        log: to read from.
        actor: who asks.
        today: the day that terms are judged by.
    """
    stream = stream_about(actor)
    return admitted_by(actor, log.read_stream(stream) if stream else [], today)


def admitted_by(actor: Actor, entries: list[tuple[Entry, bytes]], today: date) -> Admitted:
    """Find it in the entries of the stream about the actor, where they are read already."""
    events = (parse_event(entry.type, orjson.loads(body)) for entry, body in entries)
    return Admitted(actor=actor, facts=Facts(today=today, standing=standing_of(actor, events)))
