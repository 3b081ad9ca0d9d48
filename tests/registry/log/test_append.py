"""Log: what an append promises, on both databases."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, select

from contracts.canonical import canonical, digest
from contracts.envelope import leaf_bytes, parse_leaf
from contracts.errors import ContractError
from contracts.merkle import leaf_hash, root_of
from contracts.sealing import seal_section
from services.kit.clock import utc_now
from services.kit.errors import KeyReused, Unavailable, VersionConflict
from services.registry.log import EVERYBODY, Append, Appended, Log, verify
from services.registry.log import table as tables
from tests.databases import ON_SQLITE, Database, disposing
from tests.registry.log.appending import append, check, event

T = TypeVar("T")
WRITERS = 16


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Make calls at the same time, each in a thread of its own."""
    barrier = threading.Barrier(len(calls))

    def call(index: int) -> T | Exception:
        barrier.wait()
        try:
            return calls[index]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, range(len(calls))))


def test_the_first_entry_has_position_one_and_version_one(log: Log) -> None:
    answer = log.append(append("k", {"plan-A": 0}))
    assert (answer.first_position, answer.last_position, answer.versions) == (1, 1, {"plan-A": 1})
    assert (answer.size, answer.replayed) == (1, False)


def test_events_of_one_append_stand_one_after_the_other(log: Log) -> None:
    log.append(append("k1", {"plan-A": 0}))
    events = (event("plan-A", n=1), event("plan-B", n=2), event("plan-A", n=3))
    answer = log.append(append("k2", {"plan-A": 1, "plan-B": 0, "cycle-C": 0}, *events))
    assert (answer.first_position, answer.last_position) == (2, 4)
    assert answer.versions == {"plan-A": 3, "plan-B": 1}
    assert [entry.version for entry, _ in log.read_stream("plan-A")] == [1, 2, 3]
    assert log.stream_version("cycle-C") == 0


def test_leaf_and_body_are_stored_byte_by_byte(log: Log, engine: Engine) -> None:
    made = event("plan-A", text="Қазақстан “%s” \\ \n", number=2**53 - 1)
    answer = log.append(append("k", {"plan-A": 0}, made))
    (stored,) = log.page(0, 10)
    entry = parse_leaf(stored.leaf)
    assert stored.body == made.body
    assert leaf_bytes(entry) == stored.leaf
    assert entry.datahash == digest(made.body)
    assert (entry.recorded_at, entry.actor) == (answer.recorded_at, made.actor)
    assert answer.root == root_of([leaf_hash(stored.leaf)])
    assert log.leaf_hashes(1, 1) == [leaf_hash(stored.leaf)]
    assert verify(engine).root == answer.root


def test_disclosures_lie_beside_the_entry_that_they_open(log: Log) -> None:
    marker, opened = seal_section("/reasons", {"text": "not public"}, bytes(16))
    made = event("report-A", disclosures=(opened,), reasons=marker)
    log.append(append("k", {"report-A": 0}, event("report-A"), made))
    (found,) = log.disclosures(0, 2, seen_by=EVERYBODY)
    assert (found.position, found.name, found.encoded) == (2, "/reasons", opened.encoded())
    assert log.disclosures(2, 9, seen_by=EVERYBODY) == []


def test_a_stale_version_of_any_stream_that_was_read_is_a_conflict(log: Log) -> None:
    log.append(append("k1", {"cycle-C": 0}))
    with pytest.raises(VersionConflict) as raised:
        log.append(append("k2", {"report-A": 0, "cycle-C": 0}))
    assert (raised.value.stream, raised.value.expected, raised.value.actual) == ("cycle-C", 0, 1)
    with pytest.raises(VersionConflict):
        log.append(append("k3", {"report-A": 4}))
    assert log.head().size == 1


def test_a_repetition_gets_the_first_answer_whatever_happened_since(log: Log) -> None:
    first = log.append(append("k", {"plan-A": 0, "plan-B": 0}, event("plan-A"), event("plan-B")))
    log.append(append("other", {"plan-A": 1}))
    again = log.append(append("k", {"plan-A": 0, "plan-B": 0}, event("plan-A"), event("plan-B")))
    for repeated in (again, log.find("KZ", "k", bytes(32))):
        assert repeated is not None
        assert repeated.replayed
        assert repeated.versions == first.versions
        assert repeated.recorded_at == first.recorded_at
        assert (repeated.first_position, repeated.last_position) == (1, 2)
    assert log.head().size == 3


