"""A digest is the same for the same log on every database, and another for any other state."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from services.reporting.database import make_reporting_engine
from services.reporting.digests import CHUNK_ROWS, difference, digest_of
from services.reporting.projections.catalogue import PROJECTIONS
from services.reporting.projections.participation import PARTICIPATION, participation_act
from services.reporting.projector import Projector
from tests import makers
from tests.databases import Databases
from tests.reporting.answering import Told
from tests.reporting.projected import begin_anew, digests
from tests.simulated_registry import SimulatedRegistry


@pytest.fixture
def both(databases: Databases, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """A database of each kind."""
    made = (databases.sqlite("reporting", tmp_path), databases.postgresql("reporting"))
    one, other = (make_reporting_engine(database.url) for database in made)
    yield one, other
    one.dispose()
    other.dispose()


def much() -> SimulatedRegistry:
    """Keys that collations order in different ways, texts that databases like to change."""
    registry = SimulatedRegistry()
    for code in ("ZZB", "ZZA", "ORG-ZZ", "ORG-ZZO", "ORG-Z0"):
        registry.append(
            makers.signature_recorded(code, name={"en": " é\u00a0ß'\"\\ ", "zh": "中文"})
        )
    for plan_id in ("B-1", "B1", "A-10", "A-9", "A9-", "Z"):
        registry.append(makers.plan_registered("ZZA", plan_id=plan_id, title={"en": plan_id}))
    registry.append(
        makers.cycle_opened("2026"),
        makers.membership_recorded("ZZA", organisation="ORG-ZZ"),
        makers.act_rectified("ZZB", rectifies=1),
        makers.focal_point_designated("ZZA", focal_point_id="a_b"),
        makers.focal_point_designated("ZZA", focal_point_id="A-b"),
        makers.focal_point_designated("ZZA", focal_point_id="aB"),
        makers.focal_point_designation_ended("ZZA", focal_point_id="a_b"),
        makers.report_submitted("ZZA"),
        makers.corrigendum_filed("ZZA"),
        makers.nothing_new_declared("ZZB"),
        makers.report_returned("ZZA"),
        makers.report_accepted("ZZB"),
    )
    registry.append_body("plan-registered", {"participant": "ORG-Z0"}, stream="plan-x")
    return registry


def project(engine: Engine, registry: SimulatedRegistry) -> None:
    projector = Projector(engine, registry.feed(), registry.key.verifier, lambda: datetime.now(UTC))
    while batch := projector.fetch(0):
        projector.apply(batch)


def test_both_databases_give_the_same_digests_at_every_position(
    both: tuple[Engine, Engine],
) -> None:
    registry = much()
    for engine in both:
        project(engine, registry)
    for position in range(registry.size + 1):
        assert digests(both[0], position) == digests(both[1], position)


def test_a_digest_says_of_which_projection_position_and_rows_it_is(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    with told.engine.begin() as connection:
        found = digest_of(connection, PARTICIPATION, 1, 1)
    assert (found.projection, found.position) == ("participation", 1)
    assert found.version == PARTICIPATION.version
    assert found.rows == 1
    assert len(found.sha256) == 64


def test_neither_generation_nor_what_came_later_is_in_a_digest(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    before = digests(told.engine)
    told.tell(makers.act_rectified("ZZA", rectifies=1))
    assert digests(told.engine, 1) == before
    begin_anew(told.engine)
    told.restart()
    told.project()
    assert digests(told.engine, 1) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE participation_act SET claim_status = 'probable'",
        "UPDATE participation_act SET known_to = 1 WHERE participant = 'ZZA'",
        "DELETE FROM participation_act WHERE participant = 'ZZA'",
        "UPDATE participation_act SET name = NULL",
        "UPDATE participation_act SET latest_on = '2019-03-02'",
    ],
)
def test_any_change_to_a_row_changes_the_digest_of_its_projection_alone(
    told: Told, change: str
) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    before = digests(told.engine)
    with told.engine.begin() as connection:
        connection.execute(text(change))
    after = digests(told.engine)
    assert {name for name in before if before[name] != after[name]} == {"participation"}


def test_a_difference_counts_the_rows_that_only_one_generation_has(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    begin_anew(told.engine)
    told.restart()
    told.project()
    with told.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM participation_act WHERE generation = 1 AND participant = 'ZZA'")
        )
        connection.execute(
            text("UPDATE participation_act SET reason = 'x' WHERE generation = 2 AND version = 1")
        )
        found = difference(connection, participation_act, old=1, new=2, position=2)
    assert (found.table, found.only_in_old, found.only_in_new) == ("participation_act", 1, 2)


def test_a_digest_over_many_chunks_is_that_of_all_rows(told: Told) -> None:
    many = CHUNK_ROWS * 2 + 7
    told.tell(makers.signature_recorded("ZZA"))
    with told.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO review_decision (generation, report_id, version, position,"
                " recorded_at, participant, cycle_id, report_version, decision, digest,"
                " ruleset_version, units, known_from) VALUES (1, 'ZZA-2026', :version, 1, '',"
                " 'ZZA', '2026', 1, 'accepted', '', '', '[]', 1)"
            ),
            [{"version": version} for version in range(many)],
        )
        decisions = next(each for each in PROJECTIONS if each.name == "decisions")
        assert digest_of(connection, decisions, 1, 1).rows == many
