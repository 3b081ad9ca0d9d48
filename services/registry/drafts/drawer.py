"""Drafts: a transaction in which one party's drafts can be read and written, each with its key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, delete, insert, update

from services.kit.database import write_transaction
from services.kit.encryption import DataKey, Keys, Undecipherable, Wrapped
from services.registry.drafts.table import draft_key
from services.registry.log import seen_by


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Where the drafts of all parties lie, and what opens them."""

    engine: Engine
    origin: str
    """Of the log beside them: keys of another register's drafts open nothing here."""
    keys: Keys

    @contextmanager
    def reading(self, party: str) -> Iterator["Drawer"]:
        """Open the drafts of one party, to read them."""
        with seen_by(self.engine, party).connect() as connection:
            yield Drawer(connection, self)

    @contextmanager
    def writing(self, party: str) -> Iterator["Drawer"]:
        """Open the drafts of one party in a transaction that will write."""
        with write_transaction(seen_by(self.engine, party)) as connection:
            yield Drawer(connection, self)


@dataclass(frozen=True, slots=True)
class Drawer:
    """The drafts of one party, in one transaction."""

    connection: Connection
    cabinet: Cabinet
    _known: dict[str, DataKey] = field(default_factory=dict)

    def unlock(self, draft_id: str, wrapped: Wrapped | None) -> DataKey:
        """Give the key of a draft as it is stored.

        Raises:
            Undecipherable: the draft has none, or what opens it is not here.
        """
        if wrapped is None:
            raise Undecipherable("the draft has no key")
        key = self.cabinet.keys.unwrap(wrapped, draft_place(self.cabinet.origin, draft_id))
        self._known[draft_id] = key
        return key

    def key(self, draft_id: str) -> DataKey:
        """Give the key of a draft that was read or begun in this transaction."""
        return self._known[draft_id]

    def new_key(self, draft_id: str) -> DataKey:
        """Make a key for a draft, which takes the place of the one it had, if any."""
        self._known[draft_id] = DataKey()
        return self._known[draft_id]

    def keep_key(self, draft_id: str, participant: str) -> None:
        """Store the key of a new draft."""
        values = {"draft_id": draft_id, "participant": participant, **self._wrapped(draft_id)}
        self.connection.execute(insert(draft_key).values(**values))

    def replace_key(self, draft_id: str) -> None:
        """Store another key for a draft; what the old one encrypted is lost with it."""
        self.connection.execute(
            update(draft_key)
            .where(draft_key.c.draft_id == draft_id)
            .values(**self._wrapped(draft_id))
        )

    def destroy_key(self, draft_id: str) -> None:
        """Destroy the key of a draft."""
        self.connection.execute(delete(draft_key).where(draft_key.c.draft_id == draft_id))

    def _wrapped(self, draft_id: str) -> dict[str, object]:
        key_id, wrapped = self.cabinet.keys.wrap(
            self._known[draft_id], draft_place(self.cabinet.origin, draft_id)
        )
        return {"key_id": key_id, "wrapped": wrapped}


def draft_place(origin: str, draft_id: str) -> bytes:
    """Spell what the key of a draft is bound to."""
    return f"draft\n{origin}\n{draft_id}".encode()
