"""Registry: one run of reminders for a cycle: find, write, send, record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import orjson
import structlog

from contracts.authority.actor import Actor
from contracts.authority.acts import ACTION_OF
from contracts.authority.table import WRITE
from contracts.events import CycleOpened, RegistryEvent, ReminderSent, parse_event
from services.registry.domain.obligation import (
    DECIDER,
    RecordReminder,
    find_due_reminder,
    streams_of_obligation,
)
from services.registry.domain.report import NOTHING, evolve
from services.registry.domain.streams import cycle_stream, participation_stream
from services.registry.handling import Register, Write, handle
from services.registry.intents.intent import Intent
from services.registry.reminding import outbox
from services.registry.reminding.delivery import MailServer
from services.registry.reminding.message import compose, file_name, identity_of
from services.registry.reminding.recipients import addresses_of

logger = structlog.get_logger(__name__)

REMINDER = "reminder-sent"
SCOPE = "remind"
"""Whose idempotency keys these are: those of no token, so that they meet nobody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """What a run needs, whatever the cycle."""

    register: Register
    folder: Path
    """The outbox."""
    sender: str
    days_before: int
    actor: str
    """Who is named in the log for these entries."""
    server: MailServer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """One reminder of a run."""

    reminder: ReminderSent
    file: str
    addresses: int
    """How many it went to, or would go to."""
    position: int | None
    """Of its entry; `None` in a dry run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    reminder: ReminderSent
    version: int
    """Of the obligation's stream."""


def remind(reminding: Reminding, cycle_id: str, *, dry_run: bool) -> Iterator[Reminded]:
    """Remind everybody who is to be reminded today, one after the other.

    Args:
        reminding: the register, the outbox and the sender.
        cycle_id: of the cycle.
        dry_run: only say who would be; write, send and record nothing.

    Raises:
        NoSuchCycle: it was never opened.
        SettingsRefused: the outbox cannot be used.
        ServiceError: the mail server or the log said no; what was done before stays done.
    """
    if dry_run:
        for _, wanted, to in _wanted(reminding, cycle_id):
            yield _reminded(wanted.reminder, to, None)
        return
    with outbox.held(reminding.folder):
        for cycle, wanted, to in _wanted(reminding, cycle_id):
            sent = _send(reminding, cycle, wanted.reminder, to)
            yield _reminded(sent, to, _record(reminding, sent, wanted.version))


def _wanted(
    reminding: Reminding, cycle_id: str
) -> Iterator[tuple[CycleOpened, _Wanted, Sequence[str]]]:
    """Find who is to be reminded today, by code, and the addresses held."""
    log = reminding.register.log
    cycle = NOTHING
    for event in _events(reminding, cycle_stream(cycle_id)):
        cycle = evolve(cycle, event)
    governed = cycle.cycle(cycle_id)
    day = reminding.register.circumstances().day_in(governed.time_zone)
    prefix = participation_stream("")
    for stream in log.streams_beginning(prefix):
        code = stream.removeprefix(prefix)
        wanted = _find(reminding, governed, code, day)
        if wanted is not None:
            yield governed, wanted, addresses_of(log, code, day)


def _find(reminding: Reminding, cycle: CycleOpened, code: str, day: date) -> _Wanted | None:
    own, *others = streams_of_obligation(code, cycle.cycle_id)
    read = reminding.register.log.read_streams((own, *others))
    events = (
        parse_event(entry.type, orjson.loads(body))
        for entries in read.values()
        for entry, body in entries
    )
    state = DECIDER.fold(events)
    found = find_due_reminder(state, cycle, code, day=day, days_before=reminding.days_before)
    return None if found is None else _Wanted(reminder=found, version=len(read[own]))


def _events(reminding: Reminding, stream: str) -> Iterator[RegistryEvent]:
    for entry, body in reminding.register.log.read_stream(stream):
        yield parse_event(entry.type, orjson.loads(body))


def _send(
    reminding: Reminding, cycle: CycleOpened, reminder: ReminderSent, to: Sequence[str]
) -> ReminderSent:
    """Write the message and hand it in where there is a server and somebody to send it to."""
    message = compose(reminder, time_zone=cycle.time_zone, sender=reminding.sender, to=to)
    outbox.put(reminding.folder, file_name(reminder), message)
    if reminding.server is None or not to:
        return reminder
    if reminding.server.deliver(message, sender=reminding.sender, to=to):
        return reminder.model_copy(update={"channel": "smtp"})
    logger.warning("reminder_not_taken", participant=reminder.participant, addresses=len(to))
    return reminder


def _record(reminding: Reminding, reminder: ReminderSent, version: int) -> int:
    identity = identity_of(reminder)
    write = Write(
        scope=SCOPE,
        key=identity,
        digest=sha256(identity.encode()).digest(),
        by=Actor(id=reminding.actor, role="secretariat", party=None, scopes=frozenset({WRITE})),
        actions=(ACTION_OF[REMINDER],),
        concerns=reminder.participant,
        expected=version,
    )
    handled = handle(
        reminding.register,
        write,
        lambda: Intent(
            kind=REMINDER,
            command=lambda around, _: RecordReminder(reminder=reminder, circumstances=around),
            participant=None,
        ),
    )
    return handled.last_position


def _reminded(reminder: ReminderSent, to: Sequence[str], position: int | None) -> Reminded:
    return Reminded(
        reminder=reminder, file=file_name(reminder), addresses=len(to), position=position
    )
