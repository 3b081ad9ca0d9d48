"""Tests of the log: appends to make, and what must hold of a log whatever happened to it."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select

from contracts.canonical import canonical
from contracts.sealing import Disclosure
from services.registry.log import Append, Appended, NewEvent, verify
from services.registry.log.table import log

SCHEMA = "https://concord.example/contracts/events/report-accepted/1.0.0/schema.json"
DIGEST = bytes(32)


def event(stream: str, *, disclosures: tuple[Disclosure, ...] = (), **body: Any) -> NewEvent:
    return NewEvent(
        stream=stream,
        type="report-accepted",
        dataschema=SCHEMA,
        participant="KZ",
        actor="a-3f9c",
        body=canonical(body),
        disclosures=disclosures,
    )


def append(
    key: str,
    expects: Mapping[str, int],
    *events: NewEvent,
    scope: str = "KZ",
    digest: bytes = DIGEST,
) -> Append:
    """Make an append; without events it gets one on the first stream, which says its key."""
    made = events or (event(next(iter(expects)), key=key),)
    return Append(events=made, expects=expects, scope=scope, key=key, request_digest=digest)


def check(engine: Engine, acknowledged: Mapping[str, Appended]) -> int:
    """Check what must hold after every fault, and give the size.

    Args:
        engine: of the log, which is at rest.
        acknowledged: answers by key, of appends of one event as `append` makes it.
    """
    verified = verify(engine)  # gapless; head = rows; frontier and nodes = recomputed; one key each
    with engine.connect() as connection:
        rows = connection.execute(select(log.c.position, log.c.recorded_at, log.c.body)).all()
    stored = {row.position: row for row in rows}
    for key, answer in acknowledged.items():
        assert answer.first_position in stored, f"{key} was acknowledged and is lost"
        row = stored[answer.first_position]
        assert json.loads(row.body)["key"] == key, f"{key} was acknowledged, another is stored"
        assert row.recorded_at == answer.recorded_at
    twice = [
        key for key, n in Counter(json.loads(row.body)["key"] for row in rows).items() if n > 1
    ]
    assert not twice, f"stored more than once: {twice}"
    assert verified.size == len(rows)
    return verified.size
