"""Registry: the keys of what is stored encrypted: counted, wrapped anew, and once, made.

Each step is a short transaction of its own: a registry may serve meanwhile, and whoever is
interrupted begins again where it was left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Engine, Table, bindparam, func, select, tuple_, update

from services.kit.database import let_nothing_linger, write_transaction
from services.kit.encryption import Keyring, Undecipherable, Wrapped
from services.registry.drafts.drawer import draft_place
from services.registry.drafts.table import draft_key
from services.registry.evidence.store import evidence_place
from services.registry.evidence.table import evidence_key
from services.registry.log import EVERYBODY, seen_by
from services.registry.log.table import disclosure_key
from services.registry.log.vault import entry_place

CHUNK = 200
"""Keys in one transaction: a few milliseconds of the lock that appends wait for on SQLite."""
PASSES = 5
"""How often it is looked whether something came meanwhile under an older key."""

Progress = Callable[[int], None]
_Name: TypeAlias = tuple[Any, ...]
"""Of a key: the values of its table's primary key."""
WRAPPED: tuple[tuple[Table, Callable[..., bytes]], ...] = (
    (disclosure_key, entry_place),
    (draft_key, draft_place),
    (evidence_key, evidence_place),
)
"""Every table of keys, and what a key in it is bound to, by the log's origin and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many data keys a wrapping key opens."""

    entries: int = 0
    drafts: int = 0
    evidence: int = 0
    """Files of it."""

    @property
    def keys(self) -> int:
        """Count them all."""
        return self.entries + self.drafts + self.evidence


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
        evidence = _counted(connection, evidence_key)
    return {
        key_id: Usage(
            entries=entries.get(key_id, 0),
            drafts=drafts.get(key_id, 0),
            evidence=evidence.get(key_id, 0),
        )
        for key_id in sorted({*entries, *drafts, *evidence})
    }


def _counted(connection: Connection, table: Table) -> dict[str, int]:
    statement = select(table.c.key_id, func.count()).group_by(table.c.key_id)
    return dict(connection.execute(statement).all())


def rewrap(engine: Engine, origin: str, ring: Keyring, progress: Progress) -> Rewrapped:
    """Wrap every data key with the first key of the ring, while the registry works or not.

    Args:
        engine: of the log, as the writer.
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
    for table, place in WRAPPED:
        after: _Name | None = None
        while True:
            with write_transaction(seen_by(engine, EVERYBODY)) as connection:
                let_nothing_linger(connection)
                rows = _wrapped_by_another(connection, table, ring, after)
                if not rows:
                    break
                after = rows[-1].name
                changed = [
                    {**row.where, "before": row.old.ciphertext, **new._asdict()}
                    for row in rows
                    if (new := _again(ring, row.old, place(origin, *row.name), done))
                ]
                if changed:
                    _write(connection, table, changed)
            yield len(changed)


class _Row(NamedTuple):
    name: _Name
    old: Wrapped

    @property
    def where(self) -> dict[str, Any]:
        """Give what `_write` finds the row by."""
        return {f"of_{number}": value for number, value in enumerate(self.name)}


def _wrapped_by_another(
    connection: Connection, table: Table, ring: Keyring, after: _Name | None
) -> list[_Row]:
    name = tuple(table.primary_key.columns)
    statement = select(*name, table.c.key_id, table.c.wrapped).where(
        table.c.key_id != ring.key_ids[0]
    )
    if after is not None:
        statement = statement.where(tuple_(*name) > after)
    found = connection.execute(statement.order_by(*name).limit(CHUNK))
    return [_Row(tuple(values), Wrapped(key_id, old)) for *values, key_id, old in found]


def _again(ring: Keyring, old: Wrapped, place: bytes, done: Rewrapped) -> Wrapped | None:
    try:
        return ring.wrap(ring.unwrap(old, place), place)
    except Undecipherable:
        done.left[old.key_id] = done.left.get(old.key_id, 0) + 1
        return None


def _write(connection: Connection, table: Table, changed: list[dict[str, Any]]) -> None:
    """Write keys over those they were made of; what was erased meanwhile does not come back."""
    name = enumerate(table.primary_key.columns)
    connection.execute(
        update(table)
        .where(
            *(column == bindparam(f"of_{number}") for number, column in name),
            table.c.wrapped == bindparam("before"),
        )
        .values(key_id=bindparam("key_id"), wrapped=bindparam("ciphertext")),
        changed,
    )
