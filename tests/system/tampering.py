"""System: what somebody can do who administers the database, and every file beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, text, update

from contracts.canonical import canonical, digest
from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.envelope import leaf_bytes, parse_leaf
from contracts.keyring import Signer
from contracts.merkle import Frontier, leaf_hash
from services.registry.log import CheckpointStore
from services.registry.log.table import log, log_head, request_key
from tests.databases import Database, disposing
from tests.registry.log.backups import silence

TABLES = (log, log_head, request_key)
LONG_AGO = "2020-01-01T00:00:00.000000Z"

Change = Callable[[Connection], object]


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody with every right on the registry's database, and on the checkpoint store."""

    database: Database
    store: Path
    origin: str

    def does(self, *changes: Change) -> None:
        """Change the database past its triggers, which are as before afterwards."""
        with disposing(self.database.admin_url) as engine, engine.begin() as connection:
            triggers = silence(connection)
            for change in changes:
                change(connection)
            for trigger in triggers:
                connection.exec_driver_sql(trigger)

    @contextmanager
    def putting_back(self) -> Iterator[None]:
        """Put everything back at the end, as it was at the beginning."""
        with disposing(self.database.admin_url) as engine, engine.connect() as connection:
            rows = {table: connection.execute(select(table)).mappings().all() for table in TABLES}
        note = self.note()
        try:
            yield
        finally:
            self.does(partial(_fill_anew, rows=rows))
            self.keeps(note)

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """Take away for a while what keeps the log append-only."""
        with disposing(self.database.admin_url) as engine, engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("ALTER TABLE log DISABLE TRIGGER ALL"))
                anew = ["ALTER TABLE log ENABLE TRIGGER ALL"]
            else:
                anew = silence(connection)
        try:
            yield
        finally:
            with disposing(self.database.admin_url) as engine, engine.begin() as connection:
                for statement in anew:
                    connection.exec_driver_sql(statement)

    def signs(self, signer: Signer) -> None:
        """Sign what the database has now, and keep that as the checkpoint."""
        with disposing(self.database.admin_url) as engine, engine.connect() as connection:
            frontier = _frontier(connection)
        said = Checkpoint(self.origin, frontier.size, frontier.root())
        self.keeps(sign_checkpoint(said, signer))

    def note(self) -> str:
        """Give the checkpoint that is kept."""
        store = CheckpointStore(self.store)
        note = store.read()
        store.close()
        assert note is not None
        return note

    def keeps(self, note: str) -> None:
        """Keep another checkpoint."""
        store = CheckpointStore(self.store)
        store.swap(store.read(), note)
        store.close()

    def everything(self) -> str:
        """Read every column of every table."""
        with disposing(self.database.admin_url) as engine, engine.connect() as connection:
            return "\n".join(_spelled(connection, name) for name in _tables(connection))


def _tables(connection: Connection) -> list[str]:
    name, where = (
        ("tablename", "pg_tables WHERE schemaname = current_schema()")
        if connection.dialect.name == "postgresql"
        else ("name", "sqlite_master WHERE type = 'table'")
    )
    return list(connection.scalars(text(f"SELECT {name} FROM {where}")))  # noqa: S608 - ours


def _spelled(connection: Connection, table: str) -> str:
    rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()  # noqa: S608 - its own names
    return "\n".join(_text(value) for row in rows for value in row)


def _text(value: Any) -> str:
    is_bytes = isinstance(value, bytes | memoryview)
    return bytes(value).decode("utf-8", "replace") if is_bytes else str(value)


def _fill_anew(connection: Connection, rows: Mapping[Table, Sequence[RowMapping]]) -> None:
    for table, kept in rows.items():
        connection.execute(delete(table))
        connection.execute(insert(table), [dict(row) for row in kept])


# --- changes


def changes_a_body(connection: Connection) -> None:
    """Change what an entry says, and nothing else."""
    _set(connection, 2, body=_rewritten(connection, 2))


def dates_back(connection: Connection) -> None:
    """Change when an entry was taken, in its column alone."""
    _set(connection, 2, recorded_at=LONG_AGO)


def dates_back_in_the_leaf(connection: Connection) -> None:
    """Change it in column, leaf and hash."""
    _relay(connection, 2, recorded_at=LONG_AGO)


def deletes_one_in_the_middle(connection: Connection) -> None:
    connection.execute(delete(log).where(log.c.position == 2))


def deletes_the_last(connection: Connection) -> None:
    """Delete the last entry with its key, and roll the head back: an older copy looks like this."""
    last = connection.execute(select(log).order_by(log.c.position.desc()).limit(1)).one()
    connection.execute(delete(log).where(log.c.position == last.position))
    connection.execute(delete(request_key).where(request_key.c.last_position == last.position))
    _fits_the_head(connection)


def rewrites(connection: Connection) -> None:
    """Change what an entry says, with leaf, hash and head, so that everything fits again."""
    body = _rewritten(connection, 2)
    _set(connection, 2, body=body)
    _relay(connection, 2, datahash=digest(body))
    _fits_the_head(connection)


def _rewritten(connection: Connection, position: int) -> bytes:
    body = connection.scalar(select(log.c.body).where(log.c.position == position))
    return canonical({**orjson.loads(body or b""), "reference": "Note verbale 99/2020"})


def _relay(connection: Connection, position: int, **changes: Any) -> None:
    old = connection.scalar(select(log.c.leaf).where(log.c.position == position))
    entry = parse_leaf(old or b"")._replace(**changes)
    leaf = leaf_bytes(entry)
    _set(
        connection,
        position,
        leaf=leaf,
        leaf_hash=leaf_hash(leaf),
        recorded_at=entry.recorded_at,
    )


def _set(connection: Connection, position: int, **values: Any) -> None:
    connection.execute(update(log).where(log.c.position == position).values(**values))


def _fits_the_head(connection: Connection) -> None:
    frontier = _frontier(connection)
    last = connection.scalar(select(log.c.recorded_at).order_by(log.c.position.desc()).limit(1))
    head = {"size": frontier.size, "frontier": frontier.to_bytes(), "last_recorded_at": last}
    connection.execute(update(log_head).values(**head))


def _frontier(connection: Connection) -> Frontier:
    hashes = connection.scalars(select(log.c.leaf_hash).order_by(log.c.position))
    return Frontier().extend(hashes)
