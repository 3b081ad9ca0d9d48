"""Events straight into the log of a running registry: what no route records yet, or not so soon."""

from collections.abc import Sequence
from hashlib import sha256

from contracts.canonical import canonical
from contracts.catalogue import dataschema_of
from contracts.events import RegistryEvent, event_data, wire_type
from contracts.sealing import Disclosure
from services.registry.domain.streams import stream_of
from services.registry.log import Append, NewEvent
from tests.running_registry import RunningRegistry


def append(
    registry: RunningRegistry, *events: RegistryEvent, disclosures: Sequence[Disclosure] = ()
) -> int:
    """Append events one by one, disclosures with the first; give the last position, signed."""
    position = 0
    for number, event in enumerate(events):
        stream, kind, data = stream_of(event), wire_type(type(event)), event_data(event)
        appended = registry.opened.log.append(
            Append(
                events=[
                    NewEvent(
                        stream=stream,
                        type=kind,
                        dataschema=dataschema_of(kind),
                        participant=data.get("participant"),
                        actor="actor-secretariat",
                        causation=None,
                        occurred_on=data.get("received_on"),
                        effective_on=data.get("effective_on"),
                        body=canonical(data),
                        disclosures=tuple(disclosures) if number == 0 else (),
                    )
                ],
                expects={stream: registry.opened.log.stream_version(stream)},
                scope="tests",
                key=f"appended-{registry.size}",
                request_digest=sha256(canonical(data)).digest(),
            )
        )
        position = appended.last_position
    assert registry.opened.publisher.wait_for(position, 10) is not None
    return position
