"""A participant whose entry fails is held back alone, and catches up when the code is mended."""

from typing import Any

import pytest
from sqlalchemy import func, select, text

from contracts.events import event_data
from services.kit.database import write_transaction
from services.reporting.folding import Stopped
from services.reporting.generations import live_generation, read_place
from services.reporting.parking import Parked, release
from services.reporting.projections.entries import entry_table
from services.reporting.projections.head import parked_entry
from services.reporting.projections.participation import membership, participation_act
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import begin_anew, digests, parked, position, rows


def unreadable(told: Told, code: str = "ZZA", **body: Any) -> int:
    """Record a plan whose body this edition of the code cannot read."""
    return told.registry.append_body(
        "plan-registered", {"participant": code, **body}, stream=f"plan-{code}"
    )


def held(told: Told) -> int:
    with told.engine.begin() as connection:
        return connection.execute(select(func.count()).select_from(parked_entry)).scalar_one()


def released(told: Told) -> tuple[int, list[Parked]]:
    with write_transaction(told.engine) as connection:
        generation = live_generation(connection)
        assert generation is not None
        read_place(connection, generation, lock=True)
        return release(connection, generation)


def acts(told: Told) -> list[tuple[str, str]]:
    return [(row["participant"], row["act"]) for row in rows(told.engine, participation_act)]


def test_only_the_participant_that_the_failing_entry_names_is_held_back(told: Told) -> None:
    told.registry.append(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    since = unreadable(told)
    told.tell(
        makers.withdrawal_notified("ZZA"), makers.withdrawal_notified("ZZB"), makers.cycle_opened()
    )
    assert position(told.engine) == (6, 6)
    assert [(one.participant, one.since_position) for one in parked(told.engine)] == [
        ("ZZA", since)
    ]
    assert acts(told) == [("ZZA", "signature"), ("ZZB", "signature"), ("ZZB", "withdrawal")]
    assert held(told) == 2


def test_the_index_has_held_entries_too(told: Told) -> None:
    unreadable(told)
    told.tell(makers.signature_recorded("ZZA"))
    assert [row["position"] for row in rows(told.engine, entry_table)] == [1, 2]


def test_the_reason_names_what_failed_and_never_what_was_said(told: Told) -> None:
    unreadable(told, plan_id="SECRET-1", title={"en": "A secret"}, scope="everywhere")
    told.project()
    reason = parked(told.engine)[0].reason
    assert reason == "plan-registered could not be read: literal_error at /scope"


def test_everyone_whom_a_failing_entry_names_is_held_back(told: Told) -> None:
    told.registry.append_body(
        "membership-recorded",
        {"participant": "ZZA", "organisation": "ORG-ZZO"},
        stream="participation-ZZA",
    )
    told.project()
    assert [one.participant for one in parked(told.engine)] == ["ORG-ZZO", "ZZA"]


def test_who_is_named_together_with_a_parked_participant_is_held_back_too(told: Told) -> None:
    """Else the membership would be replayed after an act that puts it right."""
    unreadable(told, "ORG-ZZO")
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.membership_recorded("ZZA", organisation="ORG-ZZO"),
        makers.act_rectified("ZZA", rectifies=2),
    )
    assert [(one.participant, one.since_position) for one in parked(told.engine)] == [
        ("ORG-ZZO", 1),
        ("ZZA", 3),
    ]
    assert parked(told.engine)[1].reason == "named together with a parked participant"
    assert acts(told) == [("ZZA", "signature")]
    assert rows(told.engine, membership) == []


def test_an_unknown_version_stops_although_it_names_a_parked_participant(told: Told) -> None:
    """Whom else it names cannot be known, so nobody can be held back in its stead."""
    unreadable(told)
    told.registry.append_body(
        "signature-recorded",
        {"participant": "ZZA"},
        stream="participation-ZZA",
        dataschema="https://concord.example/contracts/events/signature-recorded/9.0.0/schema.json",
    )
    with pytest.raises(Stopped, match="stopped at position 2: expected an event type and version"):
        told.project()
    assert position(told.engine) == (0, 0)


def test_pages_of_one_park_the_same_participants(told: Told) -> None:
    told.registry.limit = 1
    test_who_is_named_together_with_a_parked_participant_is_held_back_too(told)


