"""Drafts: every statement on their tables; the caller brings the transaction, and what decrypts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import orjson
from sqlalchemy import delete, func, insert, select, update

from contracts.canonical import spell
from services.kit.database import alone, let_nothing_linger
from services.kit.encryption import DataKey, Wrapped
from services.registry.drafts.draft import Base, Clearance, Draft, Section
from services.registry.drafts.drawer import Drawer
from services.registry.drafts.table import draft, draft_key, draft_section

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
_KEY = (draft_key.c.key_id, draft_key.c.wrapped)


class Begun(NamedTuple):
    """A request that began a draft before."""

    draft_id: str
    request_digest: bytes


def lock_participant(drawer: Drawer, participant: str) -> None:
    """Let nobody else begin a draft of this participant until the transaction ends."""
    alone(drawer.connection, f"drafts of {participant}")


def find_begun(drawer: Drawer, participant: str, key: str) -> Begun | None:
    """Find what a request under this key began; `None` if nothing, or if it is deleted."""
    row = drawer.connection.execute(
        select(draft.c.draft_id, draft.c.request_digest).where(
            draft.c.participant == participant, draft.c.request_key == key
        )
    ).one_or_none()
    return None if row is None else Begun(*row)


def count_open(drawer: Drawer, participant: str) -> int:
    """Count the drafts of a participant that are not submitted."""
    found = drawer.connection.scalar(
        select(func.count()).where(draft.c.participant == participant, draft.c.state != "submitted")
    )
    return found or 0


def add(drawer: Drawer, new: Draft, begun: tuple[str, bytes]) -> None:
    """Add a draft with its sections, under a key of its own.

    Args:
        drawer: in a transaction that writes.
        new: the draft.
        begun: key and digest of the request that begins it.
    """
    request_key, request_digest = begun
    key = drawer.new_key(new.draft_id)
    drawer.connection.execute(
        insert(draft).values(
            draft_id=new.draft_id,
            participant=new.participant,
            cycle_id=new.cycle_id,
            form=new.form,
            instrument_edition=new.instrument_edition,
            template_version=new.template_version,
            base=_locked_base(key, new),
            created_by=new.created_by,
            created_at=new.created_at,
            request_key=request_key,
            request_digest=request_digest,
            **_changing(key, new),
        )
    )
    drawer.keep_key(new.draft_id, new.participant)
    rows = [_section_row(key, new.draft_id, name, one) for name, one in new.sections.items()]
    drawer.connection.execute(insert(draft_section), rows)


def find(drawer: Drawer, draft_id: str, *, lock: bool = False) -> Draft | None:
    """Read a draft with its sections as they stand at one moment; `None` if there is none.

    Args:
        drawer: to read with.
        draft_id: of the draft.
        lock: let nobody else change it until the transaction ends.

    Raises:
        Undecipherable: what opens it is not here.
    """
    connection = drawer.connection
    if lock:
        let_nothing_linger(connection)
        locked = select(draft.c.draft_id).where(draft.c.draft_id == draft_id).with_for_update()
        connection.execute(locked)
    rows = connection.execute(
        select(*_DRAFT, *_SECTION, *_KEY)
        .outerjoin(draft_section, draft_section.c.draft_id == draft.c.draft_id)
        .outerjoin(draft_key, draft_key.c.draft_id == draft.c.draft_id)
        .where(draft.c.draft_id == draft_id)
    ).all()
    if not rows:
        return None
    wrapped = None if rows[0].key_id is None else Wrapped(rows[0].key_id, rows[0].wrapped)
    return _draft_in(rows, drawer.unlock(draft_id, wrapped))


def list_of(drawer: Drawer, participant: str) -> list[Draft]:
    """List the drafts of a participant without anything encrypted, the last begun first."""
    rows = drawer.connection.execute(
        select(*_DRAFT)
        .where(draft.c.participant == participant)
        .order_by(draft.c.created_at.desc(), draft.c.draft_id)
    ).all()
    return [_draft_in([row], None) for row in rows]


def save(drawer: Drawer, changed: Draft, sections: Sequence[str] = ()) -> None:
    """Write what changed of a draft that is locked.

    Args:
        drawer: with the transaction that locked it.
        changed: as it shall be.
        sections: names of those that are new or changed.
    """
    key, connection = drawer.key(changed.draft_id), drawer.connection
    connection.execute(
        update(draft).where(draft.c.draft_id == changed.draft_id).values(**_changing(key, changed))
    )
    for name in sections:
        row = _section_row(key, changed.draft_id, name, changed.sections[name])
        place = (draft_section.c.draft_id == changed.draft_id) & (draft_section.c.section == name)
        if not connection.execute(update(draft_section).where(place).values(**row)).rowcount:
            connection.execute(insert(draft_section).values(**row))


def empty(drawer: Drawer, emptied: Draft) -> None:
    """Destroy the sections of a draft that is locked, and the key they were encrypted with.

    Args:
        drawer: with the transaction that locked it.
        emptied: what is left of it, without sections.
    """
    draft_id = emptied.draft_id
    drawer.connection.execute(delete(draft_section).where(draft_section.c.draft_id == draft_id))
    base = _locked_base(drawer.new_key(draft_id), emptied)
    drawer.replace_key(draft_id)
    drawer.connection.execute(update(draft).where(draft.c.draft_id == draft_id).values(base=base))
    save(drawer, emptied)


def remove(drawer: Drawer, draft_id: str) -> None:
    """Delete a draft that is locked, with everything in it and its key."""
    drawer.connection.execute(delete(draft_section).where(draft_section.c.draft_id == draft_id))
    drawer.destroy_key(draft_id)
    drawer.connection.execute(delete(draft).where(draft.c.draft_id == draft_id))


def locked(key: DataKey, plain: bytes | None, place: str) -> bytes | None:
    """Encrypt a value for its place in a draft; `None` stays `None`."""
    return None if plain is None else key.encrypt(plain, place.encode())


def _unlocked(key: DataKey, stored: bytes | None, place: str) -> bytes | None:
    return None if stored is None else key.decrypt(stored, place.encode())


def _locked_base(key: DataKey, one: Draft) -> bytes | None:
    return locked(key, None if one.base is None else spell(asdict(one.base)), "base")


def _changing(key: DataKey, one: Draft) -> dict[str, Any]:
    clearance = None if one.clearance is None else spell(asdict(one.clearance))
    return {
        "state": one.state,
        "revision": one.revision,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at,
        "clearance": locked(key, clearance, "clearance"),
        "submitted_position": one.submitted_position,
        "follows_version": one.follows_version,
    }


def _section_row(key: DataKey, draft_id: str, name: str, one: Section) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "section": name,
        "content": locked(key, one.content, f"content of {name}"),
        "base": locked(key, one.base, f"base of {name}"),
        "revision": one.revision,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at,
        "drafted_by": locked(key, spell(list(one.drafted_by)), f"drafted_by of {name}"),
    }


def _draft_in(rows: Sequence[Any], key: DataKey | None) -> Draft:
    """Make a draft of its rows; without a key nothing that is encrypted."""
    first = rows[0]
    base = _unlocked(key, first.carried_from, "base") if key else None
    clearance = _unlocked(key, first.clearance, "clearance") if key else None
    return Draft(
        draft_id=first.draft_id,
        participant=first.participant,
        cycle_id=first.cycle_id,
        form=first.form,
        instrument_edition=first.instrument_edition,
        template_version=first.template_version,
        follows_version=first.follows_version,
        base=None if base is None else _base(orjson.loads(base)),
        state=first.state,
        revision=first.draft_revision,
        created_by=first.created_by,
        created_at=first.created_at,
        changed_by=first.draft_changed_by,
        changed_at=first.draft_changed_at,
        clearance=None if clearance is None else _clearance(orjson.loads(clearance)),
        submitted_position=first.submitted_position,
        sections={row.section: _section(key, row) for row in rows if key and row.section},
    )


def _base(kept: Mapping[str, Any]) -> Base:
    return Base(**{**kept, "not_carried": tuple(kept["not_carried"])})


def _clearance(kept: Mapping[str, Any]) -> Clearance:
    return Clearance(**{**kept, "explanations": tuple(kept["explanations"])})


def _section(key: DataKey, row: Any) -> Section:
    name = row.section
    return Section(
        content=_unlocked(key, row.content, f"content of {name}"),
        base=_unlocked(key, row.base, f"base of {name}"),
        revision=row.revision,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        drafted_by=tuple(
            orjson.loads(_unlocked(key, row.drafted_by, f"drafted_by of {name}") or b"[]")
        ),
    )
