"""Registry: what an earlier release stored in clear is encrypted, between migrations 0004 and 0005.

Nothing but this ever reads a database in which something is in clear.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, delete, exists, func, insert, select, text, update

from contracts.canonical import spell
from services.kit.commands import progress, say
from services.kit.database import (
    let_nothing_linger,
    make_engine,
    write_transaction,
)
from services.kit.encryption import DataKey, Keys
from services.kit.keyfile import KeyFile
from services.kit.schema import assert_can_be_brought_up
from services.kit.settings import SettingsRefused
from services.registry.drafts.drawer import draft_place
from services.registry.drafts.store import locked
from services.registry.drafts.table import draft, draft_key, draft_section
from services.registry.log.soundness import HISTORY
from services.registry.log.store import find_head
from services.registry.log.table import disclosure, disclosure_key
from services.registry.log.vault import entry_place, lock_one
from services.registry.settings import ENCRYPTION_KEYS_FILE

CHUNK = 100
VACUUM_MINUTES = 15
_KEYLESS_ENTRY = ~exists().where(disclosure_key.c.position == disclosure.c.position)
_KEYLESS_DRAFT = ~exists().where(draft_key.c.draft_id == draft.c.draft_id)


def count_in_clear(engine: Engine) -> tuple[int, int]:
    """Count the disclosures and the drafts that are still in clear."""
    with engine.connect() as connection:
        entries = select(func.count()).select_from(disclosure).where(_KEYLESS_ENTRY)
        drafts = select(func.count()).select_from(draft).where(_KEYLESS_DRAFT)
        return connection.scalar(entries) or 0, connection.scalar(drafts) or 0


def encrypt_what_is_in_clear(
    engine: Engine, origin: str, keys: Keys, tell: Callable[[int], None]
) -> int:
    """Encrypt it, with what was submitted from a draft destroyed; give the number of rows.

    No registry may run. Interrupted, it goes on from there.

    Args:
        engine: as the owner, of a database at migration 0004.
        origin: of the log.
        keys: encrypt the keys that are made.
        tell: told how many disclosures and drafts are done.
    """
    done = 0
    for step in (_entries, _drafts):
        while True:
            with write_transaction(engine) as connection:
                let_nothing_linger(connection)
                count = step(connection, origin, keys)
            if not count:
                break
            done += count
            tell(done)
    return done


def leave_no_bytes(engine: Engine) -> None:
    """Have the database write its files anew, without the room of what is gone."""
    automatic = engine.execution_options(isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "postgresql":
        with automatic.connect() as connection:
            connection.execute(text(f"SET statement_timeout = '{VACUUM_MINUTES}min'"))
            connection.execute(text("VACUUM FULL disclosure, draft, draft_section"))
            connection.execute(text("RESET statement_timeout"))
        return
    raw = engine.raw_connection()
    try:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.cursor().execute(statement).close()
    finally:
        raw.close()


def _entries(connection: Connection, origin: str, keys: Keys) -> int:
    positions = connection.scalars(
        select(disclosure.c.position)
        .where(_KEYLESS_ENTRY)
        .distinct()
        .order_by(disclosure.c.position)
        .limit(CHUNK)
    ).all()
    rows = connection.execute(
        select(disclosure.c.position, disclosure.c.name, disclosure.c.encoded)
        .where(disclosure.c.position.in_(positions))
        .order_by(disclosure.c.position)
    ).all()
    connection.execute(delete(disclosure).where(disclosure.c.position.in_(positions)))
    for position, those in groupby(rows, key=attrgetter("position")):
        key = DataKey()
        key_id, wrapped = keys.wrap(key, entry_place(origin, position))
        connection.execute(
            insert(disclosure_key).values(position=position, key_id=key_id, wrapped=wrapped)
        )
        encrypted = [
            {**row._asdict(), "encoded": lock_one(key, row.name, row.encoded)} for row in those
        ]
        connection.execute(insert(disclosure), encrypted)
    return len(rows)


def _drafts(connection: Connection, origin: str, keys: Keys) -> int:
    rows = connection.execute(
        select(
            *(draft.c.draft_id, draft.c.participant, draft.c.state),
            *(draft.c.base, draft.c.clearance),
        )
        .where(_KEYLESS_DRAFT)
        .order_by(draft.c.draft_id)
        .limit(CHUNK)
    ).all()
    for row in rows:
        key = DataKey()
        clearance = row.clearance
        if row.state == "submitted":
            _empty(connection, row.draft_id)
            clearance = _without_text(clearance)
        key_id, wrapped = keys.wrap(key, draft_place(origin, row.draft_id))
        connection.execute(
            update(draft)
            .where(draft.c.draft_id == row.draft_id)
            .values(
                base=locked(key, row.base, "base"), clearance=locked(key, clearance, "clearance")
            )
        )
        connection.execute(
            insert(draft_key).values(
                draft_id=row.draft_id,
                participant=row.participant,
                key_id=key_id,
                wrapped=wrapped,
            )
        )
        _sections(connection, row.draft_id, key)
    return len(rows)


def _empty(connection: Connection, draft_id: str) -> None:
    connection.execute(delete(draft_section).where(draft_section.c.draft_id == draft_id))


def _without_text(clearance: bytes | None) -> bytes | None:
    if clearance is None:
        return None
    return spell({**orjson.loads(clearance), "explanations": [], "reason": None})


def _sections(connection: Connection, draft_id: str, key: DataKey) -> None:
    columns = ("content", "base", "drafted_by")
    rows: Sequence[Any] = connection.execute(
        select(draft_section.c.section, *(draft_section.c[name] for name in columns)).where(
            draft_section.c.draft_id == draft_id
        )
    ).all()
    for row in rows:
        connection.execute(
            update(draft_section)
            .where(draft_section.c.draft_id == draft_id, draft_section.c.section == row.section)
            .values(
                {
                    name: locked(key, getattr(row, name), f"{name} of {row.section}")
                    for name in columns
                }
            )
        )


BEFORE = "0004"
"""The migration that makes room for keys; the next one refuses what is in clear."""


def migrate(url: str, keys_file: Path | None) -> None:
    """Bring the registry's database up to this release, and encrypt what is in clear.

    Args:
        url: of the database, as the owner.
        keys_file: with the keys that encrypt; needed where something is in clear.

    Raises:
        SettingsRefused: it is needed, and not given or not to be read; or it is reporting's
            database.
        UnfitSchema: a newer release was there, or the role does not own the tables.
    """
    from migrations.environment import upgrade  # noqa: PLC0415 - Alembic only when asked for

    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            at = assert_can_be_brought_up(connection, HISTORY).at
        if at is not None and at <= BEFORE:
            upgrade("registry", url, BEFORE)
            _convert(engine, keys_file)
    finally:
        engine.dispose()
    upgrade("registry", url)


def _convert(engine: Engine, keys_file: Path | None) -> None:
    entries, drafts = count_in_clear(engine)
    if not entries and not drafts:
        return
    if keys_file is None:
        raise SettingsRefused(
            f"{ENCRYPTION_KEYS_FILE}: needed once, since {entries} disclosures and {drafts} drafts"
            " are stored in clear; `concord registry encryption add` makes the file"
        )
    keys = KeyFile(keys_file, setting=ENCRYPTION_KEYS_FILE)
    with engine.connect() as connection:
        head = find_head(connection)
    origin = head.origin if head else ""
    with progress("encrypting", entries + drafts) as done:
        encrypt_what_is_in_clear(engine, origin, keys, done)
    leave_no_bytes(engine)
    say(
        f"{entries} disclosures and {drafts} drafts are encrypted now; backups and write-ahead"
        " logs from before still hold them in clear"
    )
