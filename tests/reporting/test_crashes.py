"""Whatever fails, and wherever: a batch is in the tables whole, or not at all."""

import gc
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from services.reporting.database import make_reporting_engine
from services.reporting.projections.entries import entry_table
from services.reporting.projector import Projector
from tests import makers
from tests.architecture.source import ROOT
from tests.databases import Database
from tests.reporting.answering import Told
from tests.reporting.projected import begin_anew, digests, position, rows
from tests.simulated_registry import SimulatedRegistry

LIMIT = 4


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def little_to_collect() -> Iterator[None]:
    """Leave what earlier tests made out of every collection: there may be a gigabyte of it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@contextmanager
def crashing(engine: Engine, nth: int, *, after: bool) -> Iterator[list[str]]:
    """Die before, or after, the n-th call to the database; gives the calls made."""
    calls: list[str] = []

    def count(what: str) -> None:
        calls.append(what)
        if len(calls) == nth:
            raise Crash(what)

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):  # SQLAlchemy knows of no transaction yet
            count(statement)

    def on_commit(_connection: Any) -> None:
        count("COMMIT")

    when = "after_cursor_execute" if after else "before_cursor_execute"
    event.listen(engine, when, on_statement)
    event.listen(engine, "commit", on_commit)
    try:
        yield calls
    finally:
        event.remove(engine, when, on_statement)
        event.remove(engine, "commit", on_commit)


def told_much(told: Told) -> None:
    told.registry.limit = LIMIT
    told.registry.append(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.membership_recorded("ZZA"),
        makers.act_rectified("ZZA", rectifies=1),
        makers.cycle_opened(),
        makers.report_submitted("ZZA"),
    )
    told.registry.append_body("plan-registered", {"participant": "ZZB"}, stream="plan-1")
    told.registry.append(
        makers.withdrawal_notified("ZZB"),
        makers.report_returned("ZZA"),
        makers.act_rectified("ZZA", rectifies=2),
    )


@pytest.mark.usefixtures("little_to_collect")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_to_the_database_leaves_a_batch_or_nothing(
    told: Told, *, after: bool
) -> None:
    told_much(told)
    told.project()
    expected = {size: digests(told.engine, size) for size in (0, 4, 8, 10)}
    nth = 0
    while True:
        nth += 1
        begin_anew(told.engine)
        told.restart()
        try:
            with crashing(told.engine, nth, after=after) as calls:
                told.project()
        except Crash:
            told.engine.dispose()
        else:
            break
        gc.collect()  # what a dead process would no longer hold
        reached = position(told.engine)[0]
        assert reached in expected, calls[-1]
        assert [row["position"] for row in rows(told.engine, entry_table)] == [
            *range(1, reached + 1)
        ]
        if reached == position(told.engine)[1]:
            assert digests(told.engine) == expected[reached]
        told.restart()
        told.project()
        assert position(told.engine) == (10, 10)
        assert digests(told.engine) == expected[10]
    assert nth > 30


def test_a_projector_that_is_killed_again_and_again_loses_and_doubles_nothing(
    reporting_database: Database, tmp_path: Path
) -> None:
    registry = SimulatedRegistry()
    registry.limit = 8
    for number in range(300):
        code = f"ZZ{chr(65 + number % 20)}"
        registry.append(makers.declaration_lodged(code, text={"en": f"Number {number}"}))
    path = registry.export(tmp_path / "log.ndjson")
    deaths = 0
    for kill_after in (1, 6, 3):
        deaths += _run(reporting_database.url, path, registry, kill_after)
    while _run(reporting_database.url, path, registry, None):
        pass
    assert deaths > 0
    engine = make_reporting_engine(reporting_database.url)
    try:
        assert position(engine) == (300, 300)
        assert [row["position"] for row in rows(engine, entry_table)] == [*range(1, 301)]
        killed = digests(engine)
        begin_anew(engine)
        projector = Projector(
            engine, registry.feed(), registry.key.verifier, lambda: datetime.now(UTC)
        )
        while batch := projector.fetch(0):
            projector.apply(batch)
        assert digests(engine) == killed
    finally:
        engine.dispose()


def _run(url: str, path: Path, registry: SimulatedRegistry, kill_after: int | None) -> bool:
    """Run a projector and kill it when it has told of so many batches; whether it was killed."""
    program = (sys.executable, "-m", "tests.reporting.killable")
    command = [*program, url, str(path), registry.key.verifier.text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for told, _ in enumerate(process.stdout, 1):
            if told == kill_after:
                process.send_signal(signal.SIGKILL)
        return process.wait() != 0