def test_a_release_that_changes_nothing_parks_the_same_again(told: Told) -> None:
    unreadable(told)
    told.tell(makers.signature_recorded("ZZA"))
    before = parked(told.engine)
    count, still = released(told)
    assert (count, still) == (2, before)
    assert held(told) == 2


def test_a_release_after_mending_gives_what_would_have_been_without_the_fault(told: Told) -> None:
    """The database refused a row; once it takes it, everything held back is replayed in order."""
    events = (
        makers.signature_recorded("ZZA"),
        makers.plan_registered("ZZA"),
        makers.membership_recorded("ZZA"),
        makers.act_rectified("ZZA", rectifies=2),
        makers.act_rectified("ZZA", rectifies=1),
        makers.withdrawal_notified("ZZA"),
        makers.withdrawal_rescinded("ZZA", withdrawal=5),
        makers.signature_recorded("ZZB"),
    )
    refuse_plans(told)
    told.tell(*events)
    assert [one.participant for one in parked(told.engine)] == ["ORG-ZZO", "ZZA"]
    assert parked(told.engine)[1].reason == "database: IntegrityError"
    assert acts(told) == [("ZZA", "signature"), ("ZZB", "signature")]
    take_plans(told)
    count, still = released(told)
    assert (count, still) == (6, [])
    assert held(told) == 0
    assert digests(told.engine) == straight(told)


def refuse_plans(told: Told) -> None:
    with told.engine.begin() as connection:
        connection.execute(text(f"CREATE UNIQUE INDEX refused ON plan ({always_one(told)})"))
        connection.execute(
            text(
                "INSERT INTO plan (generation, plan_id, position, recorded_at, version,"
                " participant, scope, title, period_from, pillars, postulates, origin, sources,"
                " known_from)"
                " VALUES (0, '', 0, '', 0, '', '', '', '2000-01-01', '', '', '', '', 0)"
            )
        )


def always_one(told: Told) -> str:
    return "(generation * 0)" if told.engine.dialect.name == "postgresql" else "generation * 0"


def take_plans(told: Told) -> None:
    with told.engine.begin() as connection:
        connection.execute(text("DROP INDEX refused"))
        connection.execute(text("DELETE FROM plan WHERE generation = 0"))


def straight(told: Told) -> dict[str, str]:
    """The digests of the same log, projected into a generation of its own without any fault."""
    begin_anew(told.engine)
    told.restart()
    told.project()
    return digests(told.engine)


def test_a_projection_that_fails_parks_whom_its_entry_names(told: Told) -> None:
    body = event_data(makers.report_submitted("ZZA")) | {"document": {}}
    told.registry.append_body("report-submitted", body, stream="report-ZZA-2026")
    told.project()
    (one,) = parked(told.engine)
    assert (one.participant, one.reason) == ("ZZA", "projection reports: KeyError")


def test_a_row_refused_of_an_entry_that_names_nobody_stops_everything(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with told.engine.begin() as connection:
        connection.execute(text(f"CREATE UNIQUE INDEX refused ON cycle ({always_one(told)})"))
    told.registry.append(makers.cycle_opened("2026"), makers.cycle_opened("2027"))
    try:
        with pytest.raises(Stopped, match="stopped at position 3: database: IntegrityError"):
            told.project()
        assert position(told.engine) == (1, 1)
    finally:
        with told.engine.begin() as connection:
            connection.execute(text("DROP INDEX refused"))


@pytest.mark.parametrize("limit", [1, 256])
def test_a_row_that_the_database_refuses_parks_its_participant_and_no_other(
    told: Told, limit: int
) -> None:
    told.registry.limit = limit
    refuse_plans(told)
    try:
        told.tell(
            makers.signature_recorded("ZZA"),
            makers.plan_registered("ZZB"),
            makers.signature_recorded("ZZB"),
            makers.plan_registered("ZZC"),
            makers.signature_recorded("ZZD"),
        )
        assert [(one.participant, one.since_position) for one in parked(told.engine)] == [
            ("ZZB", 2),
            ("ZZC", 4),
        ]
        assert acts(told) == [("ZZA", "signature"), ("ZZD", "signature")]
        assert position(told.engine) == (5, 5)
    finally:
        take_plans(told)
