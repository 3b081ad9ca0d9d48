"""Registry: the one path of a write, where others write at the same time or something is away."""

import io
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest
from sqlalchemy import text

from contracts.authority.actor import actor_of
from contracts.authority.table import WRITE as SCOPE
from contracts.receipt import verify_receipt
from services.kit.errors import Unavailable, VersionConflict
from services.kit.logs import set_up_logs
from services.registry.domain.participation import NotASignatory
from services.registry.examining import Examiner
from services.registry.handling import ATTEMPTS, Handled, Register, Write, handle, receipt_of
from services.registry.intents.plans import register_plan
from services.registry.intents.reports import submit_report
from services.registry.log import Append, Appended, Log
from tests import makers, writes
from tests.databases import Database, Databases, disposing
from tests.running_registry import RunningRegistry, body_of, running_registry

PLAN = body_of(makers.plan_registered())
WRITE = Write(
    scope="secretariat",
    key="plan",
    digest=bytes(32),
    by=actor_of("actor-secretariat", ["secretariat"], [SCOPE]),
    actions=("register-plan",),
    concerns=None,
    expected=0,
)


class BusyLog:
    """The real log, to which somebody else appends just before each of our appends."""

    def __init__(self, log: Log, meanwhile: Callable[[], object]) -> None:
        self._log, self._meanwhile = log, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def append(self, append: Append) -> Appended:
        self._meanwhile()
        return self._log.append(append)


