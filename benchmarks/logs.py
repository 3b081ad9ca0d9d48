"""Benchmarks: logs made beforehand, with valid leaves and signatures; and appends for new ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import orjson

from benchmarks.payloads import (
    CYCLE,
    STREAMS,
    Small,
    assistance,
    code,
    cycle,
    membership,
    report,
    signature,
    small_event,
    small_events,
)
from contracts.canonical import canonical, digest
from contracts.catalogue import contract, dataschema_of
from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.encoding import instant
from contracts.envelope import Entry, leaf_bytes, parse_leaf
from contracts.merkle import Frontier, leaf_hash
from contracts.note import SigningKey
from contracts.sealing import seal
from services.kit.encryption import Keyring, WrappingKey
from services.registry.feed import event_bytes
from services.registry.log import Append, NewEvent, StoredEntry

ORIGIN = "demonstration.benchmark/log"
EPOCH = datetime(2026, 2, 1, tzinfo=UTC)
PAGE_ENTRIES = 256
ORGANISATIONS = 8
ASSISTANCE = 6
"""Needs and offers of each participant."""
CLOSED_ON = "2026-02-28"
"""Last day of cycles that are closed, after all that is recorded in them."""
SALT = b"a salt of sixteen"
KEYS = Keyring([WrappingKey(bytes(range(32)))])
REQUEST_DIGEST = b"0" * 32
RING = 20
"""Different events that a caller has for each stream."""

LogRow: TypeAlias = tuple[int, int, str, str, str | None, str, bytes, bytes, bytes]
"""In the order of `COLUMNS`."""
KeyRow: TypeAlias = tuple[str, str, bytes, int, int, bytes]
COLUMNS = "position, version, stream, type, participant, recorded_at, leaf_hash, leaf, body"
KEY_COLUMNS = "scope, key, request_digest, first_position, last_position, checksum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A log in a file, and the key that signed it."""

    path: Path
    key: SigningKey
    size: int


def write_export(path: Path, events: Iterable[Small]) -> Export:
    """Write events as an export, one page a line, holding one page at a time."""
    key = SigningKey.generate(ORIGIN)
    frontier, page = Frontier(), list[bytes]()
    with path.open("wb") as file:
        for entry, leaf in _entries(events):
            frontier = frontier.append(leaf_hash(leaf))
            page.append(event_bytes(ORIGIN, entry))
            if len(page) == PAGE_ENTRIES:
                file.write(b"[" + b",".join(page) + b"]\n")
                page.clear()
        if page:
            file.write(b"[" + b",".join(page) + b"]\n")
        checkpoint = Checkpoint(ORIGIN, frontier.size, frontier.root())
        note = sign_checkpoint(checkpoint, key)
        file.write(orjson.dumps({"checkpoint": note}) + b"\n")
    return Export(path=path, key=key, size=frontier.size)


def _entries(events: Iterable[Small]) -> Iterator[tuple[StoredEntry, bytes]]:
    versions: dict[str, int] = defaultdict(int)
    for position, event in enumerate(events, 1):
        versions[event.stream] += 1
        body = canonical(event.body)
        recorded_at = instant(EPOCH + timedelta(seconds=position))
        leaf = leaf_bytes(
            Entry(
                position=position,
                recorded_at=recorded_at,
                type=event.wire,
                dataschema=dataschema_of(event.wire),
                stream=event.stream,
                version=versions[event.stream],
                participant=event.body.get("participant"),
                actor="benchmark",
                effective_on=event.body.get("effective_on"),
                datahash=digest(body),
            )
        )
        participant = event.body.get("participant")
        yield StoredEntry(position, recorded_at, event.wire, participant, leaf, body), leaf


def register_events(reports: int, signatories: int) -> Iterator[Small]:
    """Give a register as it is read: signatures, a cycle, and full reports of many of them."""
    for number in range(signatories):
        participant = code(number)
        stream = f"participation-{participant}"
        yield Small(wire="signature-recorded", stream=stream, body=signature(participant))
    yield Small(wire="cycle-opened", stream=f"cycle-{CYCLE}", body=cycle())
    for number in range(reports):
        yield _submitted(code(number))