def test_a_key_belongs_to_one_request_of_one_party(log: Log) -> None:
    log.append(append("k", {"plan-A": 0}))
    with pytest.raises(KeyReused):
        log.append(append("k", {"plan-A": 1}, digest=b"another"))
    with pytest.raises(KeyReused):
        log.find("KZ", "k", b"another")
    assert log.find("AT", "k", bytes(32)) is None
    assert log.append(append("k", {"plan-B": 0}, scope="AT")).first_position == 2


def test_twins_make_one_entry(log: Log, engine: Engine) -> None:
    answers = at_once([lambda: log.append(append("twin", {"plan-A": 0}))] * WRITERS)
    good = [answer for answer in answers if isinstance(answer, Appended)]
    assert len(good) == WRITERS
    assert {answer.first_position for answer in good} == {1}
    assert [answer.replayed for answer in good].count(False) == 1
    assert check(engine, {"twin": good[0]}) == 1


def test_of_writers_with_the_same_version_one_wins(log: Log, engine: Engine) -> None:
    def race(number: int) -> Callable[[], Appended]:
        return lambda: log.append(append(f"k{number}", {"plan-A": 0}))

    answers = at_once([race(number) for number in range(WRITERS)])
    winners = [answer for answer in answers if isinstance(answer, Appended)]
    assert len(winners) == 1
    assert sum(isinstance(answer, VersionConflict) for answer in answers) == WRITERS - 1
    check(engine, {})


def test_sixteen_threads_leave_no_gap_and_keep_their_order(log: Log, engine: Engine) -> None:
    def write(writer: int) -> dict[str, Appended]:
        keys = [f"{writer}-{number}" for number in range(40)]
        return {
            key: log.append(append(key, {f"plan-{writer}": number}))
            for number, key in enumerate(keys)
        }

    with ThreadPoolExecutor(WRITERS) as pool:
        acknowledged = {
            key: a for part in pool.map(write, range(WRITERS)) for key, a in part.items()
        }
    assert check(engine, acknowledged) == WRITERS * 40
    for writer in range(WRITERS):
        entries = log.read_stream(f"plan-{writer}")
        assert [body for _, body in entries] == [
            canonical({"key": f"{writer}-{number}"}) for number in range(40)
        ]


@pytest.mark.parametrize(
    "wrong",
    [
        Append(events=(), expects={}, scope="KZ", key="k", request_digest=b""),
        append("k", {"plan-A": 0}, event("plan-B")),
        append("k\0", {"plan-A": 0}, event("plan-A")),
        append("k\ud800", {"plan-A": 0}, event("plan-A")),
        append("k", {"plan\n": 0}),
    ],
)
def test_what_is_no_append_never_reaches_the_database(log: Log, wrong: Append) -> None:
    with pytest.raises(ValueError, match="expected"):
        log.append(wrong)
    assert log.head().size == 0


@pytest.mark.parametrize("body", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1.5}', b"nonsense"])
def test_a_body_that_is_not_canonical_is_refused(log: Log, body: bytes) -> None:
    made = replace(event("plan-A"), body=body)
    with pytest.raises((ContractError, ValueError)):
        log.append(append("k", {"plan-A": 0}, made))


