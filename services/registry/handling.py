"""Registry: the one path of a write: key, read, fold, decide, append with every version read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import orjson
import structlog

from contracts.authority.actor import Actor
from contracts.authority.acts import ACTION_OF
from contracts.authority.policy import Resource
from contracts.canonical import spell
from contracts.catalogue import dataschema_of
from contracts.envelope import Entry
from contracts.events import RegistryEvent, event_data, parse_event, wire_type
from contracts.sealing import Disclosure
from contracts.validation import validate
from services.kit.clock import Clock
from services.kit.errors import KeyReused, Refused, ServiceError, Unavailable, VersionConflict
from services.registry.admitting import admitted, admitted_by
from services.registry.domain.authority import Admitted, stream_about
from services.registry.domain.causation import cause_of
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import ruling_for
from services.registry.domain.erasure import erased_by
from services.registry.domain.ruling import Ruling
from services.registry.domain.shipped import Shipped
from services.registry.intents.intent import Intent
from services.registry.log import Append, Appended, Log, NewEvent, Publisher
from services.registry.measures import Measures

logger = structlog.get_logger(__name__)

ATTEMPTS = 5
"""How often a decision is made anew because a stream it read, but the caller did not pin, moved."""
RECEIPT_SECONDS = 5.0
"""How long an answer waits for its receipt to be signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What handling needs, whatever the command."""

    log: Log
    publisher: Publisher
    clock: Clock
    origin: str
    opened_on: date
    editions: Mapping[str, Collection[str]]
    shipped: Shipped
    measures: Measures

    def circumstances(self) -> Circumstances:
        """Say what is the case now."""
        return Circumstances(
            now=self.clock(),
            log_origin=self.origin,
            opened_on=self.opened_on,
            editions=self.editions,
            shipped=self.shipped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """What a write says of itself, beside what it asks for."""

    scope: str
    """Acting party: whose idempotency keys these are."""
    key: str
    digest: bytes
    """Keyed digest of the whole request."""
    by: Actor
    """Who asks; held to what the register knows of the person."""
    actions: Sequence[str]
    """What the caller may be doing, as the route declares: what is asked for is one of them."""
    concerns: str | None
    """Participant that it concerns; `None` where only the document says so, or it is nobody's."""
    expected: int
    """Version that the caller saw of the stream it writes to; 0: it must not be there."""
    cycle_id: str | None = None
    """Reporting cycle that the path names; `None` where it names none."""
    as_action: str | None = None
    """What it is called where it is more than recording an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What became of a write."""

    first_position: int
    last_position: int
    stream: str
    version: int
    recorded_at: str
    replayed: bool
    """The very request was here before, and this is its answer."""
    changed: bool
    """Whether anything was recorded, now or then; if not, the positions are the stream's last."""


def handle(register: Register, write: Write, intend: Callable[[], Intent]) -> Handled:
    """Take a write all the way, once, or say why not.

    Args:
        register: the log and what decisions depend on.
        write: who, under which key, on which version.
        intend: checks the document and says what is asked for; not called for a request that was
            here before, since what it once passed may have become stricter.

    Raises:
        ServiceError: the policy, the document, the rules, a version or the log say no; nothing is
            recorded.
    """
    try:
        handled = _handle(register, write, intend)
    except ServiceError as error:
        register.measures.handled.labels(error.code).inc()
        raise
    register.measures.handled.labels(_outcome(handled)).inc()
    return handled


def _outcome(handled: Handled) -> str:
    if not handled.changed:
        return "unchanged"
    return "replayed" if handled.replayed else "recorded"


def _handle(register: Register, write: Write, intend: Callable[[], Intent]) -> Handled:
    try:
        before = _find(register, write)
    except KeyReused:
        _admitted(register, write)  # which keys were used is nobody else's business
        raise
    if before is not None:
        return before
    asking = _admitted(register, write)
    intent = intend()
    _check_intent(asking, write, intent)
    try:
        return _decide_and_append(register, write, intent)
    except (Refused, VersionConflict):
        # A twin of this request may have succeeded since we looked: then this is a repetition.
        twin = _find(register, write)
        if twin is None:
            raise
        return twin


def _find(register: Register, write: Write) -> Handled | None:
    before = register.log.find(write.scope, write.key, write.digest)
    return None if before is None else _handled(before)


def _decide_and_append(register: Register, write: Write, intent: Intent) -> Handled:
    for _ in range(ATTEMPTS):
        ruling = _ruling(register, intent)
        try:
            return _attempt(register, write, intent, ruling)
        except VersionConflict as conflict:
            if conflict.stream == ruling.target:
                raise
            logger.info("decision_overtaken", stream=conflict.stream)
    raise Unavailable("what the decision depends on keeps changing")


def receipt_of(register: Register, handled: Handled) -> str | None:
    """Write the receipt of what was handled; `None` if it cannot be signed or proved soon.

    What is in the log stays in it without a receipt, which can be had later.
    """
    signed = register.publisher.wait_for(handled.last_position, RECEIPT_SECONDS)
    if signed is None:
        return None
    try:
        return register.log.receipt(handled.last_position, signed)
    except Unavailable:
        logger.warning("receipt_not_written", position=handled.last_position)
        return None


