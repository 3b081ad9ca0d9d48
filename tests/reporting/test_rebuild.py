"""A rebuild answers only when it equals what answered before, or has a reason to differ."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, text, update

from contracts.errors import VerificationFailed
from services.kit.database import write_transaction
from services.reporting.database import make_reporting_engine
from services.reporting.export import ExportFeed
from services.reporting.feed import HttpFeed
from services.reporting.folding import Stopped
from services.reporting.generations import read_place
from services.reporting.projections.catalogue import PROJECTIONS, VERSIONS
from services.reporting.projections.head import projection_checkpoint
from services.reporting.rebuild import RebuildRefused
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import counts, digests, parked, position
from tests.reporting.rebuilding import live, rebuilt, told_some
from tests.simulated_registry import SimulatedRegistry


def change_a_row(told: Told) -> None:
    with told.engine.begin() as connection:
        connection.execute(text("UPDATE participation_act SET reason = 'Somebody was here.'"))


def made_by_an_older(told: Told, projection: str) -> None:
    """Let the live rows be those of an earlier version of a projection."""
    with told.engine.begin() as connection:
        connection.execute(
            update(projection_checkpoint).values(
                versions=func.replace(
                    projection_checkpoint.c.versions,
                    f'"{projection}":{VERSIONS[projection]}',
                    f'"{projection}":0',
                )
            )
        )


def test_a_rebuild_gives_the_same_state_and_drops_the_old_one(told: Told) -> None:
    told_some(told)
    before, rows_before = digests(told.engine), counts(told.engine)
    seen: list[tuple[str, int, int]] = []
    found = rebuilt(told, progress=lambda *what: seen.append(what))
    assert found.is_expected
    assert (found.old_generation, found.new_generation, found.position) == (1, 2, 4)
    assert [each.new.sha256 for each in found.comparisons] == list(before.values())
    assert all(each.differences == () for each in found.comparisons)
    assert live(told) == 2
    assert (digests(told.engine), counts(told.engine)) == (before, rows_before)
    assert ("projecting", 4, 4) in seen
    assert ("comparing", len(PROJECTIONS), len(PROJECTIONS)) in seen
    assert seen[-1][0] == "dropping"


def test_the_projector_goes_on_in_the_new_generation(told: Told) -> None:
    told_some(told)
    rebuilt(told)
    told.registry.append(makers.signature_recorded("ZZB"))
    told.restart()
    told.project()
    assert position(told.engine) == (5, 5)


def test_what_came_in_meanwhile_is_in_the_new_generation_before_it_answers(told: Told) -> None:
    told_some(told)

    def progress(what: str, _done: int, _total: int) -> None:
        if what == "comparing" and told.registry.size == 4:
            told.tell(makers.signature_recorded("ZZB"), makers.withdrawal_notified("ZZB"))

    found = rebuilt(told, progress=progress)
    assert found.position == 4
    assert live(told) == 2
    assert position(told.engine) == (6, 6)


def test_what_came_in_after_the_last_page_was_read_is_caught_up_with(told: Told) -> None:
    """Under a register that is written to all the time, a rebuild would else come at random."""
    told_some(told)

    class Overtaken(HttpFeed):
        def page(self, after: int, wait_seconds: int) -> bytes:
            page = super().page(after, wait_seconds)
            if page == b"[]" and told.registry.size < 7:
                told.tell(makers.declaration_lodged("ZZA"))
            return page

    assert rebuilt(told, Overtaken(told.registry.client)).position == 7
    assert live(told) == 2


def test_the_switch_waits_for_a_page_that_is_being_written(told: Told) -> None:
    told_some(told)
    written, holding = threading.Event(), threading.Event()

    def hold() -> None:
        other = make_reporting_engine(told.engine.url.render_as_string(hide_password=False))
        with write_transaction(other) as connection:
            read_place(connection, 1, lock=True)
            holding.set()
            written.wait(0.3)
        other.dispose()

    writer = threading.Thread(target=hold)

    def progress(what: str, done: int, _total: int) -> None:
        if what == "comparing" and done == len(PROJECTIONS):
            writer.start()
            holding.wait(10)

    rebuilt(told, progress=progress)
    writer.join()
    assert live(told) == 2


def test_rows_that_differ_without_a_reason_leave_the_old_generation(told: Told) -> None:
    told_some(told)
    change_a_row(told)
    before = digests(told.engine)
    with pytest.raises(RebuildRefused) as refused:
        rebuilt(told)
    assert str(refused.value) == (
        "generation 2 differs from 1 at position 4: participation_act: 3 rows only before,"
        " 3 only now; the rows of generation 2 stay until the next rebuild"
    )
    assert live(told) == 1
    assert digests(told.engine) == before


def test_an_operator_may_let_the_new_rows_answer_all_the_same(told: Told) -> None:
    told_some(told)
    before = digests(told.engine)
    change_a_row(told)
    found = rebuilt(told, despite_differences=True)
    assert not found.is_expected
    assert [each.projection for each in found.comparisons if each.differences] == ["participation"]
    assert digests(told.engine) == before


def test_changed_code_is_a_reason_to_differ_and_the_rows_are_counted(told: Told) -> None:
    told_some(told)
    change_a_row(told)
    made_by_an_older(told, "participation")
    found = rebuilt(told)
    assert found.is_expected
    changed = next(each for each in found.comparisons if each.projection == "participation")
    assert [(d.only_in_old, d.only_in_new) for d in changed.differences] == [(3, 3)]
    assert live(told) == 2


def test_changed_code_in_one_projection_excuses_no_other(told: Told) -> None:
    told_some(told)
    change_a_row(told)
    made_by_an_older(told, "plans")
    with pytest.raises(RebuildRefused, match="participation_act: 3 rows only before"):
        rebuilt(told)


def test_participants_held_back_in_both_are_compared_as_such(told: Told) -> None:
    told_some(told)
    told.registry.append_body("plan-registered", {"participant": "ZZA"}, stream="plan-1")
    told.project()
    found = rebuilt(told)
    assert (found.parked_before, found.parked_now) == ({"ZZA": 5}, {"ZZA": 5})
    assert found.is_expected
    assert [one.participant for one in parked(told.engine)] == ["ZZA"]


def test_fewer_held_back_is_a_reason_to_differ(told: Told) -> None:
    told_some(told)
    with told.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO parked_participant VALUES (1, 'ZZA', 3, 'by code since mended')")
        )
        connection.execute(text("DELETE FROM participation_act WHERE version = 2"))
    found = rebuilt(told)
    assert (found.parked_before, found.parked_now) == ({"ZZA": 3}, {})
    assert live(told) == 2
    assert parked(told.engine) == []


def hold_back(told: Told, code: str, since: int) -> None:
    """Let a participant be held back by code since mended."""
    with told.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO parked_participant VALUES (1, :code, :since, 'a reason')"),
            {"code": code, "since": since},
        )


def test_whoever_is_no_longer_held_back_excuses_nobody_elses_rows(told: Told) -> None:
    told_some(told)
    told.tell(makers.signature_recorded("ZZB"))
    hold_back(told, "ZZB", 5)
    change_a_row(told)
    with pytest.raises(RebuildRefused) as refused:
        rebuilt(told)
    assert (
        "participation_act: 3 rows only before, 3 only now; not counting ZZB, held back otherwise"
    ) in str(refused.value)
    assert live(told) == 1


def test_whoever_is_no_longer_held_back_excuses_no_rows_of_nobody(told: Told) -> None:
    told_some(told)
    hold_back(told, "ZZA", 2)
    with told.engine.begin() as connection:
        connection.execute(text("UPDATE cycle SET grace_days = 400"))
    with pytest.raises(RebuildRefused, match="cycle: 1 rows only before, 1 only now"):
        rebuilt(told)


def test_whoever_is_held_back_from_later_on_may_differ(told: Told) -> None:
    told_some(told)
    told.registry.append_body("plan-registered", {"participant": "ZZA"}, stream="plan-1")
    told.project()
    with told.engine.begin() as connection:
        connection.execute(text("UPDATE parked_participant SET since_position = 3"))
        connection.execute(text("DELETE FROM participation_act WHERE known_from >= 3"))
    found = rebuilt(told)
    assert [each.projection for each in found.comparisons if each.differences] == ["participation"]
    assert [one.since_position for one in parked(told.engine)] == [5]


def test_whoever_is_held_back_from_earlier_on_is_told(told: Told) -> None:
    told_some(told)
    told.registry.append_body("plan-registered", {"participant": "ZZA"}, stream="plan-1")
    told.tell(makers.cycle_opened("2027"))
    with told.engine.begin() as connection:
        connection.execute(text("UPDATE parked_participant SET since_position = 6"))
    with pytest.raises(RebuildRefused, match="parked earlier than before: ZZA"):
        rebuilt(told)


def test_more_held_back_than_before_is_refused(told: Told) -> None:
    told_some(told)
    told.registry.append_body("plan-registered", {"participant": "ZZA"}, stream="plan-1")
    told.project()
    with told.engine.begin() as connection:
        connection.execute(text("DELETE FROM parked_participant"))
    with pytest.raises(RebuildRefused, match="newly parked: ZZA"):
        rebuilt(told)
    assert live(told) == 1


def test_nothing_projected_is_nothing_to_rebuild(told: Told) -> None:
    with pytest.raises(RebuildRefused, match="nothing answers yet"):
        rebuilt(told)


def test_what_a_failed_rebuild_left_is_gone_after_the_next(told: Told) -> None:
    told_some(told)
    rows_before = counts(told.engine)
    change_a_row(told)
    with pytest.raises(RebuildRefused):
        rebuilt(told)
    found = rebuilt(told, despite_differences=True)
    assert counts(told.engine) == rows_before
    assert live(told) == found.new_generation


def test_a_registry_that_lies_stops_the_rebuild_and_not_the_answers(told: Told) -> None:
    told_some(told)
    told.registry.tamper = lambda events: events[1:]
    with pytest.raises(Stopped, match="stopped at position 1"):
        rebuilt(told)
    assert live(told) == 1
    assert position(told.engine) == (4, 4)


def test_an_export_serves_as_well_as_the_registry(told: Told, tmp_path: Path) -> None:
    told.registry.limit = 2
    told_some(told)
    export = ExportFeed(told.registry.export(tmp_path / "log.ndjson"))
    before = digests(told.engine)
    rebuilt(told, export)
    export.close()
    assert digests(told.engine) == before


def test_the_registry_gives_what_an_older_export_lacks(told: Told, tmp_path: Path) -> None:
    told_some(told)
    export = ExportFeed(told.registry.export(tmp_path / "log.ndjson"))
    told.tell(makers.signature_recorded("ZZB"))
    with pytest.raises(RebuildRefused, match="expected a log of at least 5 entries, got 4"):
        rebuilt(told, export)
    export.close()
    again = ExportFeed(tmp_path / "log.ndjson")
    found = rebuilt(told, again, told.registry.feed())
    again.close()
    assert found.position == 5


@pytest.mark.parametrize("ending", [b"", b"[]\n", b'{"checkpoint"}\n', b"null\n"])
def test_an_export_without_a_checkpoint_at_its_end_is_refused(
    tmp_path: Path, ending: bytes
) -> None:
    path = tmp_path / "log.ndjson"
    registry = SimulatedRegistry()
    registry.append(makers.signature_recorded("ZZA"))
    path.write_bytes(registry.page(0) + b"\n" + ending)
    with pytest.raises(VerificationFailed, match="expected a checkpoint as the last line"):
        ExportFeed(path)