class Clock:
    """A clock that can be set, and seconds that go on whoever sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def steady(self) -> float:
        return self.seconds

    def go_on(self, **time: float) -> None:
        self.set(**time)
        self.seconds += timedelta(**time).total_seconds()

    def set(self, **time: float) -> None:
        self.now += timedelta(**time)


def test_time_never_goes_back_and_a_clock_far_behind_is_refused(engine: Engine) -> None:
    clock = Clock()
    with Log(engine, clock, steady=clock.steady) as log:
        first = log.append(append("k1", {"plan-A": 0}))
        assert first.recorded_at == "2026-11-21T12:00:00.000000Z"
        clock.set(seconds=-60)
        assert log.append(append("k2", {"plan-A": 1})).recorded_at == first.recorded_at
        clock.set(microseconds=-1)
        with pytest.raises(Unavailable, match="60 seconds behind"):
            log.append(append("k3", {"plan-A": 2}))
        clock.go_on(hours=1)
        assert log.append(append("k3", {"plan-A": 2})).recorded_at > first.recorded_at
    verify(engine)


def test_a_clock_that_is_set_far_ahead_is_refused_until_it_is_put_right(engine: Engine) -> None:
    clock = Clock()
    with Log(engine, clock, steady=clock.steady) as log:
        log.append(append("k1", {"plan-A": 0}))
        clock.go_on(days=400)
        clock.set(seconds=60)
        assert log.clock_ahead_seconds() == 60
        last = log.append(append("k2", {"plan-A": 1}))
        clock.set(days=1)
        with pytest.raises(Unavailable, match="86460 seconds ahead"):
            log.append(append("k3", {"plan-A": 2}))
        clock.set(days=-1)
        assert log.append(append("k3", {"plan-A": 2})).recorded_at == last.recorded_at
    assert verify(engine).size == 3


def test_a_clock_that_was_behind_from_the_start_may_be_put_right(engine: Engine) -> None:
    clock = Clock()
    with Log(engine, clock, steady=clock.steady) as log:
        log.append(append("k1", {"plan-A": 0}))
    clock.set(days=-9000)  # as at a start before the time is known
    with Log(engine, clock, steady=clock.steady) as log:
        with pytest.raises(Unavailable, match="behind"):
            log.append(append("k2", {"plan-A": 1}))
        clock.set(days=9001)
        log.append(append("k2", {"plan-A": 1}))
        clock.set(days=1)
        with pytest.raises(Unavailable, match="ahead"):
            log.append(append("k3", {"plan-A": 2}))


def test_a_page_ends_after_256_entries_or_four_mebibytes(log: Log) -> None:
    big = event("plan-A", text="x" * (1 << 20))
    log.append(append("big", {"plan-A": 0}, *[big] * 6))
    log.append(append("small", {"plan-B": 0}, *[event("plan-B")] * 300))
    assert [entry.position for entry in log.page(0, 306)] == [1, 2, 3]
    assert [entry.position for entry in log.page(0, 2)] == [1, 2]
    assert [entry.position for entry in log.page(6, 306)] == list(range(7, 263))
    assert log.page(306, 400) == []


def test_a_log_that_was_never_founded_takes_nothing(database: Database) -> None:
    with (
        database.engine() as engine,
        Log(engine, utc_now) as log,
        pytest.raises(Unavailable, match="founded"),
    ):
        log.append(append("k", {"plan-A": 0}))


@ON_SQLITE
def test_what_is_committed_on_sqlite_is_synced(database: Database, engine: Engine) -> None:
    """Of the very connection that appends, at the moment when it begins."""
    synchronous: list[int] = []

    class Looking(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                synchronous.extend(super().execute("PRAGMA synchronous").fetchone())
            return super().execute(sql, parameters)

    with (
        disposing(database.url, connect_args={"factory": Looking}) as looking,
        Log(looking, utc_now) as log,
    ):
        log.append(append("k", {"plan-A": 0}))
    assert synchronous == [2]  # FULL


def test_columns_are_those_of_the_leaf(log: Log, engine: Engine) -> None:
    log.append(append("k", {"plan-A": 0}))
    with engine.connect() as connection:
        row = connection.execute(select(tables.log)).one()
    entry = parse_leaf(row.leaf)
    for name in ("position", "version", "stream", "type", "participant", "recorded_at"):
        assert getattr(row, name) == getattr(entry, name)


def test_streams_are_found_by_the_beginning_of_their_names(log: Log) -> None:
    names = ("report-ZZA-2025", "report-ZZA-2026", "report-ZZAB-2026", "report-ZZ", "plan-ZZA-1")
    for number, name in enumerate(names):
        log.append(append(f"k{number}", {name: 0}))
    log.append(append("again", {"report-ZZA-2025": 1}))
    assert log.streams_beginning("report-ZZA-") == ["report-ZZA-2025", "report-ZZA-2026"]
    assert log.streams_beginning("report-ZZB-") == []