def reported_events(participants: int, cycles: int) -> Iterator[Small]:
    """Give a register after some closed cycles, in each of which everybody reported in full.

    Half of all belong to each organisation, and all have needs and offers that stand.
    """
    ids = [str(int(CYCLE) - number) for number in reversed(range(cycles))]
    for number in range(participants):
        participant = code(number)
        stream = f"participation-{participant}"
        yield Small(wire="signature-recorded", stream=stream, body=signature(participant))
        for one in range(number % ORGANISATIONS, ORGANISATIONS, 2):
            body = membership(participant, f"ORG-ZZ{one}")
            yield Small(wire="membership-recorded", stream=stream, body=body)
        yield from (assistance(participant, one) for one in range(ASSISTANCE))
    for cycle_id in ids:
        stream = f"cycle-{cycle_id}"
        yield Small(wire="cycle-opened", stream=stream, body=cycle(cycle_id))
        yield from (_submitted(code(number), cycle_id) for number in range(participants))
        closing = {"cycle_id": cycle_id, "effective_on": CLOSED_ON}
        yield Small(wire="cycle-closed", stream=stream, body=closing)


def _submitted(participant: str, cycle_id: str = CYCLE) -> Small:
    document = report(participant, cycle_id)
    sections = contract(document["$schema"]).sections
    sealed, _ = seal(document, sections, lambda: SALT, at="/document")
    body = {
        "report_id": f"{participant}-{cycle_id}",
        "participant": participant,
        "cycle_id": cycle_id,
        "report_version": 1,
        "origin": "submission",
        "clearance": {"drafted_by": "person-1", "cleared_by": "person-2"},
        "form": "full",
        "template_version": "1.0.0",
        "ruleset_version": "1.0.0",
        "findings": [],
        "explanations": [],
        "validated_at_position": 1,
        "digest": digest(canonical(sealed)),
        "document": sealed,
    }
    stream = f"report-{participant}-{cycle_id}"
    return Small(wire="report-submitted", stream=stream, body=body)


def scattered(number: int) -> str:
    """Give another text for each number, in no order, as idempotency keys come."""
    return f"{number * 2654435761 % 2**32:08x}"


class Caller:
    """Makes appends of one event each, on streams that nobody else writes to."""

    def __init__(self, number: int, callers: int) -> None:
        """Take every stream whose number is ours modulo the number of callers."""
        self._rings = [
            [_new_event(small_event(stream + turn * STREAMS)) for turn in range(RING)]
            for stream in range(number, STREAMS, callers)
        ]
        self._number = number
        self._made = 0

    def append(self) -> Append:
        """Make the next append; it is taken to succeed."""
        turn, at = divmod(self._made, len(self._rings))
        self._made += 1
        event = self._rings[at][turn % RING]
        return Append(
            events=(event,),
            expects={event.stream: turn},
            scope="benchmark",
            key=f"{scattered(self._made)}-{self._number}",
            request_digest=REQUEST_DIGEST,
        )


def bulk_appends(count: int, *, at_once: int) -> Iterator[Append]:
    """Give small events as they are handed to a log that is empty, many in each append."""
    versions: dict[str, int] = {}
    events = map(_new_event, small_events(count))
    for number in range(0, count, at_once):
        some = list(islice(events, at_once))
        yield Append(
            events=some,
            expects={event.stream: versions.get(event.stream, 0) for event in some},
            scope="benchmark",
            key=f"bulk-{number}",
            request_digest=REQUEST_DIGEST,
        )
        for event in some:
            versions[event.stream] = versions.get(event.stream, 0) + 1


def log_rows(count: int) -> Iterator[tuple[LogRow, KeyRow]]:
    """Give the rows that appending small events one by one writes, but for those of the proof."""
    for entry, leaf in _entries(small_events(count)):
        stored = parse_leaf(leaf)
        position, hashed = entry.position, leaf_hash(leaf)
        row = (position, stored.version, stored.stream, entry.type, entry.participant)
        key = ("benchmark", f"{scattered(position)}-0", REQUEST_DIGEST, position, position, hashed)
        yield (*row, entry.recorded_at, hashed, leaf, entry.body), key


def _new_event(event: Small) -> NewEvent:
    return NewEvent(
        stream=event.stream,
        type=event.wire,
        dataschema=dataschema_of(event.wire),
        participant=event.body["participant"],
        actor="benchmark",
        effective_on=event.body.get("effective_on"),
        body=canonical(event.body),
    )
