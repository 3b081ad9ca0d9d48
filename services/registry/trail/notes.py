"""Trail: what is recorded, by the contracts `trail/…`; values only, and never a payload."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog

from contracts.canonical import spell
from contracts.catalogue import contract
from contracts.trail.chain import BEGUN, DROPPED, Tip
from contracts.validation import validate
from services.registry.log import Append, NewEvent, StoredDisclosure

logger = structlog.get_logger(__name__)

REGISTRY = "registry"
"""Actor and role of what the registry does by itself."""
OPERATOR = "operator"
MOST_TOGETHER = 256
"""Entries of the register that one entry of the trail speaks of: as many as a page has."""
_OF_ONE = frozenset({"opened", "request_id"})
"""Members in which notes differ that are put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for something, and by which request."""

    actor: str
    """Random id of the person in the mandate."""
    role: str
    request_id: str
    method: str
    route: str
    """As a template; what stood in it is recorded as what it is, or not at all."""

    def members(self) -> dict[str, Any]:
        """Give what every entry about a request has."""
        return {
            "role": self.role,
            "request_id": self.request_id,
            "method": self.method,
            "route": self.route,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to record."""

    type: str
    actor: str
    participant: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def alike(self) -> tuple[str, str, bytes]:
        """Name what is the same in a repetition: who had what given out by which route."""
        said = {name: value for name, value in self.body.items() if name != "request_id"}
        return self.type, self.actor, hashlib.sha256(spell(said)).digest()

    def standing_for(self, count: int) -> "Note":
        """Give the same, recorded once for so many."""
        return replace(self, body={**self.body, "count": count})


def access_denied(
    asked: Asked, *, status: int, code: str, participant: str | None, position: int | None
) -> Note:
    """Say that somebody was refused; `None` where the route names no such thing."""
    return _about(
        "access-denied",
        asked,
        participant,
        status=status,
        code=code,
        **_given(participant=participant, position=position),
    )


def disclosures_opened(asked: Asked, found: Iterable[StoredDisclosure]) -> Note:
    """Say what is about to be given out: positions and sections, never values."""
    opened = [
        {"position": position, "sections": [one.name for one in those]}
        for position, those in groupby(found, key=attrgetter("position"))
    ]
    return _about("disclosures-opened", asked, opened=opened)


def entry_by_entry(asked: Asked, found: Iterable[StoredDisclosure]) -> list[Note]:
    """Say the same of each entry by itself."""
    return [
        disclosures_opened(asked, those) for _, those in groupby(found, key=attrgetter("position"))
    ]


def together(notes: Iterable[Note]) -> list[Note]:
    """Put into one what was given out to the same actor alike, so many entries at a time."""
    alike: dict[Hashable, list[Note]] = {}
    for note in notes:
        said = {name: value for name, value in note.body.items() if name not in _OF_ONE}
        key = (note.type, note.actor, spell(said)) if "opened" in note.body else id(note)
        alike.setdefault(key, []).append(note)
    return [
        _one_of(same[start : start + MOST_TOGETHER])
        for same in alike.values()
        for start in range(0, len(same), MOST_TOGETHER)
    ]


def _one_of(same: Sequence[Note]) -> Note:
    if len(same) == 1:
        return same[0]
    last = same[-1]
    opened = [one for note in same for one in note.body["opened"]]
    return replace(last, body={**last.body, "opened": opened})


def own_data_exported(asked: Asked, *, participant: str, up_to: int) -> Note:
    """Say that a participant is about to take everything along."""
    return _about("own-data-exported", asked, participant, participant=participant, up_to=up_to)


def evidence_read(asked: Asked, *, participant: str, digest: str) -> Note:
    """Say that bytes which not everybody may read are about to be given out."""
    return _about("evidence-read", asked, participant, participant=participant, digest=digest)


def erasure_made(asked: Asked, *, participant: str | None, position: int) -> Note:
    """Say that what identifies a person was destroyed, as an entry of the register says."""
    members = _given(participant=participant)
    return _about("erasure-made", asked, participant, position=position, **members)


def trail_read(asked: Asked, month: str | None) -> Note:
    """Say that somebody is about to read a month; `None`: the list of months."""
    return _about("trail-read", asked, **_given(month=month))


def command_run(actor: str, command: str, outcome: str, concerns: Sequence[str] = ()) -> Note:
    """Say that an operator ran a command, and how far it came: begun, done or failed."""
    members: dict[str, Any] = {"concerns": list(concerns)} if concerns else {}
    body = {"role": OPERATOR, "command": command, "outcome": outcome, **members}
    return Note(type="command-run", actor=actor, body=body)


def months_dropped(actor: str, dropped: Iterable[Tip]) -> Note:
    """Say that months are about to be deleted."""
    body = {"role": OPERATOR, "dropped": [tip.spelled() for tip in dropped]}
    return Note(type=DROPPED, actor=actor, body=body)


def month_begun(month: str, previous: Tip | None) -> Note:
    """Say that a month begins, and where the one before ended."""
    spelled = None if previous is None else previous.spelled()
    return Note(type=BEGUN, actor=REGISTRY, body={"month": month, **_given(previous=spelled)})


def _about(kind: str, asked: Asked, subject: str | None = None, /, **members: Any) -> Note:
    body = {**asked.members(), **members}
    return Note(type=kind, actor=asked.actor, participant=subject, body=body)


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def append_of(note: Note, identifier: str) -> Append:
    """Give the append that records a note, on a stream of its own: no two are in each other's way.

    Args:
        note: what to record.
        identifier: random; a repetition under the same adds nothing.

    Raises:
        RuntimeError: the note does not follow its contract, which is a mistake of ours.
    """
    form = contract(f"trail/{note.type}").id
    if faults := validate(note.body, form):
        codes = sorted({fault.code for fault in faults})
        logger.error("own_event_not_by_contract", type=note.type, codes=codes)
        raise RuntimeError("a note does not follow its own contract")
    stream, body = f"note-{identifier}", spell(note.body)
    event = NewEvent(
        stream=stream,
        type=note.type,
        dataschema=form,
        participant=note.participant,
        actor=note.actor,
        body=body,
    )
    return Append(
        events=(event,),
        expects={stream: 0},
        scope="trail",
        key=identifier,
        request_digest=hashlib.sha256(body).digest(),
    )