def _ruling(register: Register, intent: Intent) -> Ruling:
    # What is signed now is in every stream that is read after this: the rules have seen it.
    seen = register.publisher.latest().size
    return ruling_for(intent.command(register.circumstances(), seen))


def _attempt(register: Register, write: Write, intent: Intent, ruling: Ruling) -> Handled:
    # Before any body is read: whoever is late costs a look into an index, however long the stream.
    _check_version(ruling, write, register.log.stream_version(ruling.target))
    # What is known of the actor is read, and expected, too: no revocation races a write.
    about = stream_about(write.by)
    wanted = dict.fromkeys((*ruling.reads, *([about] if about else [])))
    streams = register.log.read_streams(tuple(wanted))
    expects = {stream: len(entries) for stream, entries in streams.items()}
    today = register.circumstances().today
    _check_intent(admitted_by(write.by, streams[about] if about else [], today), write, intent)
    _check_version(ruling, write, expects[ruling.target])
    read = [one for stream in ruling.reads for one in _events(streams[stream])]
    last = streams[ruling.target][-1][0] if streams[ruling.target] else None
    decided = ruling.decide(event for _, _, event in read)
    if decided:
        causes = [cause_of(event, read) for event in decided]
        made = _new_events(decided, causes, ruling.target, write, intent.disclosures)
        erases = tuple(position for event in decided for position in erased_by(event, read))
        return _handled(_append(register, write, made, expects, erases))
    if last is None:  # nothing to point at; no decider says () to a stream without entries
        raise RuntimeError("a decision without events on a stream without entries")
    return Handled(
        first_position=last.position,
        last_position=last.position,
        stream=ruling.target,
        version=last.version,
        recorded_at=last.recorded_at,
        replayed=False,
        changed=False,
    )


_Entries: TypeAlias = list[tuple[Entry, bytes]]


def _events(entries: _Entries) -> Iterator[tuple[int, int, RegistryEvent]]:
    """Read entries: of each its position, its version in the stream, and its event."""
    for entry, body in entries:
        yield entry.position, entry.version, parse_event(entry.type, orjson.loads(body))


def _admitted(register: Register, write: Write) -> Admitted:
    """Refuse who may do nothing of the kind, before the document is looked at or anything told."""
    asking = admitted(register.log, write.by, register.circumstances().today)
    concerned = write.concerns or write.by.party
    resource = Resource(participant=concerned, cycle_id=write.cycle_id)
    if not any(asking.may(action, resource) for action in write.actions):
        asking.check(write.actions[0], resource)
    return asking


def _check_intent(asking: Admitted, write: Write, intent: Intent) -> None:
    """Refuse who may not do what is asked for, for whom it is asked."""
    action = write.as_action or ACTION_OF[intent.kind]
    if action not in write.actions:
        raise RuntimeError(f"a route that does not declare {action} was asked for it")
    asking.check(action, Resource(participant=intent.participant, cycle_id=intent.cycle_id))


def _check_version(ruling: Ruling, write: Write, actual: int) -> None:
    if actual != write.expected:
        raise VersionConflict(stream=ruling.target, expected=write.expected, actual=actual)


def _append(
    register: Register,
    write: Write,
    events: Sequence[NewEvent],
    expects: Mapping[str, int],
    erases: Sequence[int],
) -> Appended:
    with register.measures.append_seconds.time():
        appended = register.log.append(
            Append(
                events=events,
                expects=expects,
                scope=write.scope,
                key=write.key,
                request_digest=write.digest,
                erases=erases,
            )
        )
    logger.info(
        "command_handled",
        type=events[0].type,
        stream=events[0].stream,
        position=appended.last_position,
        replayed=appended.replayed,
    )
    return appended


def _new_events(
    decided: Sequence[RegistryEvent],
    causes: Sequence[int | None],
    target: str,
    write: Write,
    disclosures: Sequence[Disclosure],
) -> list[NewEvent]:
    return [
        _new_event(event, cause, target, write.by.id, tuple(disclosures) if number == 0 else ())
        for number, (event, cause) in enumerate(zip(decided, causes, strict=True))
    ]


def _new_event(
    event: RegistryEvent,
    cause: int | None,
    target: str,
    actor: str,
    disclosures: tuple[Disclosure, ...],
) -> NewEvent:
    kind, data = wire_type(type(event)), event_data(event)
    dataschema = dataschema_of(kind)
    if faults := validate(data, dataschema):
        # What we are about to keep for ever is not what we publish: a mistake of ours.
        codes = sorted({fault.code for fault in faults})
        logger.error("own_event_not_by_contract", type=kind, codes=codes)
        raise RuntimeError("an event does not follow its own contract")
    return NewEvent(
        stream=target,
        type=kind,
        dataschema=dataschema,
        participant=data.get("participant"),
        actor=actor,
        causation=cause,
        occurred_on=data.get("received_on"),
        effective_on=data.get("effective_on"),
        body=spell(data),  # the log looks whether it is canonical before it keeps it
        disclosures=disclosures,
    )


def _handled(appended: Appended) -> Handled:
    ((stream, version),) = appended.versions.items()
    return Handled(
        first_position=appended.first_position,
        last_position=appended.last_position,
        stream=stream,
        version=version,
        recorded_at=appended.recorded_at,
        replayed=appended.replayed,
        changed=True,
    )
