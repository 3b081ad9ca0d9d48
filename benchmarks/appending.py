"""Benchmarks: appends by many callers and by one, beside bare inserts of the same rows."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import peers, raw
from benchmarks.callers import Work, latency_of, log_on, rate_of_all, writers_on
from benchmarks.logs import Caller
from benchmarks.measuring import (
    FOLD,
    Aim,
    Line,
    Measure,
    Pairs,
    Told,
    interleaved,
    line,
    per_second,
    spell_seconds,
)
from tests import postgres

CALLERS = 64
SECONDS = 1.0
"""How long each measurement with callers goes on."""
GROUPS = 128
"""Transactions of each measurement of bare inserts: about as many rows as callers append."""
LATENCIES = 60
ROUNDS = 7
APPENDS = per_second("appends")


def run(told: Told, folder: Path) -> Iterator[Line]:
    """Measure appends on both databases, as durable as each is by default."""
    told("starting PostgreSQL", 0, 1)
    with postgres.running() as server:
        yield from _many_callers(told, folder, server)
        yield from _one_caller(told, folder, server)
    yield from _sqlite(told, folder)


def database_on(server: postgres.Server, name: str) -> str:
    """Make a database and give its address."""
    with psycopg.connect(server.url().replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.url(name)


def _many_callers(told: Told, folder: Path, server: postgres.Server) -> Iterator[Line]:
    with ExitStack() as stack:
        enter = stack.enter_context
        grouped = enter(log_on(database_on(server, "grouped"), folder, CALLERS))
        unsigned = enter(log_on(database_on(server, "unsigned"), None, CALLERS))
        alone = enter(writers_on(database_on(server, "alone"), 1))
        in_turn = enter(writers_on(database_on(server, "in-turn"), 8))
        bare = enter(raw.on_postgresql(database_on(server, "bare")))
        copied = enter(raw.on_postgresql(database_on(server, "copied")))
        few = enter(_peer(server, 8))
        many = enter(_peer(server, CALLERS))
        figures = interleaved(
            {
                "grouped": _rate(grouped),
                "unsigned": _rate(unsigned),
                "bare": raw.grouped_inserts(*bare, GROUPS),
                "copied": raw.copies(*copied, GROUPS),
                "alone": _rate(alone),
                "in turn": _rate(in_turn),
                "few": _rate(few),
                "many": _rate(many),
            },
            rounds=ROUNDS,
            told=told,
            what=f"appends on PostgreSQL, {CALLERS} callers",
        )
    ours = figures["grouped"]
    singly = [max(pair) for pair in zip(figures["alone"], figures["in turn"], strict=True)]
    what = f"append on PostgreSQL, {CALLERS} callers, one event each, signed"
    for beside, limit, aim in (
        (
            f"bare INSERT of the same rows, {raw.GROUP} a transaction, one connection",
            figures["bare"],
            Aim(">=", 0.6),
        ),
        ("the same rows by binary COPY, which is no insert", figures["copied"], None),
        (
            "the same path one by one, with 1 or 8 callers, whichever is faster",
            singly,
            Aim(">=", 8, FOLD),
        ),
        ("eventsourcing, 8 callers", figures["few"], Aim(">=", 5, FOLD)),
        (f"eventsourcing, {CALLERS} callers", figures["many"], Aim(">=", 5, FOLD)),
    ):
        yield line(what, beside, Pairs(ours, limit), aim, spell=APPENDS)
    yield line(
        "the same, not signed",
        "bare INSERT as above",
        Pairs(figures["unsigned"], figures["bare"]),
        None,
        spell=APPENDS,
    )


def _one_caller(told: Told, folder: Path, server: postgres.Server) -> Iterator[Line]:
    with ExitStack() as stack:
        (ours,) = stack.enter_context(log_on(database_on(server, "one"), folder, 1))
        bare = stack.enter_context(raw.on_postgresql(database_on(server, "bare-one")))
        locked = raw.under_the_lock(*bare)
        figures = interleaved(
            {
                "ours": lambda: latency_of(ours, LATENCIES),
                "bare": lambda: latency_of(locked, LATENCIES),
            },
            rounds=ROUNDS,
            told=told,
            what="appends on PostgreSQL, one caller",
        )
    yield line(
        "append on PostgreSQL, one caller: time to the answer",
        "bare INSERT of the same rows under the lock on the head",
        Pairs(figures["ours"], figures["bare"]),
        Aim("<=", 1.6, FOLD),
        spell=spell_seconds,
    )


def _sqlite(told: Told, folder: Path) -> Iterator[Line]:
    with ExitStack() as stack:
        enter = stack.enter_context
        checkpoints = folder / "checkpoints"
        checkpoints.mkdir()
        grouped = enter(log_on(f"sqlite:///{folder / 'grouped.db'}", checkpoints, CALLERS))
        unsigned = enter(log_on(f"sqlite:///{folder / 'unsigned.db'}", None, CALLERS))
        bare = enter(raw.on_sqlite(f"sqlite:///{folder / 'bare.db'}"))
        alone = enter(writers_on(f"sqlite:///{folder / 'alone.db'}", 1))
        figures = interleaved(
            {
                "grouped": _rate(grouped),
                "unsigned": _rate(unsigned),
                "bare": raw.batches(*bare, GROUPS),
                "alone": _rate(alone),
            },
            rounds=ROUNDS,
            told=told,
            what=f"appends on SQLite, {CALLERS} callers",
        )
    what = f"append on SQLite, {CALLERS} callers, one event each, signed"
    yield line(
        what,
        f"bare sqlite3 executemany of the same rows, {raw.GROUP} a transaction",
        Pairs(figures["grouped"], figures["bare"]),
        Aim(">=", 0.4),
        spell=APPENDS,
    )
    yield line(
        "the same, not signed",
        "bare executemany as above",
        Pairs(figures["unsigned"], figures["bare"]),
        None,
        spell=APPENDS,
    )
    yield line(
        what,
        "the same path one by one, one caller",
        Pairs(figures["grouped"], figures["alone"]),
        None,
        spell=APPENDS,
        unit=FOLD,
    )


def _rate(works: Sequence[Work]) -> Measure:
    return lambda: rate_of_all(works, SECONDS)


@contextmanager
def _peer(server: postgres.Server, callers: int) -> Iterator[list[Work]]:
    name = f"peer-{callers}"
    database_on(server, name)
    with peers.recorder_on(server.folder, name, connections=callers) as recorder:
        yield [_recording(recorder, Caller(number, callers)) for number in range(callers)]


def _recording(recorder: Any, caller: Caller) -> Work:
    def work() -> None:
        append = caller.append()
        event = append.events[0]
        version = append.expects[event.stream] + 1
        recorder.insert_events([peers.stored_event(event.stream, version, event.body)])

    return work
