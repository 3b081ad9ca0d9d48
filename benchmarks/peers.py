"""Benchmarks: the PyPI library `eventsourcing` as a peer, without anything that would slow it down.

Appends go straight to its recorder: no aggregate is made, nothing is encoded. Its projection
runner reads events that lie ready in memory.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, datetime_now_with_tzinfo
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder

from benchmarks.payloads import Small, small_events

TOPIC = "benchmarks.peers:Recorded"


class Recorded(Aggregate.Event):
    """Any event of ours, as the library's."""

    wire: str
    body: dict[str, Any]


@contextmanager
def recorder_on(folder: Path, database: str, *, connections: int) -> Iterator[Any]:
    """Give the library's recorder on a PostgreSQL that listens in a folder."""
    datastore = PostgresDatastore(
        dbname=database,
        host=str(folder),
        port=5432,
        user="postgres",
        password="",
        pool_size=connections,
        max_overflow=0,
        connect_timeout=60,
    )
    try:
        datastore.pool.open(wait=True)
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        yield recorder
    finally:
        datastore.close()


def stored_event(stream: str, version: int, body: bytes) -> StoredEvent:
    """Give an event as the recorder takes it."""
    return StoredEvent(uuid5(NAMESPACE_URL, stream), version, TOPIC, body)


class ActsView(SQLiteTrackingRecorder):
    """A read model of two tables, as ours has two rows for an event: an index and the act."""

    def construct_create_table_statements(self) -> list[str]:
        """Add ours to the library's."""
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS entry (position INTEGER PRIMARY KEY, wire TEXT)",
            "CREATE TABLE IF NOT EXISTS act (position INTEGER PRIMARY KEY, who TEXT, body TEXT)",
        ]

    def add(self, event: Recorded, tracking: Tracking) -> None:
        """Write what one event comes to, and how far we are."""
        position = tracking.notification_id
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT INTO entry VALUES (?, ?)", (position, event.wire))
            cursor.execute(
                "INSERT INTO act VALUES (?, ?, ?)",
                (position, event.body["participant"], json.dumps(event.body)),
            )


class RelaxedActsView(ActsView):
    """The same, with as few waits for the disk as reporting has."""

    def create_table(self) -> None:
        """Relax the connections, then go on."""
        create = self.datastore.pool._create_connection  # noqa: SLF001 - there is no setting

        def relaxed() -> Any:
            connection = create()
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous = NORMAL")
            return connection

        self.datastore.pool._create_connection = relaxed  # noqa: SLF001
        super().create_table()


class Acts(Projection[ActsView]):
    """Puts each event into the read model."""

    name = "acts"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take one event."""
        self.view.add(domain_event, tracking)


def prepared_events(count: int) -> list[StoredEvent]:
    """Encode small events as the library does."""
    app = Application[UUID]()
    versions: dict[str, int] = {}
    try:
        return [_stored(app, event, versions) for event in islice(small_events(count), count)]
    finally:
        app.close()


def _stored(app: Application[UUID], event: Small, versions: dict[str, int]) -> StoredEvent:
    version = versions[event.stream] = versions.get(event.stream, 0) + 1
    return app.mapper.to_stored_event(
        Recorded(
            originator_id=uuid5(NAMESPACE_URL, event.stream),
            originator_version=version,
            timestamp=datetime_now_with_tzinfo(),
            wire=event.wire,
            body=event.body,
        )
    )


def project(events: Sequence[StoredEvent], database: Path, view: type[ActsView]) -> int:
    """Run the library's projection runner over events until all are in the read model."""
    env = {
        "ACTS_PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "ACTS_SQLITE_DBNAME": str(database),
    }
    with ProjectionRunner(
        application_class=Application[UUID], projection_class=Acts, view_class=view, env=env
    ) as runner:
        recordings = runner.app.recorder.insert_events(events)
        if recordings is None:
            raise AssertionError("expected positions of the events")
        runner.wait(recordings[-1], timeout=120)
    return len(events)
