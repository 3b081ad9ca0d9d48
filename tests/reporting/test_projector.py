"""The projector stops rather than skips, parks rather than stops where it may, and says which."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.checkpoint import Checkpoint, sign_checkpoint
from services.kit.errors import Unavailable
from services.reporting.folding import Stopped
from services.reporting.generations import live_generation
from services.reporting.projections.participation import participation_act
from services.reporting.status import Status, read_status
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import counts, digests, parked, position, rows
from tests.simulated_registry import Event, SimulatedRegistry


def status(told: Told) -> Status:
    with told.engine.begin() as connection:
        generation = live_generation(connection)
        found = None if generation is None else read_status(connection, generation)
    assert found is not None
    return found


def test_what_is_projected_is_proven_and_its_status_says_so(told: Told) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    assert position(told.engine) == (2, 2)
    assert status(told) == Status(
        state="running",
        reason=None,
        stopped_at_position=None,
        seen_size=2,
        seen_at="2026-11-21T12:00:00.000000Z",
        fenced=0,
        unreachable_since=None,
        unreachable_because=None,
    )


def test_rows_beyond_the_last_signed_size_are_there_but_not_proven(told: Told) -> None:
    told.registry.append(*(makers.signature_recorded(f"ZZ{c}") for c in "ABCD"))
    told.registry.limit = 2
    batch = told.projector.fetch(0)
    assert batch is not None
    told.projector.apply(batch)
    assert position(told.engine) == (2, 0)
    told.project()
    assert position(told.engine) == (4, 4)


def _tampered(name: str, change: Callable[[Event], Any]) -> Callable[[Told], None]:
    def apply(told: Told) -> None:
        def tamper(events: list[Event]) -> list[Event]:
            for event in events:
                if event["id"] == "3":
                    change(event)
            return events

        told.registry.tamper = tamper

    apply.__name__ = name
    return apply


def a_gap(told: Told) -> None:
    told.registry.tamper = lambda events: [event for event in events if event["id"] != "3"]


def a_wrong_root(told: Told) -> None:
    key = told.registry.key
    told.registry.checkpoint = lambda: sign_checkpoint(
        Checkpoint(key.name, told.registry.size, bytes(32)), key
    )


def another_log(told: Told) -> None:
    """A registry with the same key that forgot what it had said and says something else."""
    fork = SimulatedRegistry(told.registry.key)
    fork.append(*(makers.signature_recorded("ZZZ") for _ in range(4)))
    told.registry.events, told.registry.frontiers = fork.events, fork.frontiers


def a_log_set_back(told: Told) -> None:
    older = told.registry.signed(1)
    told.registry.checkpoint = lambda: older


def an_unknown_type(told: Told) -> None:
    told.registry.append_body(
        "report-praised", {"participant": "ZZC"}, stream="report-ZZC-2026", dataschema="urn:x"
    )


def an_unknown_version(told: Told) -> None:
    told.registry.append_body(
        "signature-recorded",
        {"participant": "ZZC"},
        stream="participation-ZZC",
        dataschema="https://concord.example/contracts/events/signature-recorded/9.0.0/schema.json",
    )


def an_unreadable_cycle(told: Told) -> None:
    told.registry.append_body("cycle-opened", {"cycle_id": "2027"}, stream="cycle-2027")


STOPS = [
    (a_gap, 3, "expected the leaf of position 3, got that of 4"),
    (_tampered("tampered data", lambda e: e.update(data={})), 3, "expected data with the digest"),
    (
        _tampered(
            "tampered leaf", lambda e: e.update(leaf=e["leaf"].replace("test-actor", "another"))
        ),
        4,
        "expected root",
    ),
    (_tampered("other time", lambda e: e.update(time="x")), 3, "expected the attribute time"),
    (a_wrong_root, 4, "expected root"),
    (another_log, 4, "expected root"),
    (an_unknown_type, 5, "expected an event type and version known here, got report-praised"),
    (an_unknown_version, 5, "expected an event type and version known here, got signature-record"),
    (an_unreadable_cycle, 5, "cycle-opened could not be read: missing at /title"),
]


@pytest.mark.parametrize(
    ("wrong", "at", "reason"), STOPS, ids=[wrong.__name__ for wrong, _, _ in STOPS]
)
def test_what_does_not_check_out_stops_with_a_reason_and_changes_nothing(
    told: Told, wrong: Callable[[Told], None], at: int, reason: str
) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    before, rows_before = digests(told.engine), counts(told.engine)
    told.registry.append(makers.signature_recorded("ZZB"), makers.signature_recorded("ZZC"))
    wrong(told)
    with pytest.raises(Stopped, match=f"stopped at position {at}: {reason}") as stopped:
        told.project()
    assert stopped.value.position == at
    assert position(told.engine) == (2, 2)
    assert (digests(told.engine), counts(told.engine)) == (before, rows_before)
    found = status(told)
    assert (found.state, found.stopped_at_position) == ("stopped", at)
    assert found.reason == stopped.value.reason


def test_a_log_that_was_set_back_is_noticed_though_it_serves_nothing_wrong(told: Told) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    a_log_set_back(told)
    for _ in range(3):
        with pytest.raises(Unavailable):
            told.project()
    with pytest.raises(Stopped, match=r"stopped at position 2: .* the log was set back"):
        told.project()
    assert position(told.engine) == (2, 2)


def test_unproven_rows_are_taken_back_when_their_root_proves_wrong(told: Told) -> None:
    """Pages before a signed size are in the tables already when the root turns out wrong."""
    told.tell(makers.signature_recorded("ZZA"), makers.withdrawal_notified("ZZA"))
    before, rows_before = digests(told.engine), counts(told.engine)
    told.registry.append(
        makers.withdrawal_rescinded("ZZA", withdrawal=2),
        makers.act_rectified("ZZA", rectifies=1),
        makers.signature_recorded("ZZB"),
        makers.membership_recorded("ZZB"),
    )
    told.registry.append_body("plan-registered", {"participant": "ZZB"}, stream="plan-1")
    told.registry.append(makers.signature_recorded("ZZC"))
    told.registry.limit = 1
    a_wrong_root(told)
    batch = told.projector.fetch(0)
    while batch is not None and batch.frontier.size < 7:
        told.projector.apply(batch)
        batch = told.projector.fetch(0)
    assert batch is not None
    told.projector.apply(batch)
    assert position(told.engine) == (7, 2)
    assert [one.participant for one in parked(told.engine)] == ["ZZB"]
    with pytest.raises(Stopped, match="stopped at position 8: expected root"):
        told.project()
    assert position(told.engine) == (2, 2)
    assert (digests(told.engine), counts(told.engine)) == (before, rows_before)
    assert parked(told.engine) == []
    told.registry.checkpoint = told.registry.signed
    told.project()
    assert position(told.engine) == (8, 8)
    assert status(told).state == "running"


def test_a_registry_that_is_mended_is_followed_again(told: Told) -> None:
    told.tell(makers.cycle_opened())
    told.registry.append(makers.signature_recorded("ZZA"))
    a_wrong_root(told)
    with pytest.raises(Stopped):
        told.project()
    told.registry.checkpoint = told.registry.signed
    told.project()
    assert position(told.engine) == (2, 2)
    assert (status(told).state, status(told).reason) == ("running", None)


def test_a_registry_that_is_away_changes_nothing(told: Told) -> None:
    told.tell(makers.cycle_opened())
    told.registry.is_down = True
    with pytest.raises(Unavailable):
        told.project()
    told.registry.is_down = False
    told.tell(makers.signature_recorded("ZZA"))
    assert position(told.engine) == (2, 2)


def test_a_new_projector_goes_on_where_the_last_one_ended(told: Told) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    told.registry.append(makers.signature_recorded("ZZB"))
    told.restart()
    told.project()
    assert position(told.engine) == (3, 3)
    assert len(rows(told.engine, participation_act)) == 2


def test_projections_that_changed_wait_for_a_rebuild(told: Told) -> None:
    told.tell(makers.cycle_opened())
    with told.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE projection_checkpoint SET versions = '{\"plans\":0}'")
    told.restart()
    told.registry.append(makers.signature_recorded("ZZA"))
    with pytest.raises(Stopped, match=r"the projections have changed .* run a rebuild"):
        told.project()
    assert position(told.engine) == (1, 1)
    assert status(told).state == "stopped"
