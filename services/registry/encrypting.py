"""Registry: the keys of what is stored encrypted: counted, wrapped anew, and once, made.

Each step is a short transaction of its own: a registry may serve meanwhile, and whoever is
interrupted begins again where it was left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, func, select, text, update

from services.kit.database import write_transaction
from services.kit.encryption import Keyring, Undecipherable, Wrapped
from services.registry.drafts.drawer import draft_place
from services.registry.drafts.table import draft_key
from services.registry.log import EVERYBODY, seen_by
from services.registry.log.table import disclosure_key
from services.registry.log.vault import entry_place

CHUNK = 200
"""Keys in one transaction: a few milliseconds of the lock that appends wait for on SQLite."""
PASSES = 5
"""How often it is looked whether something came meanwhile under an older key."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many data keys a wrapping key opens."""

    entries: int = 0
    drafts: int = 0


@dataclass(slots=True)
class Rewrapped:
    """What became of the keys that another key had wrapped."""

    keys: int = 0
    left: dict[str, int] = field(default_factory=dict)
    """How many could not be opened, by the id of the key that wrapped them."""


def usage(engine: Engine) -> dict[str, Usage]:
    """Count by wrapping key what is stored."""
    with seen_by(engine, EVERYBODY).connect() as connection:
        entries, drafts = _counted(connection, disclosure_key), _counted(connection, draft_key)
    return {
        key_id: Usage(entries=entries.get(key_id, 0), drafts=drafts.get(key_id, 0))
        for key_id in sorted({*entries, *drafts})
    }


def _counted(connection: Connection, table: Table) -> dict[str, int]:
    statement = select(table.c.key_id, func.count()).group_by(table.c.key_id)
    return dict(connection.execute(statement).all())


def rewrap(engine: Engine, origin: str, ring: Keyring, progress: Progress) -> Rewrapped:
    """Wrap every data key with the first key of the ring, while the registry works or not.

    Args:
        engine: of the log and the drafts, as the writer.
        origin: of the log.
        ring: opens the keys, and wraps them again.
        progress: told how many are done.
    """
    done = Rewrapped()
    for _ in range(PASSES):
        before, done.left = done.keys, {}
        for count in _pass(engine, origin, ring, done):
            done.keys += count
            progress(done.keys)
        if done.keys == before:
            break
    return done


def _pass(engine: Engine, origin: str, ring: Keyring, done: Rewrapped) -> Iterator[int]:
    for table, place in ((disclosure_key, entry_place), (draft_key, draft_place)):
        after: Any = None
        while True:
            with write_transaction(seen_by(engine, EVERYBODY)) as connection:
                if connection.dialect.name == "sqlite":  # what is written over leaves no bytes
                    connection.execute(text("PRAGMA secure_delete = ON")).close()
                rows = _wrapped_by_another(connection, table, ring, after)
                if not rows:
                    break
                after = rows[-1][0]
                changed = [
                    {"of": name, "before": old, "key_id": new.key_id, "wrapped": new.ciphertext}
                    for name, key_id, old in rows
                    if (new := _again(ring, Wrapped(key_id, old), place(origin, name), done))
                ]
                if changed:
                    _write(connection, table, changed)
            yield len(changed)


def _wrapped_by_another(
    connection: Connection, table: Table, ring: Keyring, after: Any
) -> list[Any]:
    (name,) = table.primary_key.columns
    statement = select(name, table.c.key_id, table.c.wrapped).where(
        table.c.key_id != ring.key_ids[0]
    )
    if after is not None:
        statement = statement.where(name > after)
    return list(connection.execute(statement.order_by(name).limit(CHUNK)).all())


def _again(ring: Keyring, old: Wrapped, place: bytes, done: Rewrapped) -> Wrapped | None:
    try:
        return ring.wrap(ring.unwrap(old, place), place)
    except Undecipherable:
        done.left[old.key_id] = done.left.get(old.key_id, 0) + 1
        return None


def _write(connection: Connection, table: Table, changed: list[dict[str, Any]]) -> None:
    """Write keys over those they were made of; what was erased meanwhile does not come back."""
    (name,) = table.primary_key.columns
    connection.execute(
        update(table)
        .where(name == bindparam("of"), table.c.wrapped == bindparam("before"))
        .values(key_id=bindparam("key_id"), wrapped=bindparam("wrapped")),
        changed,
    )