class UnreadLog:
    """The real log, whose streams nobody reads."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        assert name not in {"read_stream", "read_streams"}, "read bodies for a version"
        return getattr(self._log, name)


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Iterator[RunningRegistry]:
    with running_registry(database, tmp_path) as running:
        yield running


def among_others(registry: RunningRegistry, meanwhile: Callable[[], object]) -> Register:
    register: Register = registry.app.state.register
    return replace(register, log=cast("Log", BusyLog(register.log, meanwhile)))


def register_plan_among(registry: RunningRegistry, meanwhile: Callable[[], object]) -> Handled:
    return handle(among_others(registry, meanwhile), WRITE, lambda: register_plan(PLAN))


def test_a_decision_that_was_overtaken_is_made_anew(registry: RunningRegistry) -> None:
    registry.sign()
    expected = iter([1, 2])

    def meanwhile() -> None:
        if version := next(expected, None):
            rename(registry, version)

    handled = register_plan_among(registry, meanwhile)
    assert (handled.stream, handled.version) == ("plan-ZZA-PLAN-1", 1)
    assert registry.size == 4


def rename(registry: RunningRegistry, expected: int) -> None:
    renamed = makers.participant_renamed(name={"en": f"Name {expected}"})
    registry.record("/v1/participants/ZZA/acts", writes.act(renamed), expected=expected)


def test_a_decision_made_anew_obeys_what_became_of_the_rules(registry: RunningRegistry) -> None:
    registry.sign()
    withdrawal = writes.act(makers.withdrawal_notified())
    registry.open_cycle()
    acts = "/v1/participants/ZZA/acts"
    write = replace(WRITE, key="report", actions=("submit",))
    register = registry.app.state.register
    examiner = Examiner(log=register.log, publisher=register.publisher, clock=register.clock)
    with pytest.raises(NotASignatory):
        handle(
            among_others(registry, lambda: registry.record(acts, withdrawal, expected=1)),
            write,
            lambda: submit_report(writes.submission(), lambda: bytes(16), examiner.examine),
        )
    assert registry.size == 3


def test_a_decision_that_is_overtaken_again_and_again_is_given_up(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    with pytest.raises(Unavailable):
        register_plan_among(registry, lambda: rename(registry, registry.size))
    assert registry.size == 1 + ATTEMPTS


def test_a_stream_that_the_caller_pinned_is_never_tried_again(registry: RunningRegistry) -> None:
    registry.sign()

    def another_plan() -> None:
        registry.record("/v1/plans", {**PLAN, "title": {"en": "Another plan"}})

    with pytest.raises(VersionConflict):
        register_plan_among(registry, another_plan)
    assert registry.size == 2


@pytest.mark.parametrize("expected", [0, 2])
def test_a_stale_version_is_refused_without_reading_any_body(
    registry: RunningRegistry, expected: int
) -> None:
    registry.sign()
    registry.record("/v1/plans", PLAN)
    register: Register = registry.app.state.register
    unread = replace(register, log=cast("Log", UnreadLog(register.log)))
    with pytest.raises(VersionConflict) as refused:
        handle(unread, replace(WRITE, expected=expected, key="late"), lambda: register_plan(PLAN))
    assert (refused.value.expected, refused.value.actual) == (expected, 1)


def test_an_entry_stays_without_a_receipt_that_can_be_had_later(
    registry: RunningRegistry, tmp_path: Path
) -> None:
    locking = sqlite3.connect(tmp_path / "checkpoints.db", isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    recorded = registry.sign()
    assert (recorded["position"], recorded["receipt"]) == (1, None)
    assert registry.get("/v1/events?after=0").json() == []
    assert registry.get("/v1/receipts/1").status_code == 404
    signed = Event()
    registry.opened.publisher.watch(lambda _: signed.set())
    locking.execute("ROLLBACK")
    locking.close()
    assert signed.wait(20)
    assert verify_receipt(registry.get(recorded["proof"]).text, registry.key.verifier)
    assert len(registry.get("/v1/events?after=0").json()) == 1


def test_a_database_that_is_away_answers_503_and_the_same_key_succeeds_later(
    databases: Databases, tmp_path: Path
) -> None:
    database = databases.postgresql("registry")
    with running_registry(database, tmp_path) as registry:
        registry.sign()
        body = writes.act(makers.participant_renamed())
        path = "/v1/participants/ZZA/acts"
        allow(database, connections=False)
        for _ in range(3):
            answer = registry.post(path, body, expected=1, key="renamed")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"]
        assert registry.get("/health/ready").status_code == 503
        assert registry.get("/health/live").status_code == 200
        assert registry.get("/checkpoint").status_code == 200
        allow(database, connections=True)
        recorded = registry.record(path, body, expected=1, key="renamed")
        assert recorded["version"] == 2


def test_what_is_recorded_is_answered_so_though_the_database_goes_away_before_the_receipt(
    databases: Databases, tmp_path: Path
) -> None:
    database = databases.postgresql("registry")
    with running_registry(database, tmp_path) as registry:
        registry.sign()
        register: Register = registry.app.state.register
        handled = handle(register, WRITE, lambda: register_plan(PLAN))
        allow(database, connections=False)
        assert receipt_of(register, handled) is None
        allow(database, connections=True)
        assert receipt_of(register, handled)


def allow(database: Database, *, connections: bool) -> None:
    """Let nobody connect to a database, and end who is connected; or let them in again."""
    name = database.admin_url.rsplit("/", 1)[1].split("?")[0]
    server = database.admin_url.replace(f"/{name}", "/postgres")
    with (
        disposing(server, isolation_level="AUTOCOMMIT") as engine,
        engine.connect() as connection,
    ):
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {connections}')
        if not connections:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                ),
                {"name": name},
            )


def test_nothing_confidential_reaches_log_lines_metrics_or_answers(
    registry: RunningRegistry,
) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs("registry", stream=stream, level="DEBUG")
    try:
        registry.sign()
        registry.open_cycle()
        path = "/v1/participants/ZZA/focal-points"
        answers = [
            registry.post(path, writes.focal_point()),
            registry.post(path, writes.focal_point(person={"name": "Canary", "age": "Canary"})),
            registry.post("/v1/reports", writes.submission()),
            registry.post("/v1/reports", writes.submission(), expected=7),
            registry.post("/v1/reports", writes.submission(clearance={"drafted_by": "Canary"})),
            registry.post("/v1/reports", writes.submission(cycle_id="2019")),
            registry.get("/v1/events?after=0"),
            registry.get("/metrics"),
        ]
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    said = stream.getvalue() + "".join(answer.text for answer in answers)
    assert "command_handled" in said
    assert "canary" not in said.lower()
