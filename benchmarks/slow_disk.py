"""Benchmarks: group commit and one by one on a disk that takes 2 ms to sync, which is emulated.

PostgreSQL runs with `fsync` off, so that the machine's own disk plays no part. A deferred trigger
on the head sleeps 2 ms: it fires inside COMMIT, while the lock on the head is held, as a real
sync of the write-ahead log would. Both paths pay it once for each commit. Signing is left out,
since its file would be synced by the real disk.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg

from benchmarks import raw
from benchmarks.appending import APPENDS, CALLERS, database_on
from benchmarks.callers import log_on, rate_of_all, writers_on
from benchmarks.measuring import FOLD, Aim, Line, Pairs, Told, interleaved, line
from tests import postgres

SECONDS = 1.0
ROUNDS = 5
GROUPS = 64
SLOW_SYNC = """
    CREATE FUNCTION slow_sync() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.002); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow_sync AFTER UPDATE ON log_head
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_sync();
"""


def run(told: Told) -> Iterator[Line]:
    """Measure appends a second on the emulated disk."""
    told("starting PostgreSQL", 0, 1)
    with postgres.running({"fsync": "off"}) as server, ExitStack() as stack:
        enter = stack.enter_context
        urls = [database_on(server, name) for name in ("grouped", "alone", "in-turn", "bare")]
        grouped = enter(log_on(urls[0], None, CALLERS))
        alone = enter(writers_on(urls[1], 1))
        in_turn = enter(writers_on(urls[2], 8))
        bare = enter(raw.on_postgresql(urls[3]))
        for url in urls:
            with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
                connection.execute(SLOW_SYNC)
        figures = interleaved(
            {
                "grouped": lambda: rate_of_all(grouped, SECONDS),
                "alone": lambda: rate_of_all(alone, SECONDS),
                "in turn": lambda: rate_of_all(in_turn, SECONDS),
                "bare": raw.grouped_inserts(*bare, GROUPS, moves_head=True),
            },
            rounds=ROUNDS,
            told=told,
            what="appends on a slow disk",
        )
    what = f"append on an emulated disk of 2 ms a sync, {CALLERS} callers, group commit"
    for beside, limit in (
        ("the same path one by one, 8 callers", figures["in turn"]),
        ("the same path one by one, 1 caller", figures["alone"]),
    ):
        pairs = Pairs(figures["grouped"], limit)
        yield line(what, beside, pairs, Aim(">", 10, FOLD), spell=APPENDS)
    yield line(
        what,
        f"bare INSERT of the same rows, {raw.GROUP} a transaction, which moves the head",
        Pairs(figures["grouped"], figures["bare"]),
        None,
        spell=APPENDS,
    )
