"""Drafts: every statement on their tables; the caller brings the connection and its transaction."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, delete, func, insert, select, text, update

from contracts.canonical import spell
from services.registry.drafts.draft import Base, Clearance, Draft, Section
from services.registry.drafts.table import draft, draft_section

_DRAFT = (
    draft.c.draft_id,
    draft.c.participant,
    draft.c.cycle_id,
    draft.c.form,
    draft.c.instrument_edition,
    draft.c.template_version,
    draft.c.follows_version,
    draft.c.base.label("carried_from"),
    draft.c.state,
    draft.c.revision.label("draft_revision"),
    draft.c.created_by,
    draft.c.created_at,
    draft.c.changed_by.label("draft_changed_by"),
    draft.c.changed_at.label("draft_changed_at"),
    draft.c.clearance,
    draft.c.submitted_position,
)
_SECTION = (
    draft_section.c.section,
    draft_section.c.content,
    draft_section.c.base,
    draft_section.c.revision,
    draft_section.c.changed_by,
    draft_section.c.changed_at,
    draft_section.c.drafted_by,
)


class Begun(NamedTuple):
    """A request that began a draft before."""

    draft_id: str
    request_digest: bytes


def lock_participant(connection: Connection, participant: str) -> None:
    """Let nobody else begin a draft of this participant until the transaction ends.

    On SQLite the transaction holds the lock of all writers anyway.
    """
    if connection.dialect.name == "postgresql":
        key = zlib.crc32(f"drafts of {participant}".encode())
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def find_begun(connection: Connection, participant: str, key: str) -> Begun | None:
    """Find what a request under this key began; `None` if nothing, or if it is deleted."""
    row = connection.execute(
        select(draft.c.draft_id, draft.c.request_digest).where(
            draft.c.participant == participant, draft.c.request_key == key
        )
    ).one_or_none()
    return None if row is None else Begun(*row)


def count_open(connection: Connection, participant: str) -> int:
    """Count the drafts of a participant that are not submitted."""
    found = connection.scalar(
        select(func.count()).where(draft.c.participant == participant, draft.c.state != "submitted")
    )
    return found or 0


def add(connection: Connection, new: Draft, begun: tuple[str, bytes]) -> None:
    """Add a draft with its sections.

    Args:
        connection: in a transaction.
        new: the draft.
        begun: key and digest of the request that begins it.
    """
    key, request_digest = begun
    connection.execute(
        insert(draft).values(
            draft_id=new.draft_id,
            participant=new.participant,
            cycle_id=new.cycle_id,
            form=new.form,
            instrument_edition=new.instrument_edition,
            template_version=new.template_version,
            base=None if new.base is None else spell(asdict(new.base)),
            created_by=new.created_by,
            created_at=new.created_at,
            request_key=key,
            request_digest=request_digest,
            **_changing(new),
        )
    )
    rows = [_section_row(new.draft_id, name, one) for name, one in new.sections.items()]
    connection.execute(insert(draft_section), rows)


def find(connection: Connection, draft_id: str, *, lock: bool = False) -> Draft | None:
    """Read a draft with its sections as they stand at one moment; `None` if there is none.

    Args:
        connection: to read with.
        draft_id: of the draft.
        lock: let nobody else change it until the transaction ends.
    """
    if lock:
        _let_nothing_linger(connection)
        locked = select(draft.c.draft_id).where(draft.c.draft_id == draft_id).with_for_update()
        connection.execute(locked)
    rows = connection.execute(
        select(*_DRAFT, *_SECTION)
        .outerjoin(draft_section, draft_section.c.draft_id == draft.c.draft_id)
        .where(draft.c.draft_id == draft_id)
    ).all()
    return _draft_in(rows) if rows else None


def _let_nothing_linger(connection: Connection) -> None:
    """On SQLite have bytes that are deleted or replaced overwritten with zeros."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON")).close()


def list_of(connection: Connection, participant: str) -> list[Draft]:
    """List the drafts of a participant without their sections, the last begun first."""
    rows = connection.execute(
        select(*_DRAFT)
        .where(draft.c.participant == participant)
        .order_by(draft.c.created_at.desc(), draft.c.draft_id)
    ).all()
    return [_draft_in([row]) for row in rows]


def save(connection: Connection, changed: Draft, sections: Sequence[str] = ()) -> None:
    """Write what changed of a draft that is locked.

    Args:
        connection: in the transaction that locked it.
        changed: as it shall be.
        sections: names of those that are new or changed.
    """
    connection.execute(
        update(draft).where(draft.c.draft_id == changed.draft_id).values(**_changing(changed))
    )
    for name in sections:
        row = _section_row(changed.draft_id, name, changed.sections[name])
        place = (draft_section.c.draft_id == changed.draft_id) & (draft_section.c.section == name)
        if not connection.execute(update(draft_section).where(place).values(**row)).rowcount:
            connection.execute(insert(draft_section).values(**row))


def remove(connection: Connection, draft_id: str) -> None:
    """Delete a draft that is locked, with everything in it."""
    connection.execute(delete(draft_section).where(draft_section.c.draft_id == draft_id))
    connection.execute(delete(draft).where(draft.c.draft_id == draft_id))


def _changing(one: Draft) -> dict[str, Any]:
    return {
        "state": one.state,
        "revision": one.revision,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at,
        "clearance": None if one.clearance is None else spell(asdict(one.clearance)),
        "submitted_position": one.submitted_position,
        "follows_version": one.follows_version,
    }


def _section_row(draft_id: str, name: str, one: Section) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "section": name,
        "content": one.content,
        "base": one.base,
        "revision": one.revision,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at,
        "drafted_by": spell(list(one.drafted_by)),
    }


def _draft_in(rows: Sequence[Any]) -> Draft:
    first = rows[0]
    return Draft(
        draft_id=first.draft_id,
        participant=first.participant,
        cycle_id=first.cycle_id,
        form=first.form,
        instrument_edition=first.instrument_edition,
        template_version=first.template_version,
        follows_version=first.follows_version,
        base=None if first.carried_from is None else _base(orjson.loads(first.carried_from)),
        state=first.state,
        revision=first.draft_revision,
        created_by=first.created_by,
        created_at=first.created_at,
        changed_by=first.draft_changed_by,
        changed_at=first.draft_changed_at,
        clearance=None if first.clearance is None else _clearance(orjson.loads(first.clearance)),
        submitted_position=first.submitted_position,
        sections={row.section: _section(row) for row in rows if getattr(row, "section", None)},
    )


def _base(kept: Mapping[str, Any]) -> Base:
    return Base(**{**kept, "not_carried": tuple(kept["not_carried"])})


def _clearance(kept: Mapping[str, Any]) -> Clearance:
    return Clearance(**{**kept, "explanations": tuple(kept["explanations"])})


def _section(row: Any) -> Section:
    return Section(
        content=row.content,
        base=row.base,
        revision=row.revision,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        drafted_by=tuple(orjson.loads(row.drafted_by)),
    )
